"""Solving with OR-Tools in tests: short, and judged by the checker."""

from solvers.checker import check
from solvers.engines.ortools import OrToolsEngine
from solvers.engines.protocol import Limits

SHORT = Limits(seconds=1.5, iterations=30)  # long enough where much else is going on


def solved(made, **given):
    """The engine's plan, which must be valid, and its report by the checker."""
    result = OrToolsEngine().solve(made, **({"limits": SHORT} | given))
    report = check(made, result.solution)
    assert report.violations == ()
    return result.solution, report


def sequence(plan, index=0):
    return plan.route_of(index).visits
