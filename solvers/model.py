"""The vehicle-routing problem, immutable and checked whole when built.

Units: seconds since the problem's ``t0``, metres, and cost in milli-fen (a thousandth of a fen).
Loads are integers in the units named by ``Problem.dimensions``. ``docs/model.md`` gives each
thing its one meaning.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from solvers.errors import InvalidProblemError
from solvers.travel import Travel


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """Seconds in which something may start, both ends inclusive."""

    start_s: int
    end_s: int


class VisitKind(StrEnum):
    """What a vehicle does at one place of its route."""

    STOP = "stop"
    HUB = "hub"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Visit:
    """One element of a route: a stop served, an unloading at a hub, or the break.

    ``index`` points into ``Problem.stops`` or ``Problem.hubs``; it is 0 for a break.
    """

    kind: VisitKind
    index: int

    @staticmethod
    def stop(index: int) -> "Visit":
        """Serve stop ``index``."""
        return Visit(VisitKind.STOP, index)

    @staticmethod
    def hub(index: int) -> "Visit":
        """Unload at hub ``index``."""
        return Visit(VisitKind.HUB, index)

    @staticmethod
    def break_() -> "Visit":
        """Take the vehicle's break."""
        return Visit(VisitKind.BREAK, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A place where one vehicle collects something.

    Attributes:
        id: Unique among stops; used in messages and files only.
        location: Index into the travel source.
        windows: Disjoint windows in rising order, one of which holds the start of service; an
            empty tuple means any time.
        service_s: Seconds at the door after set-up, one entry per vehicle class.
        setup_s: Seconds of set-up (parking, gate), one entry per vehicle class or empty for
            none; paid once per consecutive run of stops at one ``address``.
        address: Stops with the same address share their set-up; ``None`` shares with none.
        load: Collected amount per dimension.
        release_s: The trip that serves the stop may not leave its hub (or start place) before.
        due_s: Starting later costs ``late_cost_per_s`` for each second.
        unserved_price: Cost of leaving the stop out; ``None`` means it must be served.
        skills: All of them must be present on the vehicle.
        allowed_vehicles: If given, only these vehicles may serve the stop.
        excluded_vehicles: These vehicles may not.
        zone: Zone of the stop, for home-zone prices and for splitting large problems.
        previous_vehicle: Vehicle the previous plan gave the stop to.
        previous_start_s: Start of service in the previous plan.
    """

    id: str
    location: int
    windows: tuple[TimeWindow, ...] = ()
    service_s: tuple[int, ...]
    setup_s: tuple[int, ...] = ()
    address: str | None = None
    load: tuple[int, ...] = ()
    release_s: int | None = None
    due_s: int | None = None
    late_cost_per_s: int = 0
    unserved_price: int | None = None
    skills: frozenset[str] = frozenset()
    allowed_vehicles: frozenset[int] | None = None
    excluded_vehicles: frozenset[int] = frozenset()
    zone: int | None = None
    previous_vehicle: int | None = None
    previous_start_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A place where vehicles unload everything they carry.

    Attributes:
        id: Unique among hubs.
        location: Index into the travel source.
        windows: Hours in which an unloading may start; an empty tuple means always.
        fixed_s: Seconds of every unloading.
        unit_ms: Milliseconds per unit carried, per dimension or empty for none; their sum is
            rounded down to whole seconds.
    """

    id: str
    location: int
    windows: tuple[TimeWindow, ...] = ()
    fixed_s: int = 0
    unit_ms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Break:
    """An unpaid rest of ``duration_s`` that starts inside ``window``, between two visits."""

    window: TimeWindow
    duration_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A courier with a vehicle, for one shift.

    Attributes:
        id: Unique among vehicles.
        vehicle_class: Index into ``Problem.vehicle_classes``; decides service times.
        profile: Index into ``Problem.travel``.
        start: Location the route leaves from; ``None`` begins at the first visit.
        end: Location the route must end at; ``None`` ends with the last service.
        available_s: The vehicle does not leave before.
        shift_end_s: The route ends by then; ``None`` means no limit.
        capacity: Per dimension.
        initial_load: Carried at the start, per dimension or empty for none.
        skills: What the vehicle offers.
        hubs: Hubs the vehicle may unload at.
        home_zones: Zones served without extra price; ``None`` means all.
        fixed_cost: Milli-fen if the vehicle is used.
        cost_per_s: Milli-fen per second of paid time (from leaving the start place to the end
            of the route, waiting included, the break not).
        cost_per_drive_s: Milli-fen per second of driving, on top of paid time.
        cost_per_m: Milli-fen per metre driven.
        rest: The break, if the vehicle takes one.
        committed: Visits the vehicle has been sent to; they head its route unchanged.
        max_stops: Most stops on the route.
        max_distance_m: Most metres driven.
        max_drive_s: Most seconds driven.
        max_duration_s: Most seconds of paid time.
    """

    id: str
    vehicle_class: int = 0
    profile: int = 0
    start: int | None
    end: int | None = None
    available_s: int = 0
    shift_end_s: int | None = None
    capacity: tuple[int, ...] = ()
    initial_load: tuple[int, ...] = ()
    skills: frozenset[str] = frozenset()
    hubs: tuple[int, ...] = ()
    home_zones: frozenset[int] | None = None
    fixed_cost: int = 0
    cost_per_s: int = 0
    cost_per_drive_s: int = 0
    cost_per_m: int = 0
    rest: Break | None = None
    committed: tuple[Visit, ...] = ()
    max_stops: int | None = None
    max_distance_m: int | None = None
    max_drive_s: int | None = None
    max_duration_s: int | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    """Milli-fen counted once per stop it holds for.

    Attributes:
        outside_home_zone: The stop's zone is not among the vehicle's home zones.
        vehicle_change: The stop went to another vehicle than in the previous plan.
        time_change: Its start moved by more than ``time_tolerance_s`` from the previous plan.
        time_tolerance_s: Seconds by which a start may move for free.
    """

    outside_home_zone: int = 0
    vehicle_change: int = 0
    time_change: int = 0
    time_tolerance_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Everything a plan is judged by.

    Attributes:
        stops: What is to be collected.
        vehicles: Who may collect it.
        travel: One travel source per profile; all for the same locations.
        hubs: Where vehicles unload.
        dimensions: Names of the load dimensions, with their units, such as ``weight_g``.
        vehicle_classes: Names of the vehicle classes, such as ``ebike``.
        prices: Prices of what is counted per stop.

    Raises:
        InvalidProblemError: At least one rule of ``solvers.validation`` is broken; the error
            holds every broken rule.
    """

    stops: tuple[Stop, ...]
    vehicles: tuple[Vehicle, ...]
    travel: tuple[Travel, ...]
    hubs: tuple[Hub, ...] = ()
    dimensions: tuple[str, ...] = ()
    vehicle_classes: tuple[str, ...] = ("vehicle",)
    prices: Prices = Prices()

    def __post_init__(self) -> None:
        from solvers.validation import find_issues  # the rules read the model they judge

        issues = find_issues(self)
        if issues:
            raise InvalidProblemError(issues)

    def replace(self, **changes: Any) -> "Problem":
        """A copy with ``changes`` made, checked again whole.

        Raises:
            TypeError: A change names no attribute of the problem.
            InvalidProblemError: The changed problem breaks a rule.
        """
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        unknown = sorted(set(changes) - set(values))
        if unknown:
            raise TypeError(f"Problem has no attribute {', '.join(unknown)}")
        return Problem(**(values | changes))

    def load_of(self, stop: Stop) -> tuple[int, ...]:
        """The stop's load with one entry per dimension."""
        return padded(stop.load, len(self.dimensions))


def padded(values: Sequence[int], length: int) -> tuple[int, ...]:
    """``values``, or ``length`` zeros where it is empty."""
    return tuple(values) if values else (0,) * length
