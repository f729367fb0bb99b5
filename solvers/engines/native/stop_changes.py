"""Changes of a session's stops, and of what was said about them."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from solvers.engines.native.live_travel import Place
from solvers.engines.native.quotes import Quote
from solvers.engines.native.schedule import PlannedRoute, PlannedVisit
from solvers.engines.native.session_core import SessionCore
from solvers.model import Stop, VisitKind


class StopChanges(SessionCore):
    """Stops come, change and go; who serves them is narrowed down, set, and told."""

    def add(self, stop: Stop, *, place: Place | None = None, quote: Quote | None = None) -> int:
        """Add a stop; returns its location.

        Args:
            stop: The stop; its ``location`` is not looked at where ``place`` is given.
            place: Its travel rows or coordinates, if its location is new.
            quote: Puts the stop where this quote found room. Otherwise it goes where it costs
                least, if it fits and is worth it.

        Raises:
            InvalidProblemError: The stop breaks a rule of the model.
            ValueError: The id is in use, the location is not, ``place`` does not fit the travel
                profiles, or the quote is for another state of the plan or no room.
        """
        with self._lock:
            live = self._live
            if live.has_stop(stop.id):
                raise ValueError(f"stop '{stop.id}' is there already; use change()")
            if quote is not None and not quote.fits:
                raise ValueError(f"stop '{stop.id}': the quote found no room; ask for others")
            if quote is not None and quote.revision != live.revision:
                raise ValueError(f"stop '{stop.id}': the plan changed since the quote; ask again")
            stop = self._placed(stop, place)
            live.add_stop(stop)
            if quote is not None:
                live.kernel.set_routes(quote.routes)
            live.settle()
            if quote is None:
                live.kernel.place_absent()
            return stop.location

    def change(self, stop: Stop, *, place: Place | None = None) -> int:
        """Replace the stop of the same id; returns its location.

        It stays in its place where the rules allow.

        Args:
            stop: What it is from now on; its ``location`` is not looked at where ``place`` is
                given.
            place: Its travel rows or coordinates, if it is somewhere new.

        Raises:
            KeyError: There is no stop of this id.
            InvalidProblemError: The stop breaks a rule of the model.
            ValueError: The location is not in use, or ``place`` does not fit.
        """
        with self._lock:
            self._live.stop_index(stop.id)
            stop = self._placed(stop, place)
            self._live.change_stop(self._live.stop_index(stop.id), stop)
            self._live.settle()
            return stop.location

    def cancel(self, stop_id: str) -> None:
        """Take a stop out.

        Raises:
            KeyError: There is no stop of this id.
            ValueError: A vehicle is committed to it; ``release`` it first.
        """
        with self._lock:
            self._refuse_holder(stop_id, self._holder(stop_id))
            self._live.remove_stop(stop_id)
            self._live.settle()

    def place_unserved(self) -> None:
        """Put stops that the plan leaves out where they cost least, as far as they fit."""
        with self._lock:
            self._live.settle()
            self._live.kernel.place_absent()

    def exclude(self, stop_id: str, vehicle_id: str) -> None:
        """Never let the vehicle serve the stop.

        Raises:
            KeyError: There is no such stop or vehicle.
            ValueError: The vehicle is committed to the stop; ``release`` it first.
        """
        with self._lock:
            vehicle = self._live.vehicle_index(vehicle_id)
            if self._holder(stop_id) == vehicle:
                self._refuse_holder(stop_id, vehicle)
            stop = self.stop(stop_id)
            self.change(replace(stop, excluded_vehicles=stop.excluded_vehicles | {vehicle}))

    def allow(self, stop_id: str, vehicle_ids: Iterable[str] | None) -> None:
        """Let only these vehicles serve the stop, or any again with ``None``.

        Excluded vehicles stay excluded, and skills are needed as before.

        Raises:
            KeyError: There is no such stop or vehicle.
            ValueError: A vehicle that is not among them is committed to the stop.
        """
        with self._lock:
            stop = self.stop(stop_id)
            allowed = None
            if vehicle_ids is not None:
                allowed = frozenset(map(self._live.vehicle_index, vehicle_ids))
                holder = self._holder(stop_id)
                if holder not in allowed:
                    self._refuse_holder(stop_id, holder)
            self.change(replace(stop, allowed_vehicles=allowed))

    def put(self, stop_id: str, vehicle_id: str, position: int) -> None:
        """Put the stop at ``position`` of the vehicle's visits, wherever it was before.

        Raises:
            KeyError: There is no such stop or vehicle.
            ValueError: A vehicle is committed to the stop, the position lies among the committed
                visits or behind the last, or the route would break a rule.
        """
        with self._lock:
            live = self._live
            vehicle, stop = live.vehicle_index(vehicle_id), live.stop_index(stop_id)
            self._refuse_holder(stop_id, self._holder(stop_id))
            routes = live.kernel.routes()
            changed = {
                index: [node for node in nodes if node != stop]
                for index, nodes in enumerate(routes)
                if stop in nodes or index == vehicle
            }
            fixed, count = live.fixed[vehicle], len(changed[vehicle])
            if not fixed <= position <= count:
                raise ValueError(
                    f"stop '{stop_id}': position is {position}, must lie in {fixed} .. {count} "
                    f"of vehicle '{vehicle_id}'"
                )
            changed[vehicle].insert(position, stop)
            if not live.kernel.is_valid(vehicle, changed[vehicle]):
                raise ValueError(
                    f"stop '{stop_id}': the route of vehicle '{vehicle_id}' would break a rule "
                    f"with it at position {position}; ask quote() for places that keep them all"
                )
            live.kernel.set_routes(list(changed.items()))
            live.settle()

    def tell_couriers(self, stop_ids: Iterable[str] | None = None) -> None:
        """From now on these stops' vehicles are those of the plan; another one has a price.

        Args:
            stop_ids: Which stops; ``None`` for all. Those left out of the plan belong to none.

        Raises:
            KeyError: There is no stop of one of these ids.
        """
        with self._lock:

            def told(stop: Stop, found: tuple[PlannedRoute, PlannedVisit] | None) -> Stop:
                vehicle = None if found is None else self._live.vehicle_index(found[0].vehicle_id)
                known = stop.previous_vehicle == vehicle
                return stop if known else replace(stop, previous_vehicle=vehicle)

            self._tell(stop_ids, told)

    def tell_shoppers(self, stop_ids: Iterable[str] | None = None) -> None:
        """From now on these stops' starts are those of the plan; moving them has a price.

        Args:
            stop_ids: Which stops; ``None`` for all. Those left out of the plan have none.

        Raises:
            KeyError: There is no stop of one of these ids.
        """
        with self._lock:

            def told(stop: Stop, found: tuple[PlannedRoute, PlannedVisit] | None) -> Stop:
                start_s = None if found is None else found[1].start_s
                known = stop.previous_start_s == start_s
                return stop if known else replace(stop, previous_start_s=start_s)

            self._tell(stop_ids, told)

    def _tell(
        self,
        stop_ids: Iterable[str] | None,
        told: Callable[[Stop, tuple[PlannedRoute, PlannedVisit] | None], Stop],
    ) -> None:
        live = self._live
        indices = range(len(live.stops)) if stop_ids is None else map(live.stop_index, stop_ids)
        planned = {
            visit.id: (route, visit)
            for route in live.routes()
            for visit in route.visits
            if visit.kind is VisitKind.STOP
        }
        changes = [
            (index, told(live.stops[index], planned.get(live.stops[index].id))) for index in indices
        ]
        changes = [(index, stop) for index, stop in changes if stop is not live.stops[index]]
        if changes:
            live.tell(changes)
            live.settle()

    def _refuse_holder(self, stop_id: str, holder: int | None) -> None:
        if holder is not None:
            raise ValueError(
                f"stop '{stop_id}': vehicle '{self._live.vehicles[holder].id}' is committed to "
                "it; release it first"
            )

    def _placed(self, stop: Stop, place: Place | None) -> Stop:
        """The stop, checked, at a location of its own where ``place`` is given."""
        drives = self._live.checked_place(place)
        self._live.check_stop(stop if drives is None else replace(stop, location=0))
        if drives is None:
            return stop
        return replace(stop, location=self._live.new_location(drives))
