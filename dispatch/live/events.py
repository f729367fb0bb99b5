"""What happens on a live day, as it is told to the dispatcher.

Every event has ``at``: whole seconds since local midnight of the day, by when it happened, not
when it was heard of. Ids are those of the day's files. Events are facts about the world; what
becomes of each of them, also of those that cannot be true, stands in ``docs/live.md``.
"""

from dataclasses import dataclass

from dispatch.domain.requests import PickupRequest
from dispatch.live.records import LockLevel
from dispatch.live.tasks import Destination


@dataclass(frozen=True, slots=True)
class Booked:
    """A pickup was booked; the request's windows are what the shopper was promised."""

    at: int
    request: PickupRequest


@dataclass(frozen=True, slots=True)
class Held:
    """A shopper is thinking about an offer: its place is kept until ``until_s``.

    ``Booked`` with the same id makes a booking of it, ``Cancelled`` gives it up, another ``Held``
    gives it another end.
    """

    at: int
    request: PickupRequest
    until_s: int


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The shopper no longer wants the pickup."""

    at: int
    request_id: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A booked pickup is different now: place, load, windows; ``request`` is all of it."""

    at: int
    request: PickupRequest


@dataclass(frozen=True, slots=True)
class Locked:
    """A planner fixes who collects a request, in which order or when, or leaves it free again.

    Attributes:
        level: How much is fixed; takes the place of an earlier lock.
        courier_id: Who is to collect it; nobody with ``FREE``.
        start_s: For ``EXACT`` alone: when the visit begins.
    """

    at: int
    request_id: str
    level: LockLevel
    courier_id: str | None = None
    start_s: int | None = None


@dataclass(frozen=True, slots=True)
class ShiftStarted:
    """A courier of the day is ready to ride."""

    at: int
    courier_id: str


@dataclass(frozen=True, slots=True)
class ShiftEnded:
    """A courier stops work, as planned or early, and has nothing more to do today."""

    at: int
    courier_id: str


@dataclass(frozen=True, slots=True)
class Position:
    """Where a courier is, WGS84 degrees."""

    at: int
    courier_id: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Departed:
    """A courier set out for a task, to which it is committed from now on."""

    at: int
    courier_id: str
    task: Destination


@dataclass(frozen=True, slots=True)
class Arrived:
    """A courier stands at the door of a request."""

    at: int
    courier_id: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Collected:
    """A courier has the goods, which weigh ``weight_g`` grams, and is free to go on."""

    at: int
    courier_id: str
    request_id: str
    weight_g: int


@dataclass(frozen=True, slots=True)
class FailedAtDoor:
    """A courier leaves a door without the goods; ``reason`` is for people."""

    at: int
    courier_id: str
    request_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A courier will not do a pickup it was given."""

    at: int
    courier_id: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Unloaded:
    """A courier has emptied its vehicle at a hub and is free to go on."""

    at: int
    courier_id: str
    hub_id: str


@dataclass(frozen=True, slots=True)
class RestBegan:
    """A courier begins its break."""

    at: int
    courier_id: str


@dataclass(frozen=True, slots=True)
class Rested:
    """A courier's break is over."""

    at: int
    courier_id: str


@dataclass(frozen=True, slots=True)
class BrokenDown:
    """A courier cannot go on and stands where it last was, with what it carries."""

    at: int
    courier_id: str


@dataclass(frozen=True, slots=True)
class LoadRecovered:
    """A courier has taken over everything that a broken-down one carried."""

    at: int
    courier_id: str
    broken_courier_id: str


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time has come to ``at``, and every event before it has been told."""

    at: int


RequestEvent = Held | Booked | Cancelled | Changed | Locked

CourierEvent = (
    ShiftStarted
    | ShiftEnded
    | Position
    | Departed
    | Arrived
    | Collected
    | FailedAtDoor
    | Refused
    | Unloaded
    | RestBegan
    | Rested
    | BrokenDown
    | LoadRecovered
)

Event = RequestEvent | CourierEvent | Ticked
