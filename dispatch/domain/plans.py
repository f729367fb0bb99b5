"""A plan in the words of the business: who collects what, when, and what it costs.

Costs are in milli-fen (a thousandth of a fen), as the solver counts them, so that parts add up
exactly; reports turn them into yuan.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.domain.places import Place
from dispatch.domain.requests import Load, PickupClass


class VisitType(StrEnum):
    """What a courier does at one place of the route."""

    PICKUP = "pickup"
    UNLOAD = "unload"
    BREAK = "break"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVisit:
    """One visit of a route.

    Attributes:
        type: Pickup, unloading or break.
        ref: Id of the request or hub; empty for a break.
        place: Where; ``None`` for a break.
        arrival_at: When the courier gets there.
        start_at: Start of service, unloading or break.
        end_at: End of it.
        depart_at: When the courier leaves.
        drive_s: Seconds driven to get there.
        distance_m: Metres driven to get there.
        late_s: Seconds of the start after the promised end.
        load: Carried when leaving.
    """

    type: VisitType
    ref: str
    place: Place | None
    arrival_at: datetime
    start_at: datetime
    end_at: datetime
    depart_at: datetime
    drive_s: int
    distance_m: int
    late_s: int
    load: Load


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRoute:
    """What one courier does.

    Attributes:
        courier_id: Who.
        vehicle_class: With which class of vehicle.
        start: Where the route leaves from.
        end: Where it must end; ``None`` ends with the last visit.
        depart_at: When it leaves.
        end_at: When it ends.
        visits: In order.
        end_drive_s: Seconds driven to the end place.
        end_distance_m: Metres driven to the end place.
        shift_s: Length of the shift without its break, for utilisation.
        paid_s: Seconds from departure to end, without the break.
        drive_s: Seconds driven in all.
        service_s: Seconds at doors.
        unload_s: Seconds unloading.
        wait_s: Seconds waiting (paid, but neither driving, serving nor unloading).
        distance_m: Metres driven in all.
        cost_milli_fen: Cost of the route by part; the parts of all routes and of the unserved
            requests add up to the plan's.
    """

    courier_id: str
    vehicle_class: str
    start: Place
    end: Place | None
    depart_at: datetime
    end_at: datetime
    visits: tuple[PlannedVisit, ...]
    end_drive_s: int
    end_distance_m: int
    shift_s: int
    paid_s: int
    drive_s: int
    service_s: int
    unload_s: int
    wait_s: int
    distance_m: int
    cost_milli_fen: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnservedReason:
    """Why a request is on no route; ``docs/reasons.md`` says what each claim rests on.

    Attributes:
        kind: How strong the claim is, as in ``solvers.explain.Kind``.
        code: What stands in the way, as in ``solvers.explain.Code``.
        courier_id: Who came nearest to serving it; empty where there are no couriers.
        message: What stands in the way, in a sentence or two.
        remedies: What would let it be served, each by itself and each proven.
    """

    kind: str
    code: str
    courier_id: str
    message: str
    remedies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnservedRequest:
    """A request on no route, its price, and why, where that was explained."""

    request_id: str
    pickup_class: PickupClass
    price_milli_fen: int
    reason: UnservedReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelOrigin:
    """Where a plan's travel times come from.

    Attributes:
        source: ``straight_line``, ``roads`` or ``osrm``.
        name: The file or the servers, for people; empty for straight lines.
        attribution: To be shown wherever ways along these streets are; empty where none need be.
        fingerprint: Of streets and speeds, where they are files.
        because: Why straight lines stand in for a server; empty where they were asked for.
    """

    source: str
    name: str = ""
    attribution: str = ""
    fingerprint: str = ""
    because: str = ""


STRAIGHT_LINES = TravelOrigin(source="straight_line")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOrigin:
    """Where a plan comes from, so that it can be made again.

    Attributes:
        city: Name of the city.
        date: ISO date of the day.
        timezone: IANA name.
        engine: Name of the engine.
        seed: Of the engine.
        seconds: Search time asked for.
        search_s: Search time used.
        iterations: Search steps done.
        interrupted: Whether somebody ended the search early.
        input_fingerprint: Of the day the plan is for.
        versions: Versions of this package and of the libraries that decide the plan.
        travel: Where the travel times come from.
    """

    city: str
    date: str
    timezone: str
    engine: str
    seed: int
    seconds: float
    search_s: float
    iterations: int
    interrupted: bool
    input_fingerprint: str
    versions: Mapping[str, str]
    travel: TravelOrigin = STRAIGHT_LINES


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A checked plan for one day.

    Attributes:
        origin: How it was made.
        routes: Of the couriers in use, in the order of the day's couriers.
        idle_courier_ids: Couriers on shift without a route.
        idle_shift_s: Sum of their shifts without breaks, seconds.
        unserved: Requests on no route.
        zone_of: Zone name of each request id; empty where the day was not zoned.
        cost_milli_fen: Cost by part.
    """

    origin: PlanOrigin
    routes: tuple[PlannedRoute, ...]
    idle_courier_ids: tuple[str, ...]
    idle_shift_s: int
    unserved: tuple[UnservedRequest, ...]
    zone_of: Mapping[str, str]
    cost_milli_fen: Mapping[str, int]

    @property
    def total_milli_fen(self) -> int:
        """The whole cost."""
        return sum(self.cost_milli_fen.values())
