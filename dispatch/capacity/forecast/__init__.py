"""How many pickups a city will ask for: by class, weekday, window and zone."""
