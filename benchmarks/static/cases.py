"""One problem to be solved, with what is known about it."""

from dataclasses import dataclass

from solvers.checker import CheckReport, check
from solvers.formats.cvrplib.departures import with_late_departures
from solvers.model import Problem
from solvers.solution import Solution


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A problem of a suite.

    Attributes:
        name: Of the instance, unique in its suite.
        problem: What is to be solved; its cost is what engines are compared by.
        scale: Units of cost in one unit of the published costs.
        best_known: Published best cost, in the problem's units; ``None`` where there is none.
    """

    name: str
    problem: Problem
    scale: int = 1
    best_known: int | None = None

    def judge(self, solution: Solution) -> CheckReport:
        """The checker's verdict; limits on duration as public instances mean them."""
        limited = any(vehicle.max_duration_s is not None for vehicle in self.problem.vehicles)
        judged = with_late_departures(self.problem, solution) if limited else self.problem
        return check(judged, solution)
