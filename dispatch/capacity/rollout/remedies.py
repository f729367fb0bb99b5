"""What it would take to meet the targets that cannot all be met: the smallest sets of extras.

A set of limits is a remedy if lifting them, and no others, lets every target be met; it is
smallest if none of its parts is one. Such minimal correction sets (Liffiton and Sakallah,
"Algorithms for computing minimal unsatisfiable subsets of constraints", Journal of Automated
Reasoning 40, 2008) are found in the order of their size, each excluding those that contain it;
then each is asked how little of every extra is enough.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from ortools.math_opt.python import mathopt

from dispatch.capacity.rollout.inputs import (
    ASSETS,
    PEOPLE_OF,
    Need,
    Resource,
    RolloutInput,
    Service,
)
from dispatch.capacity.rollout.limits import ALL_LIMITS, Limit, LimitKind
from dispatch.capacity.rollout.model import RolloutModel, build_model
from dispatch.capacity.rollout.optimising import Found, Stop, optimise, value_of

MOST_REMEDIES = 4
_WHOLE = 1_000_000
"""Extras of different units are weighed as millionths of what there is."""

_HAIR = 1e-4
_SHARE_OF_TIME = 0.4
"""Of the time that is left, how much one search may take."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """Extras that together let every target within reach be met.

    Attributes:
        extras: How much more of each limit, in its unit.
        least: Whether it is proven that no fewer limits, and no less of them (each weighed
            against what there is), would do.
    """

    extras: Mapping[Limit, int]
    least: bool


@dataclass(frozen=True, slots=True)
class Remedies:
    """What it would take.

    Attributes:
        found: Smallest sets first.
        out_of_reach: Targets that cannot be met however much there is of everything: what they
            wait for takes too long.
        complete: Whether there are no other smallest sets.
    """

    found: tuple[Remedy, ...]
    out_of_reach: tuple[Service, ...]
    complete: bool


def find_remedies(
    plan: RolloutInput, *, seconds: float = 30.0, stop: Stop = lambda: False
) -> Remedies:
    """Return the smallest sets of extras that let all targets within reach be met.

    Args:
        plan: Of which some target cannot be met.
        seconds: Most to be spent.
        stop: Asked often; once it answers true, what is found so far is returned.
    """
    search = _Search(plan, ends_at=perf_counter() + seconds, stop=stop)
    out_of_reach = search.require_targets()
    if out_of_reach is None:
        return Remedies((), (), complete=False)
    found: list[Remedy] = []
    while len(found) < MOST_REMEDIES:
        fewest = search.fewest()
        if fewest is None:
            return Remedies(tuple(found), out_of_reach, complete=search.exhausted())
        limits, proven = fewest
        if not limits:
            return Remedies((), out_of_reach, complete=True)
        least = search.least_of(limits)
        if least is None:
            break
        amounts, exact = least
        found.append(Remedy(amounts, least=proven and exact))
        search.exclude(limits)
    return Remedies(tuple(found), out_of_reach, complete=False)


class _Search:
    """The model with an extra on every limit, and a switch for each extra."""

    def __init__(self, plan: RolloutInput, *, ends_at: float, stop: Stop) -> None:
        self._plan = plan
        self._ends_at = ends_at
        self._stop = stop
        self._model = mathopt.Model()
        self._exhausted = False
        self._extras: dict[Limit, Any] = {}
        self._switches: dict[Limit, Any] = {}
        for limit in ALL_LIMITS:
            most = _most_of_use(plan, limit)
            self._extras[limit] = self._model.add_integer_variable(lb=0, ub=most)
            self._switches[limit] = self._model.add_binary_variable()
            self._model.add_linear_constraint(self._extras[limit] <= most * self._switches[limit])
        self._made: RolloutModel = build_model(plan, self._model, self._extras.__getitem__)

    def require_targets(self) -> tuple[Service, ...] | None:
        """Require every target that can be met at all; returns the others."""
        met = self._made.met
        reached = self._solve(mathopt.fast_sum(met.values()), upwards=True).values
        if reached is None:
            return None
        for one in met.values():
            self._model.add_linear_constraint(one == reached[one])
        return tuple(service for service, one in met.items() if not reached[one])

    def fewest(self) -> tuple[tuple[Limit, ...], bool] | None:
        """The fewest limits that must be lifted, and whether that is proven."""
        solved = self._solve(mathopt.fast_sum(self._switches.values()), upwards=False)
        self._exhausted = solved.infeasible
        if solved.values is None:
            return None
        values = solved.values
        limits = tuple(limit for limit, one in self._switches.items() if values[one])
        return limits, len(limits) <= solved.bound + 1 - _HAIR

    def least_of(self, limits: tuple[Limit, ...]) -> tuple[dict[Limit, int], bool] | None:
        """How little of the extras on ``limits`` is enough, and whether that is proven."""
        goal = mathopt.fast_sum(
            max(1, _WHOLE // max(1, _given(self._plan, limit))) * self._extras[limit]
            for limit in limits
        )
        self._allow(set(limits))
        solved = self._solve(goal, upwards=False)
        self._allow(set(ALL_LIMITS))
        if solved.values is None:
            return None
        amounts = {limit: solved.values[self._extras[limit]] for limit in limits}
        return amounts, value_of(goal, solved.values) <= solved.bound + 1 - _HAIR

    def exclude(self, limits: tuple[Limit, ...]) -> None:
        """From now on, find no set that contains ``limits``."""
        lifted = mathopt.fast_sum(self._switches[limit] for limit in limits)
        self._model.add_linear_constraint(lifted <= len(limits) - 1)

    def exhausted(self) -> bool:
        """Whether the last search ended because there is nothing to be found."""
        return self._exhausted

    def _allow(self, limits: set[Limit]) -> None:
        for limit, one in self._switches.items():
            one.upper_bound = float(limit in limits)

    def _solve(self, goal: Any, *, upwards: bool) -> Found:
        self._model.set_objective(goal, is_maximize=upwards)
        left_s = self._ends_at - perf_counter()
        return optimise(self._model, _SHARE_OF_TIME * left_s, self._stop)


def _given(plan: RolloutInput, limit: Limit) -> int:
    """How much of a limit there is, or what stands for it where it differs by city or week."""
    kind, resource = limit
    if kind is LimitKind.BUDGET:
        return sum(week.budget_yuan for week in plan.weeks)
    if kind is LimitKind.OPENINGS:
        return max(week.most_openings for week in plan.weeks)
    if kind is LimitKind.TRAINING and resource is not None:
        return plan.roles[resource].training_places
    if kind is LimitKind.DELIVERY and resource is not None:
        return plan.assets[resource].most_per_week
    return max((t.most_hired_per_week for t in plan.targets.values()), default=1)


def _most_of_use(plan: RolloutInput, limit: Limit) -> int:
    """More of a limit than this helps nobody."""
    kind, resource = limit
    needs = [(service, plan.need(service)) for service in plan.targets]
    if kind is LimitKind.OPENINGS:
        return len(needs)
    if kind is LimitKind.BUDGET:
        return 2 * sum(_price_yuan(plan, name) * _sum(needs, name) for name in Resource)
    if resource is None:
        raise ValueError(f"{limit} is of no resource")
    if kind is LimitKind.HIRING:
        return 2 * max(
            (need.people for s, need in needs if PEOPLE_OF[s.kind] is resource), default=0
        )
    return 2 * _sum(needs, resource)


def _sum(needs: Sequence[tuple[Service, Need]], resource: Resource) -> int:
    return sum(need.of(resource) for service, need in needs if resource in service.resources)


def _price_yuan(plan: RolloutInput, resource: Resource) -> int:
    """One of a resource for all weeks."""
    if resource in ASSETS:
        asset = plan.assets[resource]
        return asset.buy_yuan + asset.keep_yuan_per_week * len(plan.weeks)
    role = plan.roles[resource]
    return role.hire_yuan + role.pay_yuan_per_week * len(plan.weeks)
