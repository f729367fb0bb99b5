"""What comes in and goes out as JSON; unknown fields are refused."""
