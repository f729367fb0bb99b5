"""Problem and plan of a session, kept alike for the model and the kernel."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from solvers.engines.native import flatten as flat
from solvers.engines.native.live_travel import Drives, LiveTravel, Place
from solvers.engines.native.schedule import PlannedRoute, PlannedVisit
from solvers.kernel import Session as KernelSession
from solvers.model import Prices, Problem, Stop, Vehicle, Visit, VisitKind, padded
from solvers.objective import late_s
from solvers.solution import Route, Solution
from solvers.travel import PlanarTravel

StopNumbers = tuple[
    tuple[int, ...],
    list[tuple[int, int]],
    tuple[Sequence[int], Sequence[int], Sequence[int]],
]
"""Row, windows, and service, set-up and loads of a stop as the kernel takes them."""


class LiveProblem:
    """Stops and vehicles by position, and the kernel's session with the same positions.

    The first ``fixed[v]`` visits of vehicle v's route are committed.
    """

    def __init__(self, problem: Problem, plan: Solution) -> None:
        self.revision = 0  # of problem and plan
        self.edits = 0  # of the problem, or of the plan by others than the search
        self.load(problem, plan)

    def load(self, problem: Problem, plan: Solution) -> None:
        """Builds everything from ``problem`` anew: takes a while for large ones."""
        self.travel = LiveTravel(problem.travel)
        self._profiles = len(problem.travel)
        # Hubs, dimensions, classes and prices; the rest is kept here.
        self._like = problem.replace(stops=(), vehicles=(), travel=self._anywhere())
        self.stops = list(problem.stops)
        self.vehicles = [replace(vehicle, committed=()) for vehicle in problem.vehicles]
        self.fixed = [len(vehicle.committed) for vehicle in problem.vehicles]
        self._index = {stop.id: index for index, stop in enumerate(self.stops)}
        self._vehicle_index = {v.id: index for index, v in enumerate(self.vehicles)}
        self._addresses = flat.address_numbers(self.stops)
        self._fits = flat.fit_rows(self.stops)
        examples = {self._fits[flat.fit_key(stop)]: stop for stop in self.stops}
        self._fit_examples = [examples[row] for row in range(len(examples))]
        self._uses = Counter(stop.location for stop in self.stops)
        self._uses.update(place for vehicle in self.vehicles for place in _places(vehicle))
        self.kernel = KernelSession(flat.flatten(problem, self.travel.kernel))
        self.kernel.set_routes(list(enumerate(flat.start_routes(problem, plan))))
        self.settle()

    def reload(self, problem: Problem, plan: Solution) -> None:
        """``load`` with the same locations, of which the same may be used again."""
        before = self.travel
        self.load(problem, plan)
        self.travel.inherit(before)

    def settle(self) -> None:
        """Brings the plan in line with the problem as it is now."""
        self.kernel.settle()
        self._made: Problem | None = None
        self._scheduled: tuple[PlannedRoute, ...] | None = None
        self.revision += 1
        self.edits += 1

    def step(self, seconds: float) -> bool:
        """Searches on; true once the search is over."""
        before = self.kernel.cost
        finished = self.kernel.step(seconds)
        if self.kernel.cost < before:
            self._scheduled = None
            self.revision += 1
        return finished

    # What there is.

    def stop_index(self, stop_id: str) -> int:
        """Raises KeyError where there is no such stop."""
        if stop_id not in self._index:
            raise KeyError(f"there is no stop '{stop_id}' in this session")
        return self._index[stop_id]

    def vehicle_index(self, vehicle_id: str) -> int:
        """Raises KeyError where there is no such vehicle."""
        if vehicle_id not in self._vehicle_index:
            raise KeyError(f"there is no vehicle '{vehicle_id}' in this session")
        return self._vehicle_index[vehicle_id]

    def has_vehicle(self, vehicle_id: str) -> bool:
        """Whether a vehicle has this id."""
        return vehicle_id in self._vehicle_index

    def has_stop(self, stop_id: str) -> bool:
        """Whether a stop has this id."""
        return stop_id in self._index

    @property
    def break_code(self) -> int:
        """The kernel's code of a break."""
        return len(self.stops) + len(self._like.hubs)

    def problem(self) -> Problem:
        """The problem as it is now, checked whole."""
        if self._made is None:
            plan = self.plan()
            self._made = self._like.replace(
                stops=tuple(self.stops),
                vehicles=tuple(
                    replace(vehicle, committed=plan.route_of(index).visits[: self.fixed[index]])
                    for index, vehicle in enumerate(self.vehicles)
                ),
                travel=self.travel.sources(),
            )
        return self._made

    def plan(self) -> Solution:
        """The plan as it is now."""
        return Solution(
            tuple(
                Route(vehicle, tuple(map(self.visit_of, nodes)))
                for vehicle, nodes in enumerate(self.kernel.routes())
                if nodes
            )
        )

    def visits(self) -> dict[str, list[tuple[VisitKind, str | None]]]:
        """The plan by ids, without times."""
        named: list[tuple[VisitKind, str | None]] = [
            *((VisitKind.STOP, stop.id) for stop in self.stops),
            *((VisitKind.HUB, hub.id) for hub in self._like.hubs),
            (VisitKind.BREAK, None),
        ]
        return {
            self.vehicles[vehicle].id: [named[node] for node in nodes]
            for vehicle, nodes in enumerate(self.kernel.routes())
            if nodes
        }

    def visit_of(self, node: int) -> Visit:
        """The visit that the kernel's code stands for."""
        if node < len(self.stops):
            return Visit.stop(node)
        return Visit.break_() if node == self.break_code else Visit.hub(node - len(self.stops))

    def routes(self) -> tuple[PlannedRoute, ...]:
        """The plan with its times."""
        if self._scheduled is None:
            self._scheduled = self._routes()
        return self._scheduled

    def _routes(self) -> tuple[PlannedRoute, ...]:
        return tuple(
            PlannedRoute(
                vehicle_id=self.vehicles[index].id,
                committed=self.fixed[index],
                leave_s=leave_s,
                end_s=end_s,
                visits=tuple(self._planned(*times) for times in visits),
            )
            for index, (leave_s, end_s, visits) in enumerate(self.kernel.schedule())
            if visits
        )

    def _planned(self, node: int, arrival_s: int, start_s: int, end_s: int) -> PlannedVisit:
        visit = self.visit_of(node)
        late = 0
        name: str | None = None
        if visit.kind is VisitKind.STOP:
            stop = self.stops[visit.index]
            name, late = stop.id, late_s(stop, start_s)
        elif visit.kind is VisitKind.HUB:
            name = self._like.hubs[visit.index].id
        return PlannedVisit(
            kind=visit.kind,
            id=name,
            arrival_s=arrival_s,
            start_s=start_s,
            end_s=end_s,
            late_s=late,
        )

    # Checks, before anything is changed.

    def check_stop(self, stop: Stop) -> None:
        """Raises InvalidProblemError where the stop breaks a rule of the model.

        Raises ValueError where its location was given up.
        """
        self._refuse_given_up(f"stop '{stop.id}'", [stop.location])
        # As many vehicles as the stop names: the rules look at each of them.
        named = {*(stop.allowed_vehicles or ()), *stop.excluded_vehicles}
        if stop.previous_vehicle is not None:
            named.add(stop.previous_vehicle)
        known = named.issubset(range(len(self.vehicles)))
        count = max(named, default=-1) + 1 if known else len(self.vehicles)
        bare = tuple(
            Vehicle(id=vehicle.id, start=None, capacity=(0,) * len(self._like.dimensions))
            for vehicle in self.vehicles[:count]
        )
        self._like.replace(stops=(stop,), vehicles=bare, hubs=(), travel=self._anywhere())

    def check_vehicle(self, vehicle: Vehicle) -> None:
        """``check_vehicles`` of one."""
        self.check_vehicles((vehicle,))

    def check_vehicles(self, vehicles: Sequence[Vehicle]) -> None:
        """Raises InvalidProblemError where a vehicle breaks a rule of the model.

        Raises ValueError where its start or end was given up.
        """
        for vehicle in vehicles:
            self._refuse_given_up(f"vehicle '{vehicle.id}'", _places(vehicle))
        self._like.replace(vehicles=tuple(vehicles), travel=self._anywhere())

    def _refuse_given_up(self, element: str, locations: Iterable[int]) -> None:
        for location in locations:
            if self.travel.is_free(location):
                raise ValueError(
                    f"{element}: location {location} was given up when nothing used it any "
                    "more; give its place anew"
                )

    def _anywhere(self) -> tuple[PlanarTravel, ...]:
        """Travel that knows the same locations and nothing else."""
        points = np.zeros((self.travel.size, 2), dtype=np.int64)
        source = PlanarTravel(points, detour_permille=1000, speeds_mm_s=(1000,))
        return (source,) * self._profiles

    def refuse_location(self, stop: Stop) -> None:
        """Raises ValueError where the stop's location is none of those in use."""
        element = f"stop '{stop.id}'"
        if not 0 <= stop.location < self.travel.size:
            raise ValueError(
                f"{element}: location is {stop.location}, but there are {self.travel.size}; give "
                "its place"
            )
        self._refuse_given_up(element, [stop.location])

    def checked_place(self, place: Place | None) -> Drives | None:
        """Raises ValueError where ``place`` does not fit the travel profiles."""
        return None if place is None else self.travel.checked(place)

    # Changes; ``settle`` comes after them.

    def numbers_of(self, stop: Stop, location: int | None = None) -> StopNumbers:
        """The stop as the kernel takes it, at another ``location`` where one is given."""
        key = flat.fit_key(stop)
        if key not in self._fits:
            row = flat.fit_row(stop, self.vehicles, self._like.prices)
            self._fits[key] = self.kernel.add_fit(row)
            self._fit_examples.append(stop)
        address = -1
        if stop.address is not None:
            address = self._addresses.setdefault(stop.address, len(self._addresses))
        classes = len(self._like.vehicle_classes)
        return (
            flat.stop_row(stop, self._fits[key], address, location),
            [(window.start_s, window.end_s) for window in stop.windows],
            (stop.service_s, padded(stop.setup_s, classes), self._like.load_of(stop)),
        )

    def new_location(self, drives: Drives) -> int:
        """A location for ``drives``; where room has run out, everything is built anew."""
        if self.travel.is_full:
            self.reload(self.problem(), self.plan())
        return self.travel.add(drives)

    def add_stop(self, stop: Stop) -> None:
        """Adds the stop, on no route yet."""
        try:
            self.kernel.add_stop(*self.numbers_of(stop))
        except ValueError:
            self._give_up(stop.location)
            raise
        self._index[stop.id] = len(self.stops)
        self.stops.append(stop)
        self._uses[stop.location] += 1

    def change_stop(self, index: int, stop: Stop) -> None:
        """Replaces the stop at ``index``, which keeps its id."""
        try:
            self.kernel.change_stop(index, *self.numbers_of(stop))
        except ValueError:
            self._give_up(stop.location)
            raise
        self._uses[stop.location] += 1
        self._leave(self.stops[index].location)
        self.stops[index] = stop

    def remove_stop(self, stop_id: str) -> None:
        """Removes the stop, to which no vehicle is committed; the last takes its index."""
        index = self._index[stop_id]
        self.kernel.remove_stop(index)
        del self._index[stop_id]
        gone, last = self.stops[index], self.stops.pop()
        if last.id != stop_id:
            self.stops[index] = last
            self._index[last.id] = index
        self._leave(gone.location)

    def set_vehicle(self, index: int, vehicle: Vehicle, committed: Sequence[int]) -> None:
        """Replaces the vehicle; ``committed`` are the kernel's codes of its committed visits."""
        before = self.vehicles[index]
        self.kernel.set_vehicle(index, *self._vehicle_numbers(vehicle), committed)
        self.vehicles[index] = vehicle
        self.fixed[index] = len(committed)
        self._uses.update(_places(vehicle))
        for place in _places(before):
            self._leave(place)
        if (vehicle.skills, vehicle.home_zones) != (before.skills, before.home_zones):
            self._renew_fits()

    def add_vehicle(self, vehicle: Vehicle) -> None:
        """Adds the vehicle behind the others; it has no committed visits."""
        index, prices = len(self.vehicles), self._like.prices
        try:
            self.kernel.add_vehicle(
                *self._vehicle_numbers(vehicle),
                [flat.fit(stop, index, vehicle, prices) for stop in self._fit_examples],
            )
        except ValueError:
            for place in _places(vehicle):
                self._give_up(place)
            raise
        self._vehicle_index[vehicle.id] = index
        self.vehicles.append(vehicle)
        self.fixed.append(0)
        self._uses.update(_places(vehicle))

    def set_prices(self, prices: Prices) -> None:
        """Replaces what is counted per stop; raises InvalidProblemError for bad prices."""
        like = self._like.replace(prices=prices)
        self.kernel.set_prices(prices.vehicle_change, prices.time_change, prices.time_tolerance_s)
        self._like = like
        self._renew_fits()

    def tell(self, told: Iterable[tuple[int, Stop]]) -> None:
        """Replaces stops by others that differ in their previous vehicle and start alone."""
        given = list(told)
        self.kernel.tell([(index, *flat.previous_of(stop)) for index, stop in given])
        for index, stop in given:
            self.stops[index] = stop

    def _vehicle_numbers(
        self, vehicle: Vehicle
    ) -> tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int]]:
        """Row, capacity, initial load and hubs."""
        dimensions = len(self._like.dimensions)
        return (
            flat.vehicle_row(vehicle),
            padded(vehicle.capacity, dimensions),
            padded(vehicle.initial_load, dimensions),
            vehicle.hubs,
        )

    def _renew_fits(self) -> None:
        """Who may serve what at which price, after a change of vehicles or prices."""
        rows = [flat.fit_row(stop, self.vehicles, self._like.prices) for stop in self._fit_examples]
        self.kernel.set_fits([price for row in rows for price in row])

    def pass_time(self, now_s: int) -> None:
        """Commits who has left by now to the first visit; who waits leaves no earlier than now."""
        for index, nodes in enumerate(self.kernel.routes()):
            vehicle = self.vehicles[index]
            if self.fixed[index]:
                continue
            if nodes and self.kernel.leaves_s(index) < now_s:
                first = 2 if nodes[0] == self.break_code and len(nodes) > 1 else 1
                self.set_vehicle(index, vehicle, nodes[:first])
                continue
            latest_s = now_s if vehicle.shift_end_s is None else vehicle.shift_end_s
            free_s = max(vehicle.available_s, min(now_s, latest_s))
            self.set_vehicle(index, replace(vehicle, available_s=free_s), [])

    def _leave(self, location: int) -> None:
        self._uses[location] -= 1
        self._give_up(location)

    def _give_up(self, location: int) -> None:
        if not self._uses[location]:
            del self._uses[location]
            self.travel.give_up(location)


def _places(vehicle: Vehicle) -> list[int]:
    """Locations the vehicle starts from and ends at."""
    return [place for place in (vehicle.start, vehicle.end) if place is not None]
