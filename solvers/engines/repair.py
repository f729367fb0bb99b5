"""Plans mended: from visits in some order to routes that keep the rules."""

from collections.abc import Iterable, Mapping, Sequence

from solvers.engines.feasibility import best_schedule
from solvers.model import Problem, Visit, VisitKind
from solvers.objective import cost_of, route_cost
from solvers.replay import Schedule
from solvers.solution import Route, Solution


def plan_from(problem: Problem, wanted: Mapping[int, Sequence[Visit]]) -> Solution:
    """The best plan that keeps to ``wanted``: every route it returns keeps the rules.

    Breaks are put where they cost least, unloadings nobody needs are left out, and stops that
    would break a rule are dropped. Committed visits head their routes whatever they break.

    Args:
        problem: What to plan.
        wanted: Per vehicle, what it should do after its committed visits; breaks in it are
            ignored. Vehicles without an entry do what they are committed to.
    """
    routes = []
    for index, vehicle in enumerate(problem.vehicles):
        free = [v for v in wanted.get(index, ()) if v.kind is not VisitKind.BREAK]
        visits = _route(problem, index, free)
        if visits or vehicle.committed:
            routes.append(Route(index, visits))
    return Solution(tuple(routes))


def repaired(problem: Problem, given: Solution | None) -> dict[int, list[Visit]]:
    """What of a plan can be used, per vehicle, after the committed visits.

    Unknown indices, stops served twice and stops committed to some vehicle fall away; what
    breaks other rules is left to ``plan_from``.
    """
    taken = {
        visit.index
        for vehicle in problem.vehicles
        for visit in vehicle.committed
        if visit.kind is VisitKind.STOP
    }
    wanted: dict[int, list[Visit]] = {}
    for route in given.routes if given is not None else ():
        if not 0 <= route.vehicle < len(problem.vehicles) or route.vehicle in wanted:
            continue
        committed = problem.vehicles[route.vehicle].committed
        headed = route.visits[: len(committed)] == committed
        free = route.visits[len(committed) :] if headed else route.visits
        wanted[route.vehicle] = list(_usable(problem, free, taken))
    return wanted


def better(problem: Problem, first: Solution, second: Solution) -> Solution:
    """The plan of the lower rank; the first of two equals."""
    return min(first, second, key=lambda plan: rank(problem, plan))


def rank(problem: Problem, plan: Solution) -> tuple[int, int]:
    """Stops left out that must be served, then cost: the lower, the better the plan."""
    left_out = sum(problem.stops[i].unserved_price is None for i in plan.unserved(problem))
    return left_out, cost_of(problem, plan).total


def _usable(problem: Problem, visits: Iterable[Visit], taken: set[int]) -> Iterable[Visit]:
    for visit in visits:
        if visit.kind is VisitKind.HUB and 0 <= visit.index < len(problem.hubs):
            yield visit
        known = visit.kind is VisitKind.STOP and 0 <= visit.index < len(problem.stops)
        if known and visit.index not in taken:
            taken.add(visit.index)
            yield visit


def _route(problem: Problem, vehicle: int, free: Sequence[Visit]) -> tuple[Visit, ...]:
    committed = problem.vehicles[vehicle].committed
    schedule = best_schedule(problem, vehicle, (*committed, *free))
    if schedule is None:
        free = _fitting(problem, vehicle, free)
        schedule = best_schedule(problem, vehicle, (*committed, *free))
    if schedule is None:
        return committed
    schedule = _without_idle_unloadings(problem, schedule, list(free))
    return tuple(times.visit for times in schedule.visits)


def _fitting(problem: Problem, vehicle: int, free: Sequence[Visit]) -> list[Visit]:
    """The visits that can follow each other, the earlier one winning."""
    committed = problem.vehicles[vehicle].committed
    kept: list[Visit] = []
    for visit in free:
        if best_schedule(problem, vehicle, (*committed, *kept, visit)) is not None:
            kept.append(visit)
    return kept


def _without_idle_unloadings(problem: Problem, schedule: Schedule, free: list[Visit]) -> Schedule:
    """The route without the unloadings that can be left out at no cost."""
    committed = problem.vehicles[schedule.vehicle].committed
    position = len(free) - 1
    while position >= 0:
        if free[position].kind is VisitKind.HUB:
            shorter = free[:position] + free[position + 1 :]
            tried = best_schedule(problem, schedule.vehicle, (*committed, *shorter))
            if tried is not None and (
                route_cost(problem, tried).total <= route_cost(problem, schedule).total
            ):
                schedule, free = tried, shorter
        position -= 1
    return schedule
