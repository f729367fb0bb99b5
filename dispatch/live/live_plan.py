"""The live plan: a session of the native engine that follows the ledger.

What a courier is doing is no part of the problem any more: for the session the courier begins
where and when it will be free, with what it will have aboard. So nothing that is told of a
courier can contradict the plan, and the plan never moves what a courier is committed to.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from dispatch.domain.places import Place
from dispatch.domain.requests import PickupClass
from dispatch.live.city_day import CityDay
from dispatch.live.expecting import Expected, Expecting
from dispatch.live.ledger import Ledger
from dispatch.live.records import CourierRecord, CourierStatus, Lock, LockLevel, RequestStatus
from dispatch.live.rules import LiveRules
from dispatch.live.sparing import with_time_to_spare
from dispatch.live.tasks import Collect, Destination, Recover, RouteTask, TakeBreak, Unload
from solvers.alone import serves_alone
from solvers.engines.native.session import Session
from solvers.model import Problem, Stop, TimeWindow, Vehicle, Visit, VisitKind
from solvers.solution import Route, Solution

_HOPELESS_S = 900
"""For how long nobody is asked again for what nobody could do."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A stop as it was given to the session, but for its location, price and past.

    Attributes:
        stop: With ``unserved_price`` none.
        place: Where it is.
        price: What leaving it out costs where there is no room for it, milli-fen.
    """

    stop: Stop
    place: Place
    price: int


@dataclass(frozen=True, slots=True)
class _GivenCourier:
    """A courier as it was given to the session.

    Attributes:
        vehicle: Free at ``place``, its ``start``.
        place: Where it is, or will be free.
        task: What it does until then.
    """

    vehicle: Vehicle
    place: Place
    task: Destination | None


class LivePlan:
    """Open requests and loads to recover as stops, couriers as vehicles.

    Args:
        city: Couriers, hubs and streets.
        rules: Of the day.
        ledger: What is known so far.
        routes: What each courier was to do, in order, by its id; what else is open goes where it
            costs least.
    """

    def __init__(
        self,
        city: CityDay,
        rules: LiveRules,
        ledger: Ledger,
        routes: Mapping[str, Sequence[RouteTask]] = MappingProxyType({}),
    ) -> None:
        self._city = city
        self._repair = rules.repair
        self._buffer_s = rules.buffer_s
        self._times_priced = rules.time_change_fen > 0
        self._expecting = Expecting(city, rules)
        self._couriers: dict[str, _GivenCourier] = {}
        self._sparing: dict[str, Vehicle] = {}
        self._withdrawn: set[str] = set()
        self._stops: dict[str, _Given] = {}
        self._tasks: dict[str, Collect | Recover] = {}
        self._ordered: dict[str, Lock] = {}
        self._priced: set[str] = set()
        self._able: dict[str, int] = {}
        self._hopeless: dict[str, int] = {}
        self.session = self._begin(ledger, routes)
        self._head_with_locked()

    def _begin(self, ledger: Ledger, routes: Mapping[str, Sequence[RouteTask]]) -> Session:
        """A session with all that is known by now."""
        wanted = self._wanted_requests(ledger, ledger.requests) | self._wanted_loads(ledger)
        self._stops = {name: given for name, given in wanted.items() if given is not None}
        vehicles = []
        for courier_id, record in ledger.couriers.items():
            expected = self._expecting.expected(ledger, record)
            vehicle = self._expecting.vehicle(record, expected)
            if record.is_out:
                self._withdrawn.add(courier_id)
                vehicle = replace(vehicle, max_stops=0)
            else:
                self._couriers[courier_id] = _GivenCourier(vehicle, expected.place, record.task)
            vehicles.append((vehicle, expected.place))
        problem = self._city.problem_of(
            [(given.stop, given.place) for given in self._stops.values()], vehicles
        )
        for vehicle in problem.vehicles:
            if vehicle.id in self._couriers:
                given = self._couriers[vehicle.id]
                self._couriers[vehicle.id] = replace(given, vehicle=vehicle)
        session = Session(problem, self._as_planned(ledger, routes))
        session.place_unserved()
        return session

    def _as_planned(self, ledger: Ledger, routes: Mapping[str, Sequence[RouteTask]]) -> Solution:
        """The routes, as far as their requests and loads are still open."""
        left = {stop_id: index for index, stop_id in enumerate(self._stops)}
        hubs = {hub.id: index for index, hub in enumerate(self._city.problem.hubs)}
        planned = []
        for vehicle, courier_id in enumerate(ledger.couriers):
            visits: list[Visit] = []
            for task in routes.get(courier_id, ()):
                match task:
                    case TakeBreak():
                        visits.append(Visit.break_())
                    case Unload(hub_id) if hub_id in hubs:
                        visits.append(Visit.hub(hubs[hub_id]))
                    case Collect() | Recover() if (stop_id := _stop_id(task)) in left:
                        visits.append(Visit.stop(left.pop(stop_id)))
            planned.append(Route(vehicle, tuple(visits)))
        return Solution(tuple(route for route in planned if route.visits))

    def routes(self) -> dict[str, list[RouteTask]]:
        """What each courier is to do, in order and without what it does now; idle ones left out."""
        return {
            courier_id: [self.task_of(kind, visit_id) for kind, visit_id in visits]
            for courier_id, visits in self.session.visits().items()
        }

    def task_at(self, stop_id: str) -> Collect | Recover:
        """What a courier does at the stop."""
        return self._tasks[stop_id]

    def task_of(self, kind: VisitKind, visit_id: str | None) -> RouteTask:
        """What a courier does on a visit of this kind; ``visit_id`` is none for a break."""
        if visit_id is None:
            return TakeBreak()
        return self._tasks[visit_id] if kind is VisitKind.STOP else Unload(visit_id)

    def expected(self, ledger: Ledger, courier_id: str) -> Expected:
        """How the courier comes out of what it is doing."""
        return self._expecting.expected(ledger, ledger.couriers[courier_id])

    def can_rest(self, record: CourierRecord, now_s: int, leave_s: int | None) -> bool:
        """Whether the courier has time for its break before it must leave at ``leave_s``."""
        return self._expecting.can_rest(record, now_s, leave_s)

    def somebody_could(self, problem: Problem, index: int, now_s: int) -> bool:
        """Whether anybody could serve a stop of ``problem()`` with nothing else to do.

        That nobody can is asked again after a quarter of an hour, and once a courier comes back
        or the stop is another.
        """
        stop_id = problem.stops[index].id
        if now_s < self._hopeless.get(stop_id, -_HOPELESS_S) + _HOPELESS_S:
            return False
        # Who could a moment ago most likely still can: all others are asked after that.
        first = self._able.get(stop_id, 0)
        everybody = (*range(first, len(problem.vehicles)), *range(first))
        able = next((one for one in everybody if serves_alone(problem, one, index)), None)
        if able is None:
            self._hopeless[stop_id] = now_s
            return False
        self._able[stop_id] = able
        return True

    def follow(
        self, ledger: Ledger, request_ids: Iterable[str], courier_ids: Iterable[str]
    ) -> None:
        """Brings the session in line with the ledger.

        Args:
            ledger: What is known by now.
            request_ids: Requests of which something is different.
            courier_ids: Couriers of which something is different.
        """
        holders = {ledger.requests[one].courier_id for one in request_ids}
        with self.session.turn():
            self._let_go_of_locked()
            wanted = self._wanted_requests(ledger, request_ids) | self._wanted_loads(ledger)
            for stop_id, given in wanted.items():
                if given is None and stop_id in self._stops:
                    self.session.cancel(stop_id)
                    del self._stops[stop_id], self._tasks[stop_id]
            known = {*courier_ids, *(one for one in holders if one is not None)}
            changed = [self._follow_courier(ledger, courier_id) for courier_id in sorted(known)]
            self.session.update(*(vehicle for vehicle in changed if vehicle is not None))
            for stop_id, given in wanted.items():
                if given is not None and given != self._stops.get(stop_id):
                    self._set_stop(stop_id, given)
            self._head_with_locked()

    def keep_time_to_spare(self) -> None:
        """Plans for breaks and ends of shifts with time to spare, where the routes have it."""
        with self.session.turn():
            routes = {route.vehicle_id: route for route in self.session.schedule()}
            changed = {}
            for courier_id, given in self._couriers.items():
                route = routes.get(courier_id)
                sparing = with_time_to_spare(given.vehicle, route, self._buffer_s)
                if sparing != self._sparing.get(courier_id, given.vehicle):
                    changed[courier_id] = sparing
            self._sparing |= changed
            self.session.update(*changed.values())

    def _use_time_to_spare(self, courier_id: str) -> None:
        """Lets a courier that is late use what there is, so that nothing falls out of its route."""
        if self._sparing.pop(courier_id, None) is not None:
            given, now = self._couriers[courier_id].vehicle, self.session.vehicle(courier_id)
            late = replace(now, rest=given.rest, shift_end_s=given.shift_end_s, committed=())
            self.session.update(late)

    def told(self) -> None:
        """The plan as it is counts as told to couriers and shoppers: changing it has a price."""
        with self.session.turn():
            self.session.tell_couriers()
            if self._times_priced:
                self.session.tell_shoppers()

    def price_what_has_no_room(self) -> None:
        """Promised stops that found no room get a price; those that have one lose it.

        A plan without them would break a rule otherwise, and none that keeps all may exist.
        """
        left_out = set(self.session.unserved)
        looked_at = self._priced | left_out
        for stop_id in [one for one in self._stops if one in looked_at]:
            stop = self.session.stop(stop_id)
            price = self._stops[stop_id].price if stop_id in left_out else None
            if stop.unserved_price != price:
                self.session.change(replace(stop, unserved_price=price))
        self._priced = left_out

    def _wanted_requests(
        self, ledger: Ledger, request_ids: Iterable[str]
    ) -> dict[str, _Given | None]:
        """What of these requests is to be a stop; ``None`` where it is not."""
        wanted: dict[str, _Given | None] = {}
        for request_id in request_ids:
            record, stop_id = ledger.requests[request_id], _stop_id(Collect(request_id))
            wanted[stop_id] = None
            self._ordered.pop(stop_id, None)
            if record.status is RequestStatus.OPEN:
                if record.lock is not None and record.lock.level is LockLevel.ORDER:
                    self._ordered[stop_id] = record.lock
                stop = self._expecting.open_stop(record)
                price = self._city.price_of(record.request.pickup_class)
                wanted[stop_id] = _Given(stop, record.request.place, price)
                self._tasks[stop_id] = Collect(request_id)
        return wanted

    def _wanted_loads(self, ledger: Ledger) -> dict[str, _Given | None]:
        """The same for what broken-down couriers carry and nobody is on the way to."""
        wanted: dict[str, _Given | None] = {}
        fetched = {courier.task for courier in ledger.couriers.values()}
        for courier_id, courier in ledger.couriers.items():
            stop_id = _stop_id(Recover(courier_id))
            wanted[stop_id] = None
            stranded = courier.status is CourierStatus.BROKEN and courier.carried
            if stranded and Recover(courier_id) not in fetched:
                stop = self._expecting.stranded_stop(ledger, courier, stop_id)
                price = self._city.price_of(PickupClass.BULKY)
                wanted[stop_id] = _Given(stop, courier.place, price)
                self._tasks[stop_id] = Recover(courier_id)
        return wanted

    def _let_go_of_locked(self) -> None:
        """Commits nobody, so that all can be changed."""
        for courier_id in {lock.courier_id for lock in self._ordered.values()}:
            self.session.release(courier_id)

    def _head_with_locked(self) -> None:
        """Requests locked in order head the routes of their couriers, as far as they fit there."""
        heads: dict[str, int] = {}
        stopped: set[str] = set()
        for stop_id, lock in sorted(self._ordered.items(), key=lambda item: item[1].number):
            position = heads.get(lock.courier_id, 0)
            if lock.courier_id in stopped:
                continue
            try:
                self.session.put(stop_id, lock.courier_id, position)
            except ValueError:
                stopped.add(lock.courier_id)
                continue
            heads[lock.courier_id] = position + 1
        for courier_id, count in heads.items():
            self.session.commit(courier_id, count)

    def _set_stop(self, stop_id: str, given: _Given) -> None:
        """Adds the stop, where no promise suffers if there is such a place, or changes it."""
        before = self._stops.get(stop_id)
        self._stops[stop_id] = given
        self._hopeless.pop(stop_id, None)
        stop, place = given.stop, self._city.point(given.place)
        if before is None:
            windows = _promised(stop) or (TimeWindow(0, self._city.close_s),)
            quotes = self.session.quote(stop, windows, place=place, repair=self._repair)
            fitting = [one for one in quotes if one.fits]
            best = min(fitting, key=lambda one: one.added_cost, default=None)
            self.session.add(stop, place=place, quote=best)
            return
        known = self.session.stop(stop_id)
        stop = replace(
            stop,
            location=known.location,
            previous_vehicle=known.previous_vehicle,
            previous_start_s=known.previous_start_s,
        )
        self.session.change(stop, place=None if given.place == before.place else place)

    def _follow_courier(self, ledger: Ledger, courier_id: str) -> Vehicle | None:
        """Puts the courier where it will be free; returns what else it is from now on."""
        record, before = ledger.couriers[courier_id], self._couriers.get(courier_id)
        if record.is_out:
            if courier_id not in self._withdrawn:
                self.session.withdraw(courier_id)
                self._withdrawn.add(courier_id)
                self._couriers.pop(courier_id, None)
                self._sparing.pop(courier_id, None)
            return None
        if before is None:
            self._hopeless.clear()
        self._withdrawn.discard(courier_id)
        expected = self._expecting.expected(ledger, record)
        vehicle = self._expecting.vehicle(record, expected)
        if isinstance(record.task, Unload) and (before is None or record.task != before.task):
            self._leave_out_unloading(courier_id, record.task, expected.free_s)
        if before is not None and before.place == expected.place:
            # Where the session has it: an unloading left out starts it from the hub, and the
            # location it had at the same place before may be in use no more.
            vehicle = replace(vehicle, start=self.session.vehicle(courier_id).start)
        else:
            if before is not None:
                self._use_time_to_spare(courier_id)
            # The place first: with the load of later at the place of before, stops might fall out.
            place = self._city.point(expected.place)
            start = self.session.move(courier_id, available_s=expected.free_s, place=place)
            vehicle = replace(vehicle, start=start)
        self._couriers[courier_id] = _GivenCourier(vehicle, expected.place, record.task)
        if before is not None and before.vehicle == vehicle:
            return None
        self._sparing.pop(courier_id, None)
        return vehicle

    def _leave_out_unloading(self, courier_id: str, task: Unload, free_s: int) -> None:
        """Takes the unloading that a courier sets out for off the head of its route."""
        for route in self.session.schedule():
            first = route.visits[0]
            if route.vehicle_id == courier_id and (first.kind, first.id) == (
                VisitKind.HUB,
                task.hub_id,
            ):
                self.session.commit(courier_id, 1)
                self.session.finish(courier_id, 1, at_s=free_s)


def _stop_id(task: Collect | Recover) -> str:
    match task:
        case Collect(request_id):
            return f"request {request_id}"
        case Recover(courier_id):
            return f"load of {courier_id}"


def _promised(stop: Stop) -> tuple[TimeWindow, ...]:
    """The stop's windows without the time after its promise."""
    if stop.due_s is None:
        return stop.windows
    return (*stop.windows[:-1], TimeWindow(stop.windows[-1].start_s, stop.due_s))
