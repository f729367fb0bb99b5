"""Dispatching policies on simulated days: fleets, scenarios, seeds, on all cores."""
