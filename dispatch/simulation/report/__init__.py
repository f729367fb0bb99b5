"""A study's figures for people and programs: terminal, JSON, CSV and a page."""
