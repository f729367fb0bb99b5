"""The best roll-out: most targets met, then most demand covered, then least cost.

The three goals are solved one after the other (lexicographic goal programming), each with the
values of those before held. HiGHS proves them: with attrition, people are fractions of a thousand
in large sums, which its linear relaxation bounds well and CP-SAT's does not (``docs/rollout.md``).
"""

from collections.abc import Callable, Iterator
from math import ceil, floor
from time import perf_counter
from typing import Any, NamedTuple

from ortools.math_opt.python import mathopt

from dispatch.capacity.rollout.inputs import RolloutInput
from dispatch.capacity.rollout.model import RolloutModel, build_model, demand_weight
from dispatch.capacity.rollout.optimising import Stop, Values, optimise, value_of
from dispatch.capacity.rollout.schedule import COST, DEMAND, TARGETS, Schedule, Solved, Stage

OnStage = Callable[[Stage], None]

_ROUNDING = 1e-6
"""Bounds of integer goals are rounded to the next integer; numbers this near one are one."""


_SHARE_OF_TIME = {TARGETS: 0.4, DEMAND: 0.7, COST: 1.0}
"""Of the time that is left, how much a goal may take before the next one has its turn."""


class StoppedEarlyError(Exception):
    """The search was stopped before there was any schedule."""


def solve_rollout(
    plan: RolloutInput,
    *,
    seconds: float = 60.0,
    stop: Stop = lambda: False,
    on_stage: OnStage = lambda _: None,
) -> Solved:
    """Return the best roll-out found in ``seconds``.

    Args:
        plan: What to plan.
        seconds: Most to be spent on all goals together.
        stop: Asked often; once it answers true, the best schedule so far is returned.
        on_stage: Told when a goal is done.

    Raises:
        StoppedEarlyError: Stopped before there was a schedule.
    """
    made = build_model(plan, mathopt.Model())
    ends_at = perf_counter() + seconds
    stages: list[Stage] = []
    values: Values | None = None
    for goal in _goals(plan, made):
        began = perf_counter()
        limit_s = _SHARE_OF_TIME[goal.name] * (ends_at - began)
        made.model.set_objective(goal.expression, is_maximize=goal.upwards)
        found = optimise(made.model, limit_s, stop, start=values)
        while found.values is None and not (found.infeasible or stop()):
            # Doing nothing is always a schedule, so there is one for whoever has the patience.
            limit_s *= 2
            found = optimise(made.model, limit_s, stop)
        if found.values is None:
            break
        values = found.values
        value = value_of(goal.expression, values)
        if goal.upwards:
            bound = max(value, floor(min(found.bound, goal.end) + _ROUNDING))
            made.model.add_linear_constraint(goal.expression >= value)
        else:
            bound = min(value, ceil(max(found.bound, goal.end) - _ROUNDING))
            made.model.add_linear_constraint(goal.expression <= value)
        taken_s = perf_counter() - began
        stages.append(Stage(goal=goal.name, value=value, bound=bound, seconds=taken_s))
        on_stage(stages[-1])
        if stop():
            break
    if values is None:
        raise StoppedEarlyError
    return Solved(schedule_of(plan, made, values), tuple(stages), stop())


class _Goal(NamedTuple):
    """What is sought; ``end`` is what it could not pass even if nothing were short."""

    name: str
    expression: Any
    upwards: bool
    end: int


def _goals(plan: RolloutInput, made: RolloutModel) -> Iterator[_Goal]:
    whole_demand = len(plan.weeks) * sum(
        demand_weight(plan, service) * plan.need(service).vehicles for service in plan.targets
    )
    yield _Goal(TARGETS, mathopt.fast_sum(made.met.values()), True, len(plan.targets))
    yield _Goal(DEMAND, made.demand, True, whole_demand)
    yield _Goal(COST, made.cost_yuan, False, 0)


def schedule_of(plan: RolloutInput, made: RolloutModel, values: Values) -> Schedule:
    """The decisions in a solution of the model."""

    def value(variable: Any) -> int:
        return values[variable]

    weeks = range(len(plan.weeks))
    opening = {
        service: next((week for week in weeks if value(made.opened[service, week])), None)
        for service in plan.targets
    }
    working = {
        service: tuple(value(made.working[service, week]) for week in weeks)
        for service in plan.targets
    }
    steps = {step: value(amount) for step, amount in made.steps.items() if value(amount)}
    return Schedule(opening, working, steps)
