"""Stops left out put into the finished routes wherever they fit, the cheapest place first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from solvers.engines.feasibility import best_schedule, serves
from solvers.model import Problem, Stop, Visit, VisitKind
from solvers.objective import route_cost
from solvers.replay import Schedule, replay, service_s
from solvers.solution import Route, Solution
from solvers.travel import UNREACHABLE

_TRIED_PER_STOP = 24
"""Places judged by replay for one stop, those with the shortest detour first."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a stop might go: before visit ``position`` of the vehicle's route."""

    detour_s: int
    vehicle: int
    position: int


def insert_unserved(problem: Problem, plan: Solution, *, must_end: Callable[[], bool]) -> Solution:
    """The plan with every stop added that fits somewhere for less than its price.

    Dear stops go first. Nothing already planned is moved to another route or left out.

    Args:
        problem: What the plan is for.
        plan: A plan that keeps the rules.
        must_end: Asked before every stop whether to leave it at what is planned.
    """
    schedules = {
        index: replay(problem, index, plan.route_of(index).visits)
        for index in range(len(problem.vehicles))
    }
    for index in sorted(plan.unserved(problem), key=lambda i: (-_price(problem.stops[i]), i)):
        if must_end():
            break
        extended = _cheapest(problem, schedules, index)
        if extended is not None:
            schedules[extended.vehicle] = extended
    routes = (
        Route(index, tuple(times.visit for times in schedule.visits))
        for index, schedule in sorted(schedules.items())
    )
    return Solution(tuple(route for route in routes if route.visits))


def _price(stop: Stop) -> float:
    return float("inf") if stop.unserved_price is None else stop.unserved_price


def _cheapest(problem: Problem, schedules: dict[int, Schedule], index: int) -> Schedule | None:
    """The cheapest route found that has the stop in it and is worth it."""
    stop = problem.stops[index]
    places = [
        place
        for vehicle, schedule in schedules.items()
        if serves(problem, vehicle, stop)
        for place in _places(problem, schedule, stop)
    ]
    places.sort(key=lambda place: (place.detour_s, place.vehicle, place.position))
    best: Schedule | None = None
    best_cost = _price(stop)
    for place in places[:_TRIED_PER_STOP]:
        before = schedules[place.vehicle]
        visits = [times.visit for times in before.visits]
        visits.insert(place.position, Visit.stop(index))
        after = best_schedule(problem, place.vehicle, _breakless(problem, place.vehicle, visits))
        if after is None:
            continue
        cost = route_cost(problem, after).total - route_cost(problem, before).total
        if cost < best_cost:
            best, best_cost = after, cost
    return best


def _breakless(problem: Problem, vehicle: int, visits: Sequence[Visit]) -> list[Visit]:
    """The visits without the break, unless it is committed: its best place may have changed."""
    first_free = len(problem.vehicles[vehicle].committed)
    free = [visit for visit in visits[first_free:] if visit.kind is not VisitKind.BREAK]
    return [*visits[:first_free], *free]


def _places(problem: Problem, schedule: Schedule, stop: Stop) -> Iterator[_Place]:
    """Places where neither the stop nor the visit after it would obviously come too late."""
    vehicle = problem.vehicles[schedule.vehicle]
    travel = problem.travel[vehicle.profile]
    latest_s = stop.windows[-1].end_s if stop.windows else None
    for position in range(len(vehicle.committed), len(schedule.visits) + 1):
        before, leave_s = _before(problem, schedule, position)
        if latest_s is not None and leave_s > latest_s:
            return
        to_s = 0 if before is None else travel.duration_s(before, stop.location, leave_s)
        arrive_s = leave_s + to_s
        if to_s == UNREACHABLE or (latest_s is not None and arrive_s > latest_s):
            continue
        start_s = next(
            (max(arrive_s, w.start_s) for w in stop.windows if arrive_s <= w.end_s), arrive_s
        )
        end_s = start_s + service_s(stop, vehicle, shares_setup=True)
        after, due_s = _after(problem, schedule, position)
        from_s = 0 if after is None else travel.duration_s(stop.location, after, end_s)
        if from_s == UNREACHABLE or (due_s is not None and end_s + from_s > due_s):
            continue
        direct_s = 0
        if before is not None and after is not None:
            direct_s = travel.duration_s(before, after, leave_s)
        waited_s = start_s - arrive_s
        yield _Place(to_s + from_s - direct_s + waited_s, schedule.vehicle, position)


def _before(problem: Problem, schedule: Schedule, position: int) -> tuple[int | None, int]:
    """Location the vehicle comes from, and when it leaves there at the earliest."""
    vehicle = problem.vehicles[schedule.vehicle]
    for times in reversed(schedule.visits[:position]):
        if times.visit.kind is not VisitKind.BREAK:
            return _location(problem, times.visit), times.depart_s
    return vehicle.start, vehicle.available_s


def _after(problem: Problem, schedule: Schedule, position: int) -> tuple[int | None, int | None]:
    """Location the vehicle goes on to, and the latest start allowed there."""
    vehicle = problem.vehicles[schedule.vehicle]
    for times in schedule.visits[position:]:
        if times.visit.kind is VisitKind.BREAK:
            continue
        hub = times.visit.kind is VisitKind.HUB
        at = problem.hubs[times.visit.index] if hub else problem.stops[times.visit.index]
        return at.location, at.windows[-1].end_s if at.windows else None
    return vehicle.end, vehicle.shift_end_s


def _location(problem: Problem, visit: Visit) -> int:
    if visit.kind is VisitKind.HUB:
        return problem.hubs[visit.index].location
    return problem.stops[visit.index].location
