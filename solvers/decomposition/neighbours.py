"""Which routes to plan again together: neighbours across the borders of the parts."""

from collections.abc import Sequence

from solvers.decomposition.nearness import drives_from
from solvers.decomposition.parts import Part
from solvers.engines.feasibility import serves
from solvers.model import Problem, VisitKind
from solvers.solution import Solution

STOPS_TOGETHER = 110
"""A group of routes takes no further route once it has this many stops."""

_MOST_UNSERVED = 12
"""Stops left out that join one group at most."""


class Rotation:
    """Hands out groups of neighbouring routes.

    Around every stop left out first, then around every route, the one longest not in the middle
    first, so that all borders are visited.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._last_turn = [0] * len(problem.vehicles)
        self._tried: set[int] = set()
        self._turn = 0

    def next_group(self, plan: Solution, busy: Part) -> Part | None:
        """Routes to plan again and stops left out near them; ``None`` if too few are free.

        Args:
            plan: The whole plan as it stands.
            busy: Vehicles and stops that others are planning at the moment.
        """
        problem = self._problem
        taken = set(busy.vehicles)
        free = [v for v in range(len(problem.vehicles)) if v not in taken]
        if len(free) < 2:
            return None
        self._turn += 1
        waiting = set(plan.unserved(problem)) - set(busy.stops)
        unserved = sorted(stop for stop in waiting if self._servers(stop, free))
        fresh = [stop for stop in unserved if stop not in self._tried]
        middle: int | None = None
        if fresh:
            places = [problem.stops[fresh[0]].location]
            able = self._servers(fresh[0], free)
        else:
            middle = min(free, key=lambda v: (self._last_turn[v], v))
            self._last_turn[middle] = self._turn
            places = self._places(plan, middle)
            able = {middle}
        vehicles = self._nearest(plan, places, free, able)
        near = self._near(unserved, places, vehicles)
        self._tried.update(near)
        stops = {stop for vehicle in vehicles for stop in plan.route_of(vehicle).stops()}
        return Part(tuple(sorted(stops.union(near))), tuple(sorted(vehicles)))

    def _servers(self, stop: int, vehicles: Sequence[int]) -> set[int]:
        given = self._problem.stops[stop]
        return {vehicle for vehicle in vehicles if serves(self._problem, vehicle, given)}

    def _nearest(
        self, plan: Solution, places: Sequence[int], free: Sequence[int], first: set[int]
    ) -> list[int]:
        """Vehicles by the distance of their routes, up to the stops a group may have.

        The nearest of ``first`` is always among them.
        """
        profile = self._problem.vehicles[min(first)].profile
        drives = drives_from(
            self._problem.travel[profile], places, [self._places(plan, v) for v in free]
        )
        away = dict(zip(free, drives, strict=True))
        leader = min(first, key=lambda v: (away[v], v))
        chosen = [leader]
        stops = sum(1 for _ in plan.route_of(leader).stops())
        for vehicle in sorted(free, key=lambda v: (away[v], v)):
            if vehicle == leader:
                continue
            if stops >= STOPS_TOGETHER and len(chosen) > 1:
                break
            chosen.append(vehicle)
            stops += sum(1 for _ in plan.route_of(vehicle).stops())
        return chosen

    def _near(
        self, unserved: Sequence[int], places: Sequence[int], vehicles: Sequence[int]
    ) -> list[int]:
        """The nearest stops left out that some vehicle of the group may serve."""
        able = [stop for stop in unserved if self._servers(stop, vehicles)]
        profile = self._problem.vehicles[vehicles[0]].profile
        drives = drives_from(
            self._problem.travel[profile],
            places,
            [[self._problem.stops[stop].location] for stop in able],
        )
        nearest = sorted(zip(drives, able, strict=True))
        return [stop for _, stop in nearest[:_MOST_UNSERVED]]

    def _places(self, plan: Solution, vehicle: int) -> list[int]:
        """Where the route goes; the start place of a vehicle without one."""
        visits = plan.route_of(vehicle).visits
        places = [self._problem.stops[v.index].location for v in visits if v.kind is VisitKind.STOP]
        start = self._problem.vehicles[vehicle].start
        return places or ([] if start is None else [start])
