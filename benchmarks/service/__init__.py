"""The service as its users meet it: real processes, real databases, load, and kill -9."""
