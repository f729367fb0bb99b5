"""A simulated city day: a world that knows no policy, and policies that see only what happened."""
