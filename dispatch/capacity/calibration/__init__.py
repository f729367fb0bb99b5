"""Constants of the capacity model: fitting them on simulated days, and keeping them on disk."""
