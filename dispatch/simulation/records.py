"""What really happened on a simulated day: the facts that all metrics are reckoned from."""

from dataclasses import dataclass, field
from enum import StrEnum

from dispatch.domain.places import Place
from dispatch.domain.requests import PickupClass


class Outcome(StrEnum):
    """How it ended for one request."""

    REFUSED = "refused"
    CANCELLED = "cancelled"
    COLLECTED = "collected"
    NOBODY_HOME = "nobody_home"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Leg:
    """A drive: from where to where, when (seconds since midnight), and how many metres."""

    origin: Place
    destination: Place
    depart_s: int
    arrive_s: int
    distance_m: int

    def until(self, at: int) -> "Leg":
        """The part of it until a moment, on a straight line at even speed."""
        share = (at - self.depart_s) / max(self.arrive_s - self.depart_s, 1)
        a, b = self.origin, self.destination
        place = Place(
            lon=round(a.lon + (b.lon - a.lon) * share, 6),
            lat=round(a.lat + (b.lat - a.lat) * share, 6),
        )
        return Leg(a, place, self.depart_s, at, round(self.distance_m * share))


@dataclass(slots=True, kw_only=True)
class RequestRecord:
    """One request, times in seconds since local midnight.

    Attributes:
        id: Of the request.
        place: The door.
        pickup_class: Parcel or bulky.
        asked_s: When the shopper asked; negative on the days before.
        wanted: Windows asked for.
        answered_s: When the shopper was answered.
        promise: The window promised; ``None`` where nothing was.
        refused_because: Why not, for a refusal.
        outcome: How it ended; ``MISSED`` as long as nothing else is known of a promise.
        rang_s: When a courier first stood at the door inside or after the promise and rang.
        visits: How often a courier rang.
        collected_s: When the courier had the goods.
        cancelled_s: When the shopper called it off.
        courier_id: Who collected it.
        overloaded: Whether the vehicle then carried more than it may.
    """

    id: str
    place: Place
    pickup_class: PickupClass
    asked_s: int
    wanted: tuple[tuple[int, int], ...]
    answered_s: int
    promise: tuple[int, int] | None = None
    refused_because: str = ""
    outcome: Outcome = Outcome.REFUSED
    rang_s: int | None = None
    visits: int = 0
    collected_s: int | None = None
    cancelled_s: int | None = None
    courier_id: str | None = None
    overloaded: bool = False

    @property
    def moved(self) -> bool:
        """Whether the promise is another window than any of those asked for."""
        return self.promise is not None and self.promise not in self.wanted

    @property
    def kept(self) -> bool | None:
        """Whether the bell was rung by the end of the promise.

        ``None`` where that cannot be said: nothing was promised, or the shopper called it off
        before the end of the promise and before anybody rang.
        """
        if self.promise is None:
            return None
        if self.rang_s is not None:
            return self.rang_s <= self.promise[1]
        return None if self.outcome is Outcome.CANCELLED else False


@dataclass(slots=True, kw_only=True)
class CourierRecord:
    """One courier's day; ``_s`` are seconds.

    Attributes:
        id: Of the courier.
        vehicle_class: What it drives.
        start: Where it begins.
        shift_s: Length of the shift without its break.
        shift_start_s: When the shift begins, since local midnight.
        shift_end_s: When it ends.
        departed_s: When it first left for something; ``None`` if it never did.
        ended_s: End of its last work, or arrival at its end place, since local midnight.
        drive_s: Driving.
        door_s: At doors, from the bell to leaving.
        unload_s: Unloading, and taking over what others carried.
        rest: When its break began and ended, since local midnight.
        rest_by_s: When its break was to begin at the latest; ``None`` if there was none to take.
        distance_m: Driven, metres.
        pickups: Collected.
        broke_down_s: When its vehicle broke down, since local midnight.
        stranded: Pieces it carried then that nobody has taken over.
        legs: Its drives, in order.
    """

    id: str
    vehicle_class: str
    start: Place
    shift_s: int
    shift_start_s: int
    shift_end_s: int
    departed_s: int | None = None
    ended_s: int | None = None
    drive_s: int = 0
    door_s: int = 0
    unload_s: int = 0
    rest: tuple[int, int] | None = None
    rest_by_s: int | None = None
    distance_m: int = 0
    pickups: int = 0
    broke_down_s: int | None = None
    stranded: int = 0
    legs: list[Leg] = field(default_factory=list)

    @property
    def missed_rest(self) -> bool:
        """Whether it worked on past the time for its break and had none."""
        if self.rest is not None or self.rest_by_s is None or self.departed_s is None:
            return False
        return self.ended_s is not None and self.departed_s < self.rest_by_s < self.ended_s

    @property
    def paid_s(self) -> int:
        """From first leaving to the end, without the break; nothing if it never left."""
        if self.departed_s is None or self.ended_s is None:
            return 0
        paid_s = self.ended_s - self.departed_s
        if self.rest is not None and self.departed_s <= self.rest[0] < self.ended_s:
            paid_s -= self.rest[1] - self.rest[0]
        return paid_s

    @property
    def work_s(self) -> int:
        """Driving, at doors and unloading."""
        return self.drive_s + self.door_s + self.unload_s


@dataclass(slots=True, kw_only=True)
class DayRecord:
    """One simulated day.

    Attributes:
        requests: By id, in the order they were asked.
        couriers: By id; those who did not come are not in it.
        changes: Times a pickup was taken from one courier's list and put on another's.
        decide_s: Seconds of wall clock of each decision; the only thing here that differs from
            one run to the next.
    """

    requests: dict[str, RequestRecord] = field(default_factory=dict)
    couriers: dict[str, CourierRecord] = field(default_factory=dict)
    changes: int = 0
    decide_s: list[float] = field(default_factory=list)
