"""The best roll-out: most targets met, then most demand covered, then least cost.

The three goals are solved one after the other (lexicographic goal programming), each with the
values of those before held. HiGHS proves them: with attrition, people are fractions of a thousand
in large sums, which its linear relaxation bounds well and CP-SAT's does not (figures in
``benchmarks/README.md``).
"""

from collections.abc import Callable, Iterator
from math import ceil, floor
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
from highspy import Highs, HighsSolution, HighsStatus, ObjSense

from dispatch.capacity.rollout.inputs import RolloutInput
from dispatch.capacity.rollout.model import RolloutModel, build_model, demand_weight, new_solver
from dispatch.capacity.rollout.schedule import Schedule, Solved, Stage

Stop = Callable[[], bool]
OnStage = Callable[[Stage], None]
Values = npt.NDArray[np.float64]

_FEASIBLE = 2
"""HiGHS's number for a primal solution that is feasible."""

_ROUNDING = 1e-6
"""Bounds of integer goals are rounded to the next integer; numbers this near one are one."""


_SHARE_OF_TIME = {"targets met": 0.4, "demand covered": 0.7, "cost": 1.0}
"""Of the time that is left, how much a goal may take before the next one has its turn."""


class SolverFailedError(RuntimeError):
    """The solver ended with an error of its own."""


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
        StoppedEarlyError: Stopped, or out of time, before there was a schedule.
    """
    made = build_model(plan, new_solver())
    ends_at = perf_counter() + seconds
    stages: list[Stage] = []
    values: Values | None = None
    for goal, expression, sense, end in _goals(plan, made):
        began = perf_counter()
        limit_s = _SHARE_OF_TIME[goal] * (ends_at - began)
        made.solver.setObjective(expression, sense)
        found = optimise(made.solver, limit_s, stop, start=values)
        if found is None:
            break
        values, bound = found
        value = value_of(expression, values)
        if sense == ObjSense.kMaximize:
            whole_bound = max(value, floor(min(bound, end) + _ROUNDING))
            made.solver.addConstr(expression >= value)
        else:
            whole_bound = min(value, ceil(max(bound, end) - _ROUNDING))
            made.solver.addConstr(expression <= value)
        taken_s = perf_counter() - began
        stages.append(Stage(goal=goal, value=value, bound=whole_bound, seconds=taken_s))
        on_stage(stages[-1])
    if values is None:
        raise StoppedEarlyError
    return Solved(schedule_of(plan, made, values), tuple(stages), stop())


def _goals(plan: RolloutInput, made: RolloutModel) -> Iterator[tuple[str, Any, ObjSense, int]]:
    """Each goal, and what it could not pass even if nothing were short."""
    whole_demand = len(plan.weeks) * sum(
        demand_weight(plan, service) * plan.need(service).vehicles for service in plan.targets
    )
    targets = made.solver.qsum(made.met.values())
    yield "targets met", targets, ObjSense.kMaximize, len(plan.targets)
    yield "demand covered", made.demand, ObjSense.kMaximize, whole_demand
    yield "cost", made.cost_yuan, ObjSense.kMinimize, 0


def optimise(
    solver: Highs, seconds: float, stop: Stop, start: Values | None = None
) -> tuple[Values, float] | None:
    """Solve until proven, stopped or out of time.

    Args:
        solver: Model and objective.
        seconds: Most to be spent.
        stop: Asked often.
        start: A solution to begin with.

    Returns:
        The best values found and a bound on the objective; ``None`` where there are none.

    Raises:
        SolverFailedError: The solver reports an error.
    """
    ends_at = perf_counter() + seconds

    def interrupt(event: Any) -> None:
        if perf_counter() > ends_at or stop():
            event.interrupt()

    if start is not None:
        hint = HighsSolution()
        hint.col_value = [float(value) for value in start]
        solver.setSolution(hint)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.cbMipInterrupt += interrupt
    try:
        status = solver.run()
    finally:
        solver.cbMipInterrupt -= interrupt
    if status == HighsStatus.kError:
        raise SolverFailedError(f"HiGHS ended with {solver.getModelStatus()}")
    info = solver.getInfo()
    if info.primal_solution_status != _FEASIBLE:
        return None
    return np.rint(np.array(solver.getSolution().col_value)), float(info.mip_dual_bound)


def value_of(expression: Any, values: Values) -> int:
    """Value of an expression with integer coefficients, summed exactly."""
    coefficients = zip(expression.idxs, expression.vals, strict=True)
    return sum(round(factor) * int(values[index]) for index, factor in coefficients)


def schedule_of(plan: RolloutInput, made: RolloutModel, values: Values) -> Schedule:
    """The decisions in a solution of the model."""

    def value(variable: Any) -> int:
        return int(values[variable.index])

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
