"""Solutions as plans and plans as solutions: the way back of ``dispatch.translation.problem``.

Times, loads and costs of a plan are replayed from the problem. Reading a plan back takes the
order of visits from it and nothing else, so that a plan edited by hand is judged by what it
asks for, not by the times it claims.
"""

from collections.abc import Sequence
from datetime import datetime

from dispatch.domain.plans import (
    Plan,
    PlannedRoute,
    PlannedVisit,
    PlanOrigin,
    UnservedRequest,
    VisitType,
)
from dispatch.domain.requests import Load
from dispatch.translation.errors import TranslationError
from dispatch.translation.problem import DayProblem
from solvers.model import Visit, VisitKind
from solvers.objective import cost_of, route_cost
from solvers.replay import Schedule, VisitTimes, replay
from solvers.solution import Route, Solution

_TYPES = {
    VisitKind.STOP: VisitType.PICKUP,
    VisitKind.HUB: VisitType.UNLOAD,
    VisitKind.BREAK: VisitType.BREAK,
}


def to_plan(day_problem: DayProblem, solution: Solution, origin: PlanOrigin) -> Plan:
    """The plan of a solution, replayed.

    Args:
        day_problem: What the solution solves.
        solution: Routes by index; routes without visits count as idle couriers.
        origin: How it was made.
    """
    day, problem = day_problem.day, day_problem.problem
    used = sorted((route for route in solution.routes if route.visits), key=lambda r: r.vehicle)
    busy = {route.vehicle for route in used}
    idle = [index for index in range(len(day.couriers)) if index not in busy]
    return Plan(
        origin=origin,
        routes=tuple(
            _route(day_problem, replay(problem, route.vehicle, route.visits)) for route in used
        ),
        idle_courier_ids=tuple(day.couriers[index].id for index in idle),
        idle_shift_s=sum(_shift_s(day_problem, index) for index in idle),
        unserved=tuple(
            UnservedRequest(
                request_id=day.requests[index].id,
                pickup_class=day.requests[index].pickup_class,
                price_milli_fen=problem.stops[index].unserved_price or 0,
            )
            for index in solution.unserved(problem)
        ),
        zone_of={
            stop.id: day_problem.zone_names[stop.zone]
            for stop in problem.stops
            if stop.zone is not None
        },
        cost_milli_fen=cost_of(problem, solution).parts(),
    )


def from_plan(day_problem: DayProblem, plan: Plan) -> Solution:
    """The solution that a plan's order of visits asks for.

    Raises:
        TranslationError: The plan names requests, hubs or couriers that the day does not have,
            or has two routes for one courier; all of them are listed.
    """
    problem = day_problem.problem
    stops = {stop.id: index for index, stop in enumerate(problem.stops)}
    hubs = {hub.id: index for index, hub in enumerate(problem.hubs)}
    vehicles = {vehicle.id: index for index, vehicle in enumerate(problem.vehicles)}
    wrong: list[str] = []
    seen: set[str] = set()
    routes = []
    for planned in plan.routes:
        if planned.courier_id not in vehicles:
            wrong.append(f"courier '{planned.courier_id}' is not in the day")
        elif planned.courier_id in seen:
            wrong.append(f"courier '{planned.courier_id}' has two routes")
        seen.add(planned.courier_id)
        visits = []
        for visit in planned.visits:
            known = stops if visit.type is VisitType.PICKUP else hubs
            if visit.type is VisitType.BREAK:
                visits.append(Visit.break_())
            elif visit.ref not in known:
                noun = "request" if visit.type is VisitType.PICKUP else "hub"
                wrong.append(f"{noun} '{visit.ref}' (route of {planned.courier_id}) is not there")
            elif visit.type is VisitType.PICKUP:
                visits.append(Visit.stop(stops[visit.ref]))
            else:
                visits.append(Visit.hub(hubs[visit.ref]))
        routes.append((planned.courier_id, tuple(visits)))
    if wrong:
        raise TranslationError(_listed(wrong))
    return Solution(tuple(Route(vehicles[courier_id], visits) for courier_id, visits in routes))


def _listed(wrong: Sequence[str]) -> str:
    lines = "\n".join(f"  {line}" for line in wrong)
    return (
        f"the plan does not belong to the day, {len(wrong)} names do not fit:\n{lines}\n"
        "correct the plan, or give the day it was made for"
    )


def _route(day_problem: DayProblem, schedule: Schedule) -> PlannedRoute:
    problem = day_problem.problem
    courier = day_problem.day.couriers[schedule.vehicle]
    spent = dict.fromkeys(VisitKind, 0)
    for times in schedule.visits:
        spent[times.visit.kind] += times.end_s - times.start_s
    service_s, unload_s = spent[VisitKind.STOP], spent[VisitKind.HUB]
    return PlannedRoute(
        courier_id=courier.id,
        vehicle_class=courier.vehicle_class,
        start=courier.start,
        end=courier.end,
        depart_at=moment(day_problem, schedule.depart_s),
        end_at=moment(day_problem, schedule.end_s),
        visits=tuple(_visit(day_problem, times) for times in schedule.visits),
        end_drive_s=schedule.end_drive_s,
        end_distance_m=schedule.end_distance_m,
        shift_s=_shift_s(day_problem, schedule.vehicle),
        paid_s=schedule.paid_s,
        drive_s=schedule.drive_s,
        service_s=service_s,
        unload_s=unload_s,
        wait_s=schedule.paid_s - schedule.drive_s - service_s - unload_s,
        distance_m=schedule.distance_m,
        cost_milli_fen=route_cost(problem, schedule).parts(),
    )


def _visit(day_problem: DayProblem, times: VisitTimes) -> PlannedVisit:
    day, visit = day_problem.day, times.visit
    ref, place, late = "", None, 0
    if visit.kind is VisitKind.HUB:
        hub = day.hubs[visit.index]
        ref, place = hub.id, hub.place
    elif visit.kind is VisitKind.STOP:
        request = day.requests[visit.index]
        ref, place = request.id, request.place
        start_at = moment(day_problem, times.start_s)
        promised_at = max((window.end_at for window in request.windows), default=start_at)
        late = max(0, round((start_at - promised_at).total_seconds()))
    weight_g, volume_ml, pieces = times.load
    return PlannedVisit(
        type=_TYPES[visit.kind],
        ref=ref,
        place=place,
        arrival_at=moment(day_problem, times.arrival_s),
        start_at=moment(day_problem, times.start_s),
        end_at=moment(day_problem, times.end_s),
        depart_at=moment(day_problem, times.depart_s),
        drive_s=times.drive_s,
        distance_m=times.distance_m,
        late_s=late,
        load=Load(weight_g=weight_g, volume_ml=volume_ml, pieces=pieces),
    )


def _shift_s(day_problem: DayProblem, vehicle: int) -> int:
    given = day_problem.problem.vehicles[vehicle]
    end_s = given.available_s if given.shift_end_s is None else given.shift_end_s
    rest_s = 0 if given.rest is None else given.rest.duration_s
    return end_s - given.available_s - rest_s


def moment(day_problem: DayProblem, seconds: int) -> datetime:
    """Local time of a second of the problem."""
    # By way of elapsed time, for the days on which a clock is put forward or back.
    zone = day_problem.day.settings.timezone
    return datetime.fromtimestamp(day_problem.t0_at.timestamp() + seconds, tz=zone)
