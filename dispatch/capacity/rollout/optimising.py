"""Integer programs solved in slices of time, so that somebody can end the search between them.

HiGHS, as OR-Tools brings it along, cannot be interrupted. So it is given a second, then two, four
and so on, each time with the best solution so far to begin with: at worst that doubles the time
to a proof, and whoever wants to stop waits for no longer than they have waited already.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter
from typing import Any

from ortools.math_opt.python import mathopt

Stop = Callable[[], bool]
Values = Mapping[Any, int]

_FIRST_SLICE_S = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """What a search ended with.

    Attributes:
        values: Of the variables in the best solution; ``None`` where none was found.
        bound: On the objective, from below where it is minimised; infinite where none is known.
        infeasible: Whether it is proven that there is no solution.
    """

    values: Values | None
    bound: float
    infeasible: bool = False


def optimise(
    model: mathopt.Model, seconds: float, stop: Stop, start: Values | None = None
) -> Found:
    """Solve until proven, stopped or out of time.

    Args:
        model: All variables are integers.
        seconds: Most to be spent; there is always a first slice.
        stop: Asked after each slice.
        start: A solution to begin with.

    Returns:
        The best solution found, and what is known of better ones.
    """
    ends_at, slice_s = perf_counter() + seconds, _FIRST_SLICE_S
    best = start
    while True:
        left_s = max(_FIRST_SLICE_S, ends_at - perf_counter())
        result = mathopt.solve(
            model,
            mathopt.SolverType.HIGHS,
            params=mathopt.SolveParameters(
                time_limit=timedelta(seconds=min(slice_s, left_s)), relative_gap_tolerance=0.0
            ),
            model_params=_beginning_with(best),
        )
        reason = result.termination.reason
        if reason in (mathopt.TerminationReason.OPTIMAL, mathopt.TerminationReason.FEASIBLE):
            best = _better(model, best, result.variable_values())
        if reason is mathopt.TerminationReason.INFEASIBLE:
            return Found(None, result.best_objective_bound(), infeasible=True)
        done = reason is mathopt.TerminationReason.OPTIMAL
        late = perf_counter() + _FIRST_SLICE_S > ends_at
        if done or late or stop():
            return Found(best, result.best_objective_bound())
        slice_s *= 2


def value_of(expression: Any, values: Values) -> int:
    """Value of an expression with integer coefficients, summed exactly."""
    flat = mathopt.as_flat_linear_expression(expression)
    total: int = round(flat.offset)
    for variable, factor in flat.terms.items():
        total += round(factor) * values[variable]
    return total


def _better(model: mathopt.Model, before: Values | None, found: Mapping[Any, float]) -> Values:
    """The better of two solutions: a slice that ends early may have forgotten its beginning."""
    whole = {variable: round(value) for variable, value in found.items()}
    if before is None:
        return whole
    goal = model.objective.as_linear_expression()
    gain = value_of(goal, whole) - value_of(goal, before)
    return whole if (gain >= 0) == model.objective.is_maximize or gain == 0 else before


def _beginning_with(values: Values | None) -> mathopt.ModelSolveParameters:
    if values is None:
        return mathopt.ModelSolveParameters()
    hint = mathopt.SolutionHint(variable_values={one: float(v) for one, v in values.items()})
    return mathopt.ModelSolveParameters(solution_hints=[hint])
