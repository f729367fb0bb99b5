"""Other libraries, each configured as well as we know how; all read the same integers."""
