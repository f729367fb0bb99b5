"""The rules every problem keeps; all of them run whenever a problem is built."""

from typing import TYPE_CHECKING

from solvers.errors import ProblemIssue
from solvers.validation.hubs import hub_issues
from solvers.validation.magnitudes import magnitude_issues
from solvers.validation.numbers import number_issues
from solvers.validation.stops import stop_issues
from solvers.validation.travel import travel_issues
from solvers.validation.vehicles import vehicle_issues

if TYPE_CHECKING:
    from solvers.model import Problem


def find_issues(problem: "Problem") -> list[ProblemIssue]:
    """Every rule ``problem`` breaks, each with code, cause and what to do.

    Values that are not whole numbers are reported alone, since no other rule can judge them;
    the bound on costs is judged only when everything else is in order.
    """
    issues = list(number_issues(problem))
    if issues:
        return issues
    for rules in (travel_issues, stop_issues, hub_issues, vehicle_issues):
        issues += rules(problem)
    return issues or list(magnitude_issues(problem))
