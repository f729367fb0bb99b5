"""What is known of one request and of one courier; times are seconds since local midnight."""

from dataclasses import dataclass
from enum import StrEnum

from dispatch.domain.couriers import Courier
from dispatch.domain.places import Place
from dispatch.domain.requests import PickupRequest
from dispatch.live.tasks import Destination

LAST_S = 2 * 86_400
"""A day's work may run past midnight, but not for another day."""

MOST_LOAD = 100_000_000
"""Grams (a hundred tonnes), millilitres or pieces beyond which a figure is a mistake."""


class RequestStatus(StrEnum):
    """How far a pickup has come."""

    OPEN = "open"
    UNDERWAY = "underway"
    AT_DOOR = "at_door"
    COLLECTED = "collected"
    CANCELLED = "cancelled"
    FAILED = "failed"


ENDED = frozenset({RequestStatus.COLLECTED, RequestStatus.CANCELLED, RequestStatus.FAILED})
"""Nobody is sent to these any more."""


class LockLevel(StrEnum):
    """How much of a request's place in the plan a planner has fixed."""

    FREE = "free"
    """Nothing."""

    COURIER = "courier"
    """Who collects it."""

    ORDER = "order"
    """Who, and what comes before it: requests locked like this head the courier's tasks in the
    order in which they were locked."""

    EXACT = "exact"
    """Who, and when: not before that second, and as little later as can be."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What a planner has fixed of a request.

    Attributes:
        level: Not ``FREE``.
        courier_id: Who collects it.
        start_s: When, for ``EXACT``; ``None`` otherwise.
        number: Rises from lock to lock.
    """

    level: LockLevel
    courier_id: str
    start_s: int | None
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """One booked pickup.

    Attributes:
        request: As booked or last changed.
        told_s: When it was booked or last changed.
        status: How far it has come.
        courier_id: Who drives to it, stands at its door or has collected it.
        attempts: Visits to the door that failed.
        failed_s: When the last of them did.
        refused_by: Couriers who will not do it.
        weight_g: As collected; ``None`` before.
        ended_s: When it was collected, cancelled or given up.
        lock: What a planner has fixed.
        held_until_s: Until when its place is kept, where it is not booked yet.
    """

    request: PickupRequest
    told_s: int
    status: RequestStatus = RequestStatus.OPEN
    courier_id: str | None = None
    attempts: int = 0
    failed_s: int | None = None
    refused_by: frozenset[str] = frozenset()
    weight_g: int | None = None
    ended_s: int | None = None
    lock: Lock | None = None
    held_until_s: int | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nobody is sent there any more."""
        return self.status in ENDED


class CourierStatus(StrEnum):
    """What a courier is doing."""

    OFF = "off"
    FREE = "free"
    DRIVING = "driving"
    AT_DOOR = "at_door"
    RESTING = "resting"
    BROKEN = "broken"
    DONE = "done"


OUT = frozenset({CourierStatus.BROKEN, CourierStatus.DONE})
"""Those who get nothing more to do."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Goods aboard: of which request, how heavy, and since when."""

    request_id: str
    weight_g: int
    since_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierRecord:
    """One courier of the day.

    Attributes:
        courier: As in the day.
        place: Where it was last known to be.
        place_s: When that was.
        status: What it is doing.
        since_s: When it last began, ended or left off something.
        task: What it is committed to: where it drives, or at whose door it stands.
        carried: Aboard, in the order they came aboard.
        emptied_s: When everything aboard was last unloaded or taken over.
        rested: Whether the break has begun, and so needs no place in the plan any more.
    """

    courier: Courier
    place: Place
    place_s: int = 0
    status: CourierStatus = CourierStatus.OFF
    since_s: int = 0
    task: Destination | None = None
    carried: tuple[Carried, ...] = ()
    emptied_s: int | None = None
    rested: bool = False

    @property
    def has_worked(self) -> bool:
        """Whether it has set out for anything, or has or had anything aboard."""
        return self.task is not None or bool(self.carried) or self.emptied_s is not None

    @property
    def is_out(self) -> bool:
        """Whether it gets nothing more to do."""
        return self.status in OUT
