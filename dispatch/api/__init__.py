"""The door: HTTP in front of the service. ``docs/api.md`` is the contract."""
