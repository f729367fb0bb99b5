"""The nearest insertion, found by the kernel of the native engine.

``solvers/kernel/nearest.cpp`` says how. What it answers is replayed here before it counts.
"""

from collections.abc import Hashable, Sequence

from solvers.engines.native.flatten import fit_key, flatten, nodes_of, solution_of
from solvers.insertions import Visits
from solvers.kernel import NearestInsertion
from solvers.model import Problem, Stop


class Compiled:
    """The kernel's copy of a problem.

    Raises:
        ValueError: A value lies outside what the kernel computes with.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._copy = flatten(problem)

    def into(self, routes: Sequence[Visits]) -> "CompiledSearch":
        """The search among insertions into these routes, one for each vehicle."""
        nodes = [nodes_of(self.problem, visits) for visits in routes]
        return CompiledSearch(self.problem, NearestInsertion(self._copy, nodes))


class CompiledSearch:
    """One set of routes as the kernel knows it."""

    def __init__(self, problem: Problem, kernel: NearestInsertion) -> None:
        self._problem = problem
        self._kernel = kernel
        self._unfit: dict[Hashable, list[int]] = {}

    def nearest(self, index: int) -> tuple[int, Visits]:
        """Vehicle and whole route of the insertion that breaks least, then costs least."""
        stop = self._problem.stops[index]
        key = fit_key(stop)
        if key not in self._unfit:
            vehicles = range(len(self._problem.vehicles))
            self._unfit[key] = [_unfit(self._problem, stop, vehicle) for vehicle in vehicles]
        vehicle, nodes = self._kernel.find(index, self._unfit[key])
        (route,) = solution_of(self._problem, [nodes]).routes
        return vehicle, route.visits


def _unfit(problem: Problem, stop: Stop, vehicle: int) -> int:
    """Skills and lists that keep the vehicle from the stop, counted."""
    refused = stop.allowed_vehicles is not None and vehicle not in stop.allowed_vehicles
    missing = len(stop.skills - problem.vehicles[vehicle].skills)
    return missing + refused + (vehicle in stop.excluded_vehicles)
