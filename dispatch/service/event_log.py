"""Live events as rows of a day's log, and back."""

from typing import Any

from pydantic import TypeAdapter

from dispatch.live import events
from dispatch.live.events import Booked, Cancelled, Changed, Event, Position, Ticked

_KINDS: dict[str, type[Event]] = {
    "booked": events.Booked,
    "cancelled": events.Cancelled,
    "changed": events.Changed,
    "locked": events.Locked,
    "shift_started": events.ShiftStarted,
    "shift_ended": events.ShiftEnded,
    "departed": events.Departed,
    "arrived": events.Arrived,
    "collected": events.Collected,
    "failed_at_door": events.FailedAtDoor,
    "refused": events.Refused,
    "unloaded": events.Unloaded,
    "rest_began": events.RestBegan,
    "rested": events.Rested,
    "broken_down": events.BrokenDown,
    "load_recovered": events.LoadRecovered,
}
"""Positions are kept apart, the last of each courier; the clock is not kept at all."""

_NAMES = {kind: name for name, kind in _KINDS.items()}
_ADAPTERS: dict[str, TypeAdapter[Event]] = {
    name: TypeAdapter(kind) for name, kind in _KINDS.items()
}


def kind_of(event: Event) -> str | None:
    """The name of the event's kind in the log; ``None`` for what is not logged."""
    return None if isinstance(event, Position | Ticked) else _NAMES[type(event)]


def payload_of(event: Event) -> dict[str, Any]:
    """The event as JSON values."""
    payload: dict[str, Any] = _ADAPTERS[_NAMES[type(event)]].dump_python(event, mode="json")
    return payload


def event_of(kind: str, payload: Any) -> Event:
    """The event of a row.

    Raises:
        KeyError: There is no such kind.
        pydantic.ValidationError: The payload is not of this kind.
    """
    return _ADAPTERS[kind].validate_python(payload)


def request_id_of(event: Event) -> str | None:
    """The request an event is about, if it is about one."""
    match event:
        case Booked(request=request) | Changed(request=request):
            return request.id
        case Cancelled(request_id=request_id):
            return request_id
        case _:
            return getattr(event, "request_id", None)
