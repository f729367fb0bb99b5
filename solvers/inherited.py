"""What a route breaks through no fault of the plan, and what is left to hold against it."""

from collections.abc import Sequence
from dataclasses import replace

from solvers.findings import Excess, Rule
from solvers.model import Problem, Visit, VisitKind
from solvers.replay import Schedule, replay
from solvers.route_rules import committed_is_kept, route_excesses

_LASTING = frozenset(
    {
        Rule.WINDOW,
        Rule.HUB_CLOSED,
        Rule.SKILLS,
        Rule.NOT_ALLOWED,
        Rule.EXCLUDED,
        Rule.MAX_STOPS,
    }
)
"""Rules that a visit breaks for good, whatever follows it and whatever was broken before."""

Key = tuple[Rule, str, int | None]
"""Rule, load dimension and position: tells the excesses of one route apart."""


def key_of(excess: Excess) -> Key:
    """What tells the excess apart from others of its route."""
    return excess.rule, excess.key, excess.position


def route_violations(problem: Problem, schedule: Schedule) -> list[Excess]:
    """What the checker holds against the route, each with the part the plan added."""
    excesses = route_excesses(problem, schedule)
    if not excesses:
        return []
    inherited = inherited_amounts(problem, schedule, excesses)
    held = []
    for excess in excesses:
        before = inherited.get(key_of(excess))
        if before is None:
            held.append(excess)
        elif excess.amount > before:
            held.append(replace(excess, amount=excess.amount - before))
    return held


def inherited_amounts(
    problem: Problem, schedule: Schedule, excesses: Sequence[Excess]
) -> dict[Key, int]:
    """Unavoidable amounts by key: of the committed visits, and of the load at the start."""
    if not excesses:
        return {}
    amounts = _overloaded_at_start(schedule, excesses)
    if problem.vehicles[schedule.vehicle].committed and committed_is_kept(problem, schedule):
        for key, amount in _of_prefix(problem, schedule).items():
            amounts[key] = max(amount, amounts.get(key, 0))
    return amounts


def _of_prefix(problem: Problem, schedule: Schedule) -> dict[Key, int]:
    """Amounts by which the committed prefix alone breaks each rule.

    A breach at one committed visit is inherited at that visit; a route-wide breach (shift end,
    limits) for the whole route; an overload at the prefix's end until the next unloading.
    """
    committed = problem.vehicles[schedule.vehicle].committed
    prefix = replay(problem, schedule.vehicle, committed)
    amounts: dict[Key, int] = {}
    for excess in route_excesses(problem, prefix):
        if excess.rule is Rule.BREAK_MISSING and not _break_is_lost(problem, prefix):
            continue  # what follows may still hold the break
        if excess.rule is Rule.BREAK_PLACE and _something_may_follow(problem, prefix):
            continue  # and then the break lies between two visits
        amounts[key_of(excess)] = excess.amount
        if excess.rule is Rule.CAPACITY and excess.position == len(committed) - 1:
            amounts |= _carried_on(schedule, excess, len(committed))
    return amounts


def _break_is_lost(problem: Problem, prefix: Schedule) -> bool:
    """Whether no place behind the committed visits is early enough for the break they owe.

    A stop with a release may still delay the whole first trip until after the break.
    """
    rest = problem.vehicles[prefix.vehicle].rest
    if rest is None or prefix.visits[-1].end_s <= rest.window.end_s:
        return False
    first_trip_over = any(times.visit.kind is VisitKind.HUB for times in prefix.visits)
    return first_trip_over or all(stop.release_s is None for stop in problem.stops)


def _something_may_follow(problem: Problem, prefix: Schedule) -> bool:
    """Whether some visit behind the committed ones breaks no rule that lasts."""
    vehicle = problem.vehicles[prefix.vehicle]
    committed = {visit for other in problem.vehicles for visit in other.committed}
    candidates = [Visit.hub(hub) for hub in vehicle.hubs]
    candidates += [Visit.stop(index) for index in range(len(problem.stops))]
    for visit in candidates:
        if visit.kind is VisitKind.STOP and visit in committed:
            continue
        schedule = replay(problem, prefix.vehicle, (*vehicle.committed, visit))
        last = len(vehicle.committed)
        if not any(
            excess.rule in _LASTING and excess.position in (last, None)
            for excess in route_excesses(problem, schedule)
        ):
            return True
    return False


def _overloaded_at_start(schedule: Schedule, excesses: Sequence[Excess]) -> dict[Key, int]:
    """Overload the vehicle already carries when the problem begins, until it unloads."""
    amounts: dict[Key, int] = {}
    for excess in excesses:
        if excess.rule is Rule.CAPACITY and excess.position is None:
            amounts[key_of(excess)] = excess.amount
            amounts |= _carried_on(schedule, excess, 0)
    return amounts


def _carried_on(schedule: Schedule, excess: Excess, first: int) -> dict[Key, int]:
    amounts: dict[Key, int] = {}
    for position in range(first, len(schedule.visits)):
        if schedule.visits[position].visit.kind is VisitKind.HUB:
            break
        amounts[(Rule.CAPACITY, excess.key, position)] = excess.amount
    return amounts
