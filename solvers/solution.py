"""A plan as the engines give it and the checker takes it: who visits what, in which order.

Times are not part of it: they follow from the order by the rules of the model and are replayed
by ``solvers.replay``.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from solvers.model import Problem, Visit, VisitKind


@dataclass(frozen=True, slots=True)
class Route:
    """What one vehicle does, in order; its start and end places are not visits."""

    vehicle: int
    visits: tuple[Visit, ...]

    def stops(self) -> Iterator[int]:
        """Indices of the stops served, in order."""
        return (visit.index for visit in self.visits if visit.kind is VisitKind.STOP)


@dataclass(frozen=True, slots=True)
class Solution:
    """Routes of the vehicles in use, at most one each."""

    routes: tuple[Route, ...] = ()

    def served(self) -> frozenset[int]:
        """Indices of all stops on some route."""
        return frozenset(stop for route in self.routes for stop in route.stops())

    def unserved(self, problem: Problem) -> tuple[int, ...]:
        """Indices of the stops of ``problem`` on no route, rising."""
        served = self.served()
        return tuple(index for index in range(len(problem.stops)) if index not in served)

    def route_of(self, vehicle: int) -> Route:
        """The vehicle's route; an empty one if it is not used."""
        for route in self.routes:
            if route.vehicle == vehicle:
                return route
        return Route(vehicle, ())
