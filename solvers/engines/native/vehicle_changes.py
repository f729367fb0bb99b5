"""Changes of a session's vehicles, prices and clock."""

from dataclasses import replace

from solvers.engines.native.live_travel import Place
from solvers.engines.native.session_core import SessionCore
from solvers.engines.native.work_done import after_finishing, until
from solvers.model import Prices, Vehicle, VisitKind


class VehicleChanges(SessionCore):
    """Vehicles come, move, work and drop out; time passes."""

    def add_vehicle(self, vehicle: Vehicle, *, place: Place | None = None) -> int:
        """Add a vehicle with an empty route; returns its index.

        Args:
            vehicle: The vehicle; its ``start`` is not looked at where ``place`` is given.
            place: Travel rows or coordinates of where it starts, if that is a new location.

        Raises:
            InvalidProblemError: The vehicle breaks a rule of the model.
            ValueError: The id is in use, ``committed`` is given, a location is not in use, or
                ``place`` does not fit the travel profiles.
        """
        with self._lock:
            live = self._live
            if live.has_vehicle(vehicle.id):
                raise ValueError(f"vehicle '{vehicle.id}' is there already; use update()")
            self._refuse_commitment(vehicle)
            drives = live.checked_place(place)
            live.check_vehicle(vehicle if drives is None else replace(vehicle, start=0))
            if drives is not None:
                vehicle = replace(vehicle, start=live.new_location(drives))
            live.add_vehicle(vehicle)
            live.settle()
            return live.vehicle_index(vehicle.id)

    def update(self, *vehicles: Vehicle) -> None:
        """Replace the vehicles of the same ids; their committed visits stay.

        Many at once are far quicker than one after the other.

        Raises:
            KeyError: There is no vehicle of one of these ids.
            InvalidProblemError: A vehicle breaks a rule of the model, or two have the same id.
            ValueError: ``committed`` is given, or a location is not in use.
        """
        with self._lock:
            live = self._live
            indices = [live.vehicle_index(vehicle.id) for vehicle in vehicles]
            for vehicle in vehicles:
                self._refuse_commitment(vehicle)
            live.check_vehicles(vehicles)
            routes = live.kernel.routes()
            for index, vehicle in zip(indices, vehicles, strict=True):
                live.set_vehicle(index, vehicle, routes[index][: live.fixed[index]])
            live.settle()

    def withdraw(self, vehicle_id: str) -> None:
        """Take a vehicle off the road: its stops go to others, and it gets no more.

        It keeps its index and what it carries (``vehicle(id).initial_load``); ``update`` with
        another ``max_stops`` brings it back.

        Raises:
            KeyError: There is no such vehicle.
        """
        with self._lock:
            index = self._live.vehicle_index(vehicle_id)
            vehicle = replace(self._live.vehicles[index], max_stops=0)
            self._live.set_vehicle(index, vehicle, [])
            self._live.settle()

    def move(
        self,
        vehicle_id: str,
        *,
        available_s: int,
        location: int | None = None,
        place: Place | None = None,
    ) -> int | None:
        """Say where a vehicle is, and from when on it can go; returns its location.

        Args:
            vehicle_id: Which one.
            available_s: It does not leave before.
            location: Where it is, if that is a location there is already.
            place: Travel rows or coordinates of where it is, if not. With neither it is where
                it was, and late or early.

        Raises:
            KeyError: There is no such vehicle.
            InvalidProblemError: A value breaks a rule of the model.
            ValueError: Both ``location`` and ``place`` are given, or one does not fit.
        """
        with self._lock:
            index = self._live.vehicle_index(vehicle_id)
            if location is not None and place is not None:
                raise ValueError(f"vehicle '{vehicle_id}': give location or place, not both")
            drives = self._live.checked_place(place)
            moved = until(self._live.vehicles[index], available_s)
            if location is not None or drives is not None:
                moved = replace(moved, start=location or 0)
            self._live.check_vehicle(moved)
            if drives is not None:
                moved = replace(moved, start=self._live.new_location(drives))
            self._live.set_vehicle(index, moved, self._committed(index))
            self._live.settle()
            return moved.start

    def commit(self, vehicle_id: str, visits: int) -> None:
        """Fix the first ``visits`` visits of the vehicle's route as they are.

        Raises:
            KeyError: There is no such vehicle.
            ValueError: It is committed to more already, its route is shorter, or the last of
                these visits is a break with a visit behind it: commit both.
        """
        with self._lock:
            index = self._live.vehicle_index(vehicle_id)
            nodes = self._live.kernel.routes()[index]
            if not self._live.fixed[index] <= visits <= len(nodes):
                raise ValueError(
                    f"vehicle '{vehicle_id}': cannot commit {visits} visits; it is committed to "
                    f"{self._live.fixed[index]} and its route has {len(nodes)}"
                )
            self._fix(index, nodes, visits)

    def release(self, vehicle_id: str, visits: int = 0) -> None:
        """Keep only the first ``visits`` committed visits of the vehicle committed.

        Raises:
            KeyError: There is no such vehicle.
            ValueError: It is committed to fewer, or the last of these visits is a break with a
                visit behind it: release both or none.
        """
        with self._lock:
            index = self._live.vehicle_index(vehicle_id)
            nodes = self._live.kernel.routes()[index]
            if not 0 <= visits <= self._live.fixed[index]:
                raise ValueError(
                    f"vehicle '{vehicle_id}': cannot keep {visits} visits committed; it is "
                    f"committed to {self._live.fixed[index]}"
                )
            self._fix(index, nodes, visits)

    def finish(self, vehicle_id: str, visits: int = 1, *, at_s: int | None = None) -> None:
        """The first committed visits are done: they leave the route, their stops the problem.

        The vehicle then starts from the last of them, when it ended, with what it has collected;
        what it has used up of its limits is gone and its fixed cost is spent.

        Args:
            vehicle_id: Which vehicle.
            visits: How many visits are done.
            at_s: When the last of them ended; as planned if not given.

        Raises:
            KeyError: There is no such vehicle.
            InvalidProblemError: ``at_s`` is no time of the model.
            ValueError: It is not committed to that many, or the last is a break with a visit
                behind it (the break interrupts the drive there: finish both together).
        """
        with self._lock:
            live = self._live
            index = live.vehicle_index(vehicle_id)
            nodes = live.kernel.routes()[index]
            if not 1 <= visits <= live.fixed[index]:
                raise ValueError(
                    f"vehicle '{vehicle_id}': cannot finish {visits} visits; it is committed to "
                    f"{live.fixed[index]}"
                )
            done = live.plan().route_of(index).visits[:visits]
            if done[-1].kind is VisitKind.BREAK and visits < len(nodes):
                raise ValueError(
                    f"vehicle '{vehicle_id}': its break cannot be finished alone; finish it with "
                    "the visit behind it"
                )
            after = after_finishing(live.kernel, index, live.vehicles[index], done, at_s)
            live.check_vehicle(after)
            live.set_vehicle(index, after, nodes[visits : live.fixed[index]])
            live.kernel.set_routes([(index, nodes[visits:])])
            for stop_id in [live.stops[v.index].id for v in done if v.kind is VisitKind.STOP]:
                live.remove_stop(stop_id)
            live.settle()

    def advance(self, now_s: int) -> None:
        """Let time pass.

        A vehicle that has left its start place by now is committed to its first visit (and the
        break before it); one that waits does not leave before now.

        Raises:
            ValueError: The clock stands later already.
        """
        with self._lock:
            if self._now_s is not None and now_s < self._now_s:
                raise ValueError(f"now_s is {now_s}, but the clock stands at {self._now_s}")
            self._live.pass_time(now_s)
            self._now_s = now_s
            self._live.settle()

    def reprice(self, prices: Prices) -> None:
        """Replace the prices of what is counted per stop.

        Raises:
            InvalidProblemError: A price breaks a rule of the model.
            ValueError: A price lies beyond what the kernel computes with.
        """
        with self._lock:
            self._live.set_prices(prices)
            self._live.settle()

    def _fix(self, index: int, nodes: list[int], visits: int) -> None:
        """Commits the vehicle to just the first ``visits`` of its visits."""
        vehicle = self._live.vehicles[index]
        if 0 < visits < len(nodes) and nodes[visits - 1] == self._live.break_code:
            raise ValueError(
                f"vehicle '{vehicle.id}': its break cannot be the last visit it is committed to; "
                "take the visit behind it too, or leave the break out"
            )
        self._live.set_vehicle(index, vehicle, nodes[:visits])
        self._live.settle()

    @staticmethod
    def _refuse_commitment(vehicle: Vehicle) -> None:
        if vehicle.committed:
            raise ValueError(f"vehicle '{vehicle.id}': committed is given; use commit()")
