"""The business of pickups: requests, couriers, plans, files and commands."""
