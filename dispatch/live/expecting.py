"""Where and when a courier will be free again, and with what aboard."""

from dataclasses import dataclass, replace

from dispatch.domain.places import Place
from dispatch.live.city_day import CityDay, LoadRow, added, row_of, skills_for
from dispatch.live.ledger import Ledger
from dispatch.live.records import CourierRecord, CourierStatus, Lock, RequestRecord
from dispatch.live.rules import LiveRules
from dispatch.live.tasks import Collect, Recover, Unload, WaitAt
from solvers.model import Stop, TimeWindow, Vehicle

_NOTHING: LoadRow = (0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How a courier comes out of what it is doing.

    Attributes:
        place: Where it will be free.
        free_s: When, at the latest estimate; never before the clock.
        load: Aboard by then.
        start_s: When it starts, or started, what it is committed to; ``None`` without a task.
    """

    place: Place
    free_s: int
    load: LoadRow
    start_s: int | None = None


class Expecting:
    """Estimates by the plan's own travel and service times.

    Args:
        city: Streets and service times.
        rules: Of the day.
    """

    def __init__(self, city: CityDay, rules: LiveRules) -> None:
        self._city = city
        self._rules = rules
        self._vehicles = {one.id: one for one in city.problem.vehicles}
        self._numbers = {name: number for number, name in enumerate(self._vehicles)}

    def open_stop(self, record: RequestRecord) -> Stop:
        """A request nobody is on the way to, as a stop.

        After a failed visit the promise is kept, for somebody came: another visit has no due
        time, but comes no sooner than ``retry_after_s`` later.
        """
        stop = self._city.stop_of(record.request)
        if record.refused_by:
            refused_by = frozenset(self._numbers[name] for name in record.refused_by)
            stop = replace(stop, excluded_vehicles=refused_by)
        if record.failed_s is not None:
            close_s = self._city.close_s
            again = TimeWindow(min(record.failed_s + self._rules.retry_after_s, close_s), close_s)
            stop = replace(stop, windows=(again,), due_s=None, late_cost_per_s=0)
        if record.lock is not None:
            stop = self._locked(stop, record.lock, self._numbers[record.lock.courier_id])
        return stop

    def _locked(self, stop: Stop, lock: Lock, vehicle: int) -> Stop:
        """The stop for one courier alone; at an exact time also not earlier, and due then."""
        stop = replace(stop, allowed_vehicles=frozenset({vehicle}))
        if lock.start_s is None:
            return stop
        close_s = self._city.close_s
        start_s = min(max(lock.start_s, stop.windows[0].start_s), close_s)
        due_s = None if stop.due_s is None else start_s
        return replace(stop, windows=(TimeWindow(start_s, close_s),), due_s=due_s)

    def stranded_stop(self, ledger: Ledger, courier: CourierRecord, stop_id: str) -> Stop:
        """What a broken-down courier carries, as a stop where it stands."""
        classes = {ledger.requests[one.request_id].request.pickup_class for one in courier.carried}
        return Stop(
            id=stop_id,
            location=0,
            service_s=(self._rules.takeover_s,) * len(self._city.problem.vehicle_classes),
            load=self._aboard(ledger, courier),
            skills=skills_for(classes),
        )

    def expected(self, ledger: Ledger, courier: CourierRecord) -> Expected:
        """How the courier comes out of what it is doing now."""
        now_s, vehicle = ledger.now_s, self._vehicles[courier.courier.id]
        aboard = self._aboard(ledger, courier)
        here = Expected(place=courier.place, free_s=now_s, load=aboard)
        if courier.status is CourierStatus.OFF:
            return replace(here, free_s=max(vehicle.available_s, now_s))
        rest = courier.courier.rest
        if courier.status is CourierStatus.RESTING and rest is not None:
            over_s = courier.since_s + round(rest.length.total_seconds())
            return replace(here, free_s=max(over_s, now_s))
        done = self._after_task(ledger, courier, here)
        return replace(done, free_s=max(done.free_s, now_s))

    def vehicle(self, record: CourierRecord, expected: Expected) -> Vehicle:
        """The courier as a vehicle that goes on from there; its ``start`` is to be replaced.

        A break that is not taken yet may begin no sooner than the courier is free: of a vehicle
        that leaves later than a break could have ended, the model takes it that the break is
        over. Who had the time for it when its window closed, though nobody said so, has had it.
        """
        vehicle = self._vehicles[record.courier.id]
        rest = None if record.rested else vehicle.rest
        if rest is not None and record.status is not CourierStatus.OFF:
            opens_s, closes_s = rest.window.start_s, rest.window.end_s
            from_s = max(opens_s, expected.free_s)
            idle = record.status is CourierStatus.FREE and from_s > closes_s
            had = idle and closes_s - max(opens_s, record.since_s) >= rest.duration_s
            window = TimeWindow(from_s, max(from_s, closes_s))
            rest = None if had else replace(rest, window=window)
        end_s = vehicle.shift_end_s
        return replace(
            vehicle,
            available_s=expected.free_s,
            shift_end_s=None if end_s is None else max(end_s, expected.free_s),
            initial_load=expected.load,
            fixed_cost=0 if record.has_worked else vehicle.fixed_cost,
            rest=rest,
        )

    def can_rest(self, record: CourierRecord, now_s: int, leave_s: int | None) -> bool:
        """Whether the courier, without a task, has time for its break before ``leave_s``.

        Args:
            record: The courier.
            now_s: The clock.
            leave_s: When it must leave for something; ``None`` for never.
        """
        rest = self._vehicles[record.courier.id].rest
        if rest is None or record.rested or record.status is not CourierStatus.FREE:
            return False
        open_now = rest.window.start_s <= now_s
        return open_now and (leave_s is None or now_s + rest.duration_s <= leave_s)

    def _after_task(self, ledger: Ledger, courier: CourierRecord, here: Expected) -> Expected:
        match courier.task:
            case Collect(request_id):
                request = ledger.requests[request_id].request
                arrival_s = self._arrival_s(ledger, courier, request.place)
                start_s = _opening(self._city.stop_of(request).windows, arrival_s)
                door_s = self._city.door_s(request, courier.courier.id)
                load = added(here.load, row_of(request.load))
                return Expected(
                    place=request.place, free_s=start_s + door_s, load=load, start_s=start_s
                )
            case Unload(hub_id):
                place = ledger.hubs[hub_id].place
                index = next(i for i, one in enumerate(self._city.problem.hubs) if one.id == hub_id)
                hub = self._city.problem.hubs[index]
                start_s = _opening(hub.windows, self._arrival_s(ledger, courier, place))
                units_ms = sum(a * b for a, b in zip(here.load, hub.unit_ms, strict=True))
                free_s = start_s + hub.fixed_s + units_ms // 1000
                return Expected(place=place, free_s=free_s, load=_NOTHING, start_s=start_s)
            case WaitAt(lon=lon, lat=lat):
                place = Place(lon=lon, lat=lat)
                start_s = self._arrival_s(ledger, courier, place)
                return replace(here, place=place, free_s=start_s, start_s=start_s)
            case Recover(courier_id):
                broken = ledger.couriers[courier_id]
                start_s = self._arrival_s(ledger, courier, broken.place)
                load = added(here.load, self._aboard(ledger, broken))
                free_s = start_s + self._rules.takeover_s
                return Expected(place=broken.place, free_s=free_s, load=load, start_s=start_s)
            case None:
                return here

    def _arrival_s(self, ledger: Ledger, courier: CourierRecord, place: Place) -> int:
        """When the courier is, or was, at the place it drives to; never in the past."""
        if courier.status is CourierStatus.AT_DOOR:
            return courier.since_s
        leave_s = max(courier.since_s, courier.place_s)
        drive_s = self._city.drive_s(courier.courier.id, courier.place, place, leave_s)
        return max(leave_s + drive_s, ledger.now_s)

    def _aboard(self, ledger: Ledger, courier: CourierRecord) -> LoadRow:
        load = _NOTHING
        for one in courier.carried:
            said = row_of(ledger.requests[one.request_id].request.load)
            load = added(load, (one.weight_g, said[1], said[2]))
        return load


def _opening(windows: tuple[TimeWindow, ...], arrival_s: int) -> int:
    """When service starts on arrival; at once where all windows have closed."""
    return next(
        (max(arrival_s, window.start_s) for window in windows if arrival_s <= window.end_s),
        arrival_s,
    )
