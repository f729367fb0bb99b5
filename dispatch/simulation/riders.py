"""A courier of the simulated world, as the world itself knows it."""

from dataclasses import dataclass, field
from enum import Enum, auto

from dispatch.domain.couriers import Courier
from dispatch.domain.places import Place
from dispatch.live.tasks import Task
from dispatch.simulation.policy import Briefing
from dispatch.simulation.records import CourierRecord, Leg


class Doing(Enum):
    """What a courier does at a moment."""

    OFF = auto()
    FREE = auto()
    DRIVING = auto()
    AT_DOOR = auto()
    UNLOADING = auto()
    RESTING = auto()
    RECOVERING = auto()
    BROKEN = auto()


@dataclass(slots=True, kw_only=True)
class Rider:
    """One courier.

    Attributes:
        courier: Who it is.
        record: What is kept of its day.
        shift: Seconds since midnight.
        rest: Window of the break and its length, seconds; ``None`` if there is none.
        place: Where it is, or was before it set out.
        doing: What it does.
        task: What it is committed to; ``None`` while free.
        leg: The drive it is on.
        tasks: What it was told to do after that.
        load: Grams, millilitres and pieces carried.
        bulky: Whether something bulky is aboard.
        breaks_down: Whether its vehicle will not set out again.
        address: Where it last collected; set-up is not needed there again.
        rang_s: When it rang at the door it stands at.
        token: Goes up whenever what was scheduled for the courier no longer holds.
    """

    courier: Courier
    record: CourierRecord
    shift: tuple[int, int]
    rest: tuple[int, int, int] | None
    place: Place
    doing: Doing = Doing.OFF
    task: Task | None = None
    leg: Leg | None = None
    tasks: list[Task] = field(default_factory=list)
    load: tuple[int, int, int] = (0, 0, 0)
    bulky: bool = False
    breaks_down: bool = False
    address: str | None = None
    rang_s: int | None = None
    token: int = 0

    @classmethod
    def of(cls, courier: Courier, briefing: Briefing) -> "Rider":
        """A courier before its shift."""
        shift = briefing.span(courier.shift)
        rest = None
        if courier.rest is not None:
            length_s = round(courier.rest.length.total_seconds())
            rest = (*briefing.span(courier.rest.window), length_s)
        record = CourierRecord(
            id=courier.id,
            vehicle_class=courier.vehicle_class,
            start=courier.start,
            shift_s=shift[1] - shift[0] - (0 if rest is None else rest[2]),
            shift_start_s=shift[0],
            shift_end_s=shift[1],
            rest_by_s=None if rest is None else rest[1],
        )
        return cls(courier=courier, record=record, shift=shift, rest=rest, place=courier.start)

    @property
    def capacity(self) -> tuple[int, int, int]:
        """Grams, millilitres and pieces."""
        most = self.courier.capacity
        return most.weight_g, most.volume_ml, most.pieces

    def has_room(self, load: tuple[int, int, int]) -> bool:
        """Whether the load fits beside what is carried."""
        return all(a + b <= c for a, b, c in zip(self.load, load, self.capacity, strict=True))
