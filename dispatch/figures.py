"""The figures of a plan, each with one meaning; `docs/plan-format.md` lists them with formulas.

Times are whole seconds, distances whole metres, money milli-fen, shares and rates plain floats.
A rate that would divide by zero is ``None``.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import fmean, median, pstdev
from string import digits

from dispatch.domain.day import Day
from dispatch.domain.plans import Plan, PlannedRoute, PlannedVisit, VisitType
from dispatch.domain.requests import PickupClass, PickupRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFigures:
    """Requests of one class of pickups.

    Attributes:
        requests: Asked for.
        served: On a route.
        in_window: Served, with the start of service inside one of the request's windows.
        late: Served, with the start of service after the promised end.
        unserved: On no route.
    """

    requests: int
    served: int
    in_window: int
    late: int
    unserved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneFigures:
    """What happens in one zone.

    Attributes:
        zone: Its name.
        requests: Requests in it.
        served: Of them, on a route.
        in_window: Of them, started inside a window.
        late: Of them, started after the promised end.
        unserved: Requests in it on no route.
        couriers: Couriers with at least one pickup in it.
        drive_s: Seconds driven to its pickups.
        distance_m: Metres driven to its pickups.
        service_s: Seconds at its doors.
    """

    zone: str
    requests: int
    served: int
    in_window: int
    late: int
    unserved: int
    couriers: int
    drive_s: int
    distance_m: int
    service_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSpread:
    """How evenly work falls on the couriers in use.

    Work of a courier is the time driven, at doors and unloading, in seconds. All are ``None``
    without a courier in use.

    Attributes:
        min_s: Least work.
        median_s: Work of the courier in the middle.
        max_s: Most work.
        variation: Standard deviation (of the whole population) over the mean.
    """

    min_s: int | None
    median_s: float | None
    max_s: int | None
    variation: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFigures:
    """The figures of one plan.

    Attributes:
        requests: Asked for on the day.
        served: On a route.
        in_window: Served, with the start of service inside one of the request's windows.
        late: Served, with the start of service after the promised end.
        late_s: Seconds late, summed over late pickups.
        latest_s: Seconds late of the worst pickup; 0 without one.
        unserved: On no route.
        unserved_share: ``unserved / requests``.
        by_class: The same per class of pickups; every class is there.
        by_zone: Rows per zone in natural order of names; empty where the day was not zoned.
        couriers: On shift, used or not.
        couriers_used: With a route.
        unloadings: Visits to hubs.
        distance_m: Metres driven.
        paid_s: Seconds from departure to the end of the route without breaks, all routes.
        drive_s: Of them driven.
        service_s: Of them at doors.
        unload_s: Of them unloading.
        wait_s: Of them waiting.
        shift_s: Shifts without breaks of all couriers on shift.
        pickups_per_courier_hour: ``served / (paid_s / 3600)``.
        utilisation: ``(drive_s + service_s + unload_s) / shift_s``.
        utilisation_used: The same over couriers in use only.
        work: How evenly the work is spread.
        cost_milli_fen: Cost by part; adds up to ``total_milli_fen``.
        total_milli_fen: The whole cost.
    """

    requests: int
    served: int
    in_window: int
    late: int
    late_s: int
    latest_s: int
    unserved: int
    unserved_share: float | None
    by_class: Mapping[PickupClass, ClassFigures]
    by_zone: tuple[ZoneFigures, ...]
    couriers: int
    couriers_used: int
    unloadings: int
    distance_m: int
    paid_s: int
    drive_s: int
    service_s: int
    unload_s: int
    wait_s: int
    shift_s: int
    pickups_per_courier_hour: float | None
    utilisation: float | None
    utilisation_used: float | None
    work: WorkSpread
    cost_milli_fen: Mapping[str, int]
    total_milli_fen: int


def figures_of(plan: Plan, day: Day) -> PlanFigures:
    """Return the figures of ``plan``, which is a plan for ``day``.

    Raises:
        ValueError: The plan visits a request that the day does not have.
    """
    requests = {request.id: request for request in day.requests}
    pickups = _pickups(plan, requests)
    lates = [visit.late_s for visit in pickups.values() if visit.late_s > 0]
    served = len(pickups)
    unserved = len(requests) - served
    totals = {
        name: sum(getattr(route, name) for route in plan.routes)
        for name in ("distance_m", "paid_s", "drive_s", "service_s", "unload_s", "wait_s")
    }
    busy_s = sum(work_s(route) for route in plan.routes)
    used_shift_s = sum(route.shift_s for route in plan.routes)
    shift_s = used_shift_s + plan.idle_shift_s
    return PlanFigures(
        requests=len(requests),
        served=served,
        in_window=sum(in_window(requests[ref], visit) for ref, visit in pickups.items()),
        late=len(lates),
        late_s=sum(lates),
        latest_s=max(lates, default=0),
        unserved=unserved,
        unserved_share=_ratio(unserved, len(requests)),
        by_class=_by_class(requests, pickups),
        by_zone=tuple(_by_zone(plan, requests, pickups)),
        couriers=len(plan.routes) + len(plan.idle_courier_ids),
        couriers_used=len(plan.routes),
        unloadings=sum(
            visit.type is VisitType.UNLOAD for route in plan.routes for visit in route.visits
        ),
        **totals,
        shift_s=shift_s,
        pickups_per_courier_hour=_ratio(served * 3600, totals["paid_s"]),
        utilisation=_ratio(busy_s, shift_s),
        utilisation_used=_ratio(busy_s, used_shift_s),
        work=_spread([work_s(route) for route in plan.routes]),
        cost_milli_fen=dict(plan.cost_milli_fen),
        total_milli_fen=plan.total_milli_fen,
    )


def work_s(route: PlannedRoute) -> int:
    """Seconds the courier drives, serves and unloads."""
    return route.drive_s + route.service_s + route.unload_s


def in_window(request: PickupRequest, visit: PlannedVisit) -> bool:
    """Whether ``visit`` starts inside a window of ``request``, both ends inclusive."""
    return any(window.start_at <= visit.start_at <= window.end_at for window in request.windows)


def _pickups(plan: Plan, requests: Mapping[str, PickupRequest]) -> dict[str, PlannedVisit]:
    visits = {
        visit.ref: visit
        for route in plan.routes
        for visit in route.visits
        if visit.type is VisitType.PICKUP
    }
    strange = sorted(set(visits) - set(requests))
    if strange:
        shown = ", ".join(repr(ref) for ref in strange[:5])
        raise ValueError(
            f"the plan visits {len(strange)} request(s) that the day does not have: {shown}; "
            "give the day this plan was made for"
        )
    return visits


def _by_class(
    requests: Mapping[str, PickupRequest], pickups: Mapping[str, PlannedVisit]
) -> dict[PickupClass, ClassFigures]:
    def row(pickup_class: PickupClass) -> ClassFigures:
        asked = [request for request in requests.values() if request.pickup_class is pickup_class]
        return ClassFigures(**_counts(asked, pickups))

    return {pickup_class: row(pickup_class) for pickup_class in PickupClass}


def _by_zone(
    plan: Plan, requests: Mapping[str, PickupRequest], pickups: Mapping[str, PlannedVisit]
) -> Iterator[ZoneFigures]:
    courier_of = {
        visit.ref: route.courier_id
        for route in plan.routes
        for visit in route.visits
        if visit.type is VisitType.PICKUP
    }
    members: dict[str, list[PickupRequest]] = {}
    for ref, zone in plan.zone_of.items():
        if ref in requests:
            members.setdefault(zone, []).append(requests[ref])
    for zone in sorted(members, key=natural_order):
        visits = [pickups[request.id] for request in members[zone] if request.id in pickups]
        yield ZoneFigures(
            zone=zone,
            **_counts(members[zone], pickups),
            couriers=len({courier_of[visit.ref] for visit in visits}),
            drive_s=sum(visit.drive_s for visit in visits),
            distance_m=sum(visit.distance_m for visit in visits),
            service_s=sum(_seconds_at_door(visit) for visit in visits),
        )


def natural_order(name: str) -> tuple[tuple[bool, int, str], ...]:
    """A sorting key that puts zone 2 before zone 10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return tuple(
        (False, int(part), part) if part[0] in digits else (True, 0, part) for part in parts
    )


def _counts(asked: Iterable[PickupRequest], pickups: Mapping[str, PlannedVisit]) -> dict[str, int]:
    counts = Counter[str]()
    for request in asked:
        counts["requests"] += 1
        visit = pickups.get(request.id)
        if visit is None:
            counts["unserved"] += 1
            continue
        counts["served"] += 1
        counts["in_window"] += in_window(request, visit)
        counts["late"] += visit.late_s > 0
    return {name: counts[name] for name in ("requests", "served", "in_window", "late", "unserved")}


def _seconds_at_door(visit: PlannedVisit) -> int:
    return round((visit.end_at - visit.start_at).total_seconds())


def _spread(work: list[int]) -> WorkSpread:
    if not work:
        return WorkSpread(min_s=None, median_s=None, max_s=None, variation=None)
    return WorkSpread(
        min_s=min(work),
        median_s=float(median(work)),
        max_s=max(work),
        variation=_ratio(pstdev(work), fmean(work)),
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if not math.isclose(whole, 0.0) else None
