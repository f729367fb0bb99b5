"""Whether one route may be driven and what it costs: the engines' last word on their own plans.

Only what lies after the committed visits is judged: a breach inside them is inherited and no
engine can mend it.
"""

from collections.abc import Iterator, Sequence

from solvers.findings import Rule
from solvers.model import Problem, Stop, Vehicle, Visit, VisitKind
from solvers.objective import route_cost
from solvers.replay import Schedule, replay
from solvers.route_rules import route_excesses


def serves(problem: Problem, vehicle_index: int, stop: Stop) -> bool:
    """Whether skills and lists let the vehicle serve the stop, whatever else it does."""
    if stop.allowed_vehicles is not None and vehicle_index not in stop.allowed_vehicles:
        return False
    if vehicle_index in stop.excluded_vehicles:
        return False
    return stop.skills <= problem.vehicles[vehicle_index].skills


def is_feasible(problem: Problem, schedule: Schedule) -> bool:
    """Whether the replayed route breaks no rule beyond what its vehicle was given.

    Given are the breaches of the committed visits and an overload carried at the start.
    """
    excesses = route_excesses(problem, schedule)
    if not excesses:
        return True
    committed = problem.vehicles[schedule.vehicle].committed
    given: dict[tuple[Rule, str, int | None], int] = {
        (excess.rule, excess.key, excess.position): excess.amount
        for excess in route_excesses(problem, replay(problem, schedule.vehicle, committed))
        if excess.rule not in (Rule.BREAK_MISSING, Rule.BREAK_PLACE)
    }
    return all(
        (excess.rule is Rule.CAPACITY and excess.position is None)
        or excess.amount <= given.get((excess.rule, excess.key, excess.position), -1)
        for excess in excesses
    )


def best_schedule(problem: Problem, vehicle_index: int, visits: Sequence[Visit]) -> Schedule | None:
    """The route replayed with the break where it costs least; ``None`` if no place keeps the rules.

    The break is left out of the route where the model lets the vehicle take it before or after.
    ``visits`` holds no break after the committed ones.
    """
    plain = replay(problem, vehicle_index, visits)
    if is_feasible(problem, plain):
        return plain
    vehicle = problem.vehicles[vehicle_index]
    if vehicle.rest is None or any(visit.kind is VisitKind.BREAK for visit in visits):
        return None
    tried = (
        replay(problem, vehicle_index, candidate)
        for candidate in _with_break_somewhere(vehicle, plain, visits)
    )
    kept = [schedule for schedule in tried if is_feasible(problem, schedule)]
    return min(kept, key=lambda found: route_cost(problem, found).total, default=None)


def _with_break_somewhere(
    vehicle: Vehicle, plain: Schedule, visits: Sequence[Visit]
) -> Iterator[list[Visit]]:
    """The visits with a break at each place where it could begin inside its window."""
    for position in range(len(vehicle.committed), len(visits) + 1):
        leave_s = plain.visits[position - 1].depart_s if position else vehicle.available_s
        if vehicle.rest is not None and leave_s > vehicle.rest.window.end_s:
            return
        yield [*visits[:position], Visit.break_(), *visits[position:]]
