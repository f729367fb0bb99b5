"""Street networks: read from OpenStreetMap, kept in one file, places put on them."""
