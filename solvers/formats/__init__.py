"""Public file formats of routing problems and their answers."""
