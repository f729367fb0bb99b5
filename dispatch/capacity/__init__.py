"""What fleets and shifts cities need, and when each of them can open."""
