"""Measured runs against instances, peers and simulated demand."""
