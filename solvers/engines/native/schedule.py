"""The plan of a session with its times, by ids."""

from dataclasses import dataclass

from solvers.model import VisitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVisit:
    """One visit, with when it is planned; seconds since the problem's ``t0``.

    Attributes:
        kind: Stop, hub or break.
        id: Of the stop or hub; ``None`` for a break.
        arrival_s: When the vehicle gets there.
        start_s: When service, unloading or rest begins.
        end_s: When it ends.
        late_s: Seconds that a stop starts after its due time.
    """

    kind: VisitKind
    id: str | None
    arrival_s: int
    start_s: int
    end_s: int
    late_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRoute:
    """What one vehicle does.

    Attributes:
        vehicle_id: Which vehicle.
        committed: How many of the visits, from the first, are committed.
        leave_s: When it leaves its start place.
        end_s: When the route ends.
        visits: In order.
    """

    vehicle_id: str
    committed: int
    leave_s: int
    end_s: int
    visits: tuple[PlannedVisit, ...]
