"""What a courier can be told to do next."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Collect:
    """Go to the door of a request and collect it."""

    request_id: str


@dataclass(frozen=True, slots=True)
class Unload:
    """Go to a hub and unload everything."""

    hub_id: str


@dataclass(frozen=True, slots=True)
class TakeBreak:
    """Take the break of the shift, where the courier is or on the way to the next task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitAt:
    """Go to a place (WGS84 degrees) and wait there."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Recover:
    """Go to a courier that has broken down and take over what it carries."""

    courier_id: str


Task = Collect | Unload | TakeBreak | WaitAt | Recover
"""One thing a courier does; lists of them are in the order they are done."""

RouteTask = Collect | Unload | TakeBreak | Recover
"""A task that is planned ahead: all but to wait."""

Destination = Collect | Unload | WaitAt | Recover
"""A task that a courier drives to."""
