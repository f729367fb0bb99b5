"""VROOM's JSON, in and out, as its 1.15 reads and writes it."""
