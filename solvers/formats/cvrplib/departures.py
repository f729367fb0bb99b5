"""Departures put off, where an instance limits the duration of routes.

In the model every visit starts as early as it can. An instance that limits durations lets a
vehicle leave later, so that it waits less on the way. Leaving at the latest possible moment gives
the shortest duration there is, and is said to the checker as the vehicle's availability: whatever
is valid then is valid for the instance.
"""

from dataclasses import replace

from solvers.model import Hub, Problem, Stop, Vehicle, VisitKind
from solvers.replay import replay, service_s, unloading_s
from solvers.solution import Route, Solution


def with_late_departures(problem: Problem, solution: Solution) -> Problem:
    """``problem`` with every duration-limited vehicle available only when it must leave.

    Vehicles keep their availability where it already leaves no time to spare, or where the
    route cannot be driven in time at all. Holds for problems read from instances: constant
    travel, one window per visit, no breaks.
    """
    routes = {route.vehicle: route for route in solution.routes if route.visits}
    vehicles = []
    for index, vehicle in enumerate(problem.vehicles):
        if vehicle.max_duration_s is not None and index in routes:
            latest = _latest_departure_s(problem, vehicle, routes[index])
            if latest is not None and latest > vehicle.available_s:
                vehicle = replace(vehicle, available_s=latest)
        vehicles.append(vehicle)
    return problem.replace(vehicles=tuple(vehicles))


def _latest_departure_s(problem: Problem, vehicle: Vehicle, route: Route) -> int | None:
    """Latest departure that misses no window nor the end of the shift; ``None`` if unlimited."""
    schedule = replay(problem, route.vehicle, route.visits)
    latest = vehicle.shift_end_s
    drive_s = schedule.end_drive_s
    carried = (*(times.load for times in schedule.visits),)
    for position in reversed(range(len(route.visits))):
        visit = route.visits[position]
        target: Stop | Hub
        if visit.kind is VisitKind.HUB:
            target = problem.hubs[visit.index]
            busy_s = unloading_s(target, carried[position - 1] if position else (0,))
        else:
            target = problem.stops[visit.index]
            busy_s = service_s(target, vehicle, shares_setup=False)
        bounds = [] if latest is None else [latest - drive_s - busy_s]
        if target.windows:
            bounds.append(target.windows[-1].end_s)
        latest = min(bounds, default=None)
        drive_s = schedule.visits[position].drive_s
    return None if latest is None else latest - drive_s
