"""One route cut out of its problem, small enough to be changed and checked again whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from solvers.explain.reasons import Change
from solvers.insertions import Visits
from solvers.model import Problem, Stop, Vehicle, Visit, VisitKind
from solvers.travel import MatrixTravel


@dataclass(frozen=True, slots=True)
class RouteProblem:
    """A problem of one route, with numbers of its own.

    Attributes:
        problem: Vehicle 0 is the route's; vehicle 1 stands for every other one.
        visits: The route in the new numbers.
        stops: New number of each stop.
        hubs: New number of each hub.
    """

    problem: Problem
    visits: Visits
    stops: Mapping[int, int]
    hubs: Mapping[int, int]

    @staticmethod
    def of(problem: Problem, vehicle_index: int, visits: Visits) -> "RouteProblem":
        """Cut out the route; it replays to the same times and costs."""
        vehicle = problem.vehicles[vehicle_index]
        known = [*vehicle.committed, *visits]
        stops = _numbered(visit.index for visit in known if visit.kind is VisitKind.STOP)
        hubs = _numbered(
            [*vehicle.hubs, *(visit.index for visit in known if visit.kind is VisitKind.HUB)]
        )
        places = _numbered(
            [
                *(problem.stops[index].location for index in stops),
                *(problem.hubs[index].location for index in hubs),
                *(place for place in (vehicle.start, vehicle.end) if place is not None),
            ]
        )
        travel = problem.travel[vehicle.profile]
        durations, distances = travel.matrices(list(places))
        mine = replace(
            vehicle,
            profile=0,
            start=None if vehicle.start is None else places[vehicle.start],
            end=None if vehicle.end is None else places[vehicle.end],
            hubs=tuple(hubs[hub] for hub in vehicle.hubs),
            committed=_moved(vehicle.committed, stops, hubs),
        )
        small = Problem(
            stops=tuple(_own(problem.stops[index], vehicle_index, places) for index in stops),
            vehicles=(mine, _other(mine)),
            hubs=tuple(
                replace(problem.hubs[index], location=places[problem.hubs[index].location])
                for index in hubs
            ),
            travel=(MatrixTravel(durations, distances, travel.breakpoints_s),),
            dimensions=problem.dimensions,
            vehicle_classes=problem.vehicle_classes,
            prices=problem.prices,
        )
        return RouteProblem(small, _moved(visits, stops, hubs), stops, hubs)

    def renumbered(self, change: Change) -> Change:
        """The change in the numbers of this problem."""
        return replace(
            change,
            vehicle=None if change.vehicle is None else 0,
            stop=None if change.stop is None else self.stops[change.stop],
            hub=None if change.hub is None else self.hubs[change.hub],
        )


def _numbered(values: Iterable[int]) -> dict[int, int]:
    return {value: number for number, value in enumerate(dict.fromkeys(values))}


def _moved(visits: Visits, stops: Mapping[int, int], hubs: Mapping[int, int]) -> Visits:
    numbers = {VisitKind.STOP: stops, VisitKind.HUB: hubs, VisitKind.BREAK: {0: 0}}
    return tuple(Visit(visit.kind, numbers[visit.kind][visit.index]) for visit in visits)


def _own(stop: Stop, vehicle: int, places: Mapping[int, int]) -> Stop:
    """The stop in new numbers: vehicle 0, or 1 for any other."""
    allowed = stop.allowed_vehicles
    previous = stop.previous_vehicle
    return replace(
        stop,
        location=places[stop.location],
        allowed_vehicles=None if allowed is None else frozenset({0} if vehicle in allowed else ()),
        excluded_vehicles=frozenset({0} if vehicle in stop.excluded_vehicles else ()),
        previous_vehicle=None if previous is None else int(previous != vehicle),
    )


def _other(vehicle: Vehicle) -> Vehicle:
    return replace(vehicle, id=f"{vehicle.id} (another)", committed=())
