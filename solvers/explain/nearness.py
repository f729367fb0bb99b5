"""How far an insertion is from being valid: one number for rules with different units.

Rules that are kept or broken without a degree (skills, lists, an arc that may not be driven, a
break with no place) count first, by their number. The rest adds up in parts per million: for
times the whole is an hour, for loads, metres and stops the vehicle's own limit. Every further
rule broken adds half a whole, so that one rule broken by 30 minutes is as near as two broken by
hardly anything. Windows of different stops are different rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from solvers.explain.reasons import Code, Failure
from solvers.findings import Excess, Rule
from solvers.inherited import route_violations
from solvers.model import Problem, Visit, VisitKind
from solvers.objective import route_cost
from solvers.replay import replay

WHOLE_PPM = 1_000_000
FURTHER_RULE_PPM = WHOLE_PPM // 2
HOUR_S = 3600

_CODES = {
    Rule.WINDOW: Code.WINDOW,
    Rule.HUB_CLOSED: Code.UNLOADING,
    Rule.HUB_NOT_ALLOWED: Code.UNLOADING,
    Rule.CAPACITY: Code.CAPACITY,
    Rule.UNREACHABLE: Code.UNREACHABLE,
    Rule.SKILLS: Code.SKILLS,
    Rule.NOT_ALLOWED: Code.NOT_ALLOWED,
    Rule.EXCLUDED: Code.EXCLUDED,
    Rule.BREAK_MISSING: Code.BREAK,
    Rule.BREAK_UNKNOWN: Code.BREAK,
    Rule.BREAK_TWICE: Code.BREAK,
    Rule.BREAK_WINDOW: Code.BREAK,
    Rule.BREAK_PLACE: Code.BREAK,
    Rule.SHIFT_END: Code.SHIFT_END,
    Rule.MAX_STOPS: Code.STOPS,
    Rule.MAX_DISTANCE: Code.DISTANCE,
    Rule.MAX_DRIVE: Code.DRIVE,
    Rule.MAX_DURATION: Code.DURATION,
}
_TIMES = frozenset(
    {
        Rule.WINDOW,
        Rule.HUB_CLOSED,
        Rule.BREAK_WINDOW,
        Rule.SHIFT_END,
        Rule.MAX_DRIVE,
        Rule.MAX_DURATION,
    }
)

Distance = tuple[int, int, int]
"""Rules broken without a degree, parts per million of the rest, and the rise in cost."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One insertion replayed.

    Attributes:
        distance: How far it is from valid, then its cost; ``(0, 0, cost)`` is valid.
        vehicle: Whose route.
        visits: The whole route with the insertion.
        broken: What it breaks, one entry per rule (and stop, hub or dimension).
    """

    distance: Distance
    vehicle: int
    visits: tuple[Visit, ...]
    broken: tuple[Excess, ...]

    @property
    def valid(self) -> bool:
        """Whether the insertion breaks nothing."""
        return not self.broken

    @property
    def cost(self) -> int:
        """Rise in the plan's cost, milli-fen, the price of the stop not counted."""
        return self.distance[2]


def try_route(problem: Problem, vehicle: int, visits: Sequence[Visit], cost_before: int) -> Tried:
    """Replay and judge a route exactly, as the checker does."""
    schedule = replay(problem, vehicle, visits)
    broken = _one_per_rule(route_violations(problem, schedule))
    cost = route_cost(problem, schedule).total - cost_before
    absolute = sum(max(1, excess.amount) for excess in broken if not excess.unit)
    parts = [ppm_of(problem, vehicle, excess) for excess in broken if excess.unit]
    ppm = sum(parts) + FURTHER_RULE_PPM * max(0, len(parts) - 1)
    return Tried((absolute, ppm, cost), vehicle, tuple(visits), broken)


def ppm_of(problem: Problem, vehicle: int, excess: Excess) -> int:
    """Excess in parts per million of an hour or of the vehicle's own limit, rounded up."""
    if not excess.unit:
        return 0
    return -(-excess.amount * WHOLE_PPM // _whole(problem, vehicle, excess))


def failures_of(problem: Problem, stop: int, tried: Tried) -> tuple[Failure, ...]:
    """What the insertion breaks in the words of a reason, the gravest first."""
    ordered = sorted(
        tried.broken,
        key=lambda excess: (bool(excess.unit), -ppm_of(problem, tried.vehicle, excess)),
    )
    return tuple(_failure(stop, tried, excess) for excess in ordered)


def _failure(stop: int, tried: Tried, excess: Excess) -> Failure:
    code = _CODES[excess.rule]
    if excess.rule is Rule.WINDOW and excess.stop != stop:
        code = Code.OTHER_WINDOW
    at_stop = excess.rule in (Rule.WINDOW, Rule.SKILLS, Rule.NOT_ALLOWED, Rule.EXCLUDED)
    return Failure(
        code=code,
        amount=excess.amount,
        unit="skills" if excess.rule is Rule.SKILLS else excess.unit,
        stop=excess.stop if at_stop else None,
        hub=hub_of(tried.visits, excess),
    )


def hub_of(visits: Sequence[Visit], excess: Excess) -> int | None:
    """The hub at which the excess shows."""
    if excess.position is None or visits[excess.position].kind is not VisitKind.HUB:
        return None
    if excess.rule not in (Rule.HUB_CLOSED, Rule.HUB_NOT_ALLOWED):
        return None
    return visits[excess.position].index


def _one_per_rule(excesses: Sequence[Excess]) -> tuple[Excess, ...]:
    """The greatest excess of each rule; windows, hubs and forbidden arcs count one by one."""
    greatest: dict[tuple[Rule, str, int | None], Excess] = {}
    for excess in excesses:
        apart = excess.rule in (
            Rule.WINDOW,
            Rule.HUB_CLOSED,
            Rule.HUB_NOT_ALLOWED,
            Rule.UNREACHABLE,
        )
        key = (excess.rule, excess.key, excess.position if apart else None)
        if key not in greatest or excess.amount > greatest[key].amount:
            greatest[key] = excess
    return tuple(greatest.values())


def _whole(problem: Problem, vehicle_index: int, excess: Excess) -> int:
    vehicle = problem.vehicles[vehicle_index]
    if excess.rule in _TIMES:
        return HOUR_S
    if excess.rule is Rule.CAPACITY:
        return max(1, vehicle.capacity[problem.dimensions.index(excess.key)])
    limit = vehicle.max_stops if excess.rule is Rule.MAX_STOPS else vehicle.max_distance_m
    return max(1, limit or 0)
