"""A roll-out for people and programs: terminal, JSON, tables and a page to sign."""
