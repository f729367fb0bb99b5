"""Places: coordinates, cities, zones and travel times. Knows nothing of routing or dispatch."""
