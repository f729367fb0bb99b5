"""The service behind the door: live cities that quote, hold, book and follow pickups.

Knows nothing of HTTP. ``docs/api.md`` says what it promises.
"""
