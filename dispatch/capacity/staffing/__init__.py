"""How many couriers demand takes, hour by hour, and the shifts that bring them at least cost."""
