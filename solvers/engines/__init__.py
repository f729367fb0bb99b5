"""Engines that search for plans, behind one protocol."""
