"""Migrations, in the order of their numbers, forwards only: the way back is a backup."""
