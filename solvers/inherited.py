"""What a route breaks through no fault of the plan, and what is left to hold against it."""

from collections.abc import Sequence
from dataclasses import replace

from solvers.findings import Excess, Rule
from solvers.model import Problem, VisitKind
from solvers.replay import Schedule, replay
from solvers.route_rules import committed_is_kept, route_excesses

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
        if excess.rule in (Rule.BREAK_MISSING, Rule.BREAK_PLACE):
            continue  # what follows may still hold the break
        amounts[key_of(excess)] = excess.amount
        if excess.rule is Rule.CAPACITY and excess.position == len(committed) - 1:
            amounts |= _carried_on(schedule, excess, len(committed))
    return amounts


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
