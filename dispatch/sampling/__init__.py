"""Synthetic days: realistic requests, couriers and hubs for any city of the catalogue."""

from dispatch.sampling.day import sample_day

__all__ = ["sample_day"]
