"""A part of a problem as a problem of its own, and its plan put back into the whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from solvers.model import Problem, Stop, Vehicle, Visit, VisitKind
from solvers.solution import Route, Solution
from solvers.travel import MatrixTravel


@dataclass(frozen=True, slots=True)
class Part:
    """Stops and vehicles that are planned together, by their indices in the whole."""

    stops: tuple[int, ...]
    vehicles: tuple[int, ...]


class SubProblem:
    """A part cut out of the whole, with the way back.

    Only the locations needed are kept. A stop whose previous vehicle is elsewhere forgets it:
    the price of that change is the same for every vehicle of the part.
    """

    def __init__(self, whole: Problem, part: Part) -> None:
        self.part = part
        vehicles = [whole.vehicles[index] for index in part.vehicles]
        self._hubs = sorted(
            {hub for vehicle in vehicles for hub in vehicle.hubs}
            | {v.index for c in vehicles for v in c.committed if v.kind is VisitKind.HUB}
        )
        self._stop_at = {index: at for at, index in enumerate(part.stops)}
        self._vehicle_at = {index: at for at, index in enumerate(part.vehicles)}
        self._hub_at = {index: at for at, index in enumerate(self._hubs)}
        self._location_at = {location: at for at, location in enumerate(self._locations(whole))}
        self.problem = whole.replace(
            stops=tuple(self._stop(whole.stops[index]) for index in part.stops),
            vehicles=tuple(self._vehicle(vehicle) for vehicle in vehicles),
            hubs=tuple(
                replace(whole.hubs[hub], location=self._location_at[whole.hubs[hub].location])
                for hub in self._hubs
            ),
            travel=tuple(
                MatrixTravel(*source.matrices(list(self._location_at)), source.breakpoints_s)
                for source in whole.travel
            ),
        )

    def lift(self, solution: Solution) -> tuple[Route, ...]:
        """Routes of the part's plan with the indices of the whole."""
        return tuple(
            Route(
                self.part.vehicles[route.vehicle],
                tuple(self._lifted(visit) for visit in route.visits),
            )
            for route in solution.routes
        )

    def lower(self, routes: Iterable[Route]) -> Solution:
        """Routes of the whole, which use nothing outside the part, with the part's indices."""
        return Solution(
            tuple(
                Route(
                    self._vehicle_at[route.vehicle],
                    tuple(self._lowered(visit) for visit in route.visits),
                )
                for route in routes
            )
        )

    def _locations(self, whole: Problem) -> list[int]:
        vehicles = [whole.vehicles[index] for index in self.part.vehicles]
        places = [whole.stops[index].location for index in self.part.stops]
        places += [whole.hubs[hub].location for hub in self._hubs]
        places += [v.start for v in vehicles if v.start is not None]
        places += [v.end for v in vehicles if v.end is not None]
        return sorted(set(places))

    def _stop(self, stop: Stop) -> Stop:
        allowed = stop.allowed_vehicles
        previous = stop.previous_vehicle
        return replace(
            stop,
            location=self._location_at[stop.location],
            allowed_vehicles=None if allowed is None else self._known(allowed),
            excluded_vehicles=self._known(stop.excluded_vehicles),
            previous_vehicle=None if previous is None else self._vehicle_at.get(previous),
        )

    def _known(self, vehicles: Iterable[int]) -> frozenset[int]:
        return frozenset(self._vehicle_at[v] for v in vehicles if v in self._vehicle_at)

    def _vehicle(self, vehicle: Vehicle) -> Vehicle:
        return replace(
            vehicle,
            start=None if vehicle.start is None else self._location_at[vehicle.start],
            end=None if vehicle.end is None else self._location_at[vehicle.end],
            hubs=tuple(self._hub_at[hub] for hub in vehicle.hubs),
            committed=tuple(self._lowered(visit) for visit in vehicle.committed),
        )

    def _lowered(self, visit: Visit) -> Visit:
        if visit.kind is VisitKind.STOP:
            return Visit.stop(self._stop_at[visit.index])
        return Visit.hub(self._hub_at[visit.index]) if visit.kind is VisitKind.HUB else visit

    def _lifted(self, visit: Visit) -> Visit:
        if visit.kind is VisitKind.STOP:
            return Visit.stop(self.part.stops[visit.index])
        return Visit.hub(self._hubs[visit.index]) if visit.kind is VisitKind.HUB else visit


def merged(plans: Iterable[Sequence[Route]]) -> Solution:
    """One plan of routes whose vehicles differ, by vehicle."""
    routes = [route for plan in plans for route in plan]
    return Solution(tuple(sorted(routes, key=lambda route: route.vehicle)))
