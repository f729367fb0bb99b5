"""What is known by now: the dispatcher's board of open pickups and couriers, kept from events."""

from dataclasses import dataclass, field

import numpy as np

from dispatch.domain.couriers import Courier
from dispatch.domain.places import Place
from dispatch.domain.requests import PickupClass, PickupRequest
from dispatch.domain.service import door_time_s, setup_time_s
from dispatch.live import events, tasks
from dispatch.simulation.eligibility import load_of
from dispatch.simulation.policy import Briefing

_HOUR_S = 3_600
_HOURS = 24


@dataclass(slots=True)
class OpenPickup:
    """A promised pickup that is not done.

    Attributes:
        request: As promised.
        start_s: From when the bell may be rung, seconds since local midnight.
        end_s: Until when it should be.
        work_s: Seconds at the door, set-up included, as planned.
        courier_id: Who is on the way to it or at its door.
        refused_by: Couriers who will not do it.
        visits: Those at which nobody was at home.
    """

    request: PickupRequest
    start_s: int
    end_s: int
    work_s: int
    courier_id: str | None = None
    refused_by: set[str] = field(default_factory=set)
    visits: int = 0


@dataclass(slots=True)
class KnownCourier:
    """What is known of a courier.

    Attributes:
        courier: Who it is.
        shift: Seconds since local midnight.
        rest: Window of the break and its length in seconds; ``None`` if there is none, or it
            was taken.
        place: Where it was last.
        on_shift: Whether it is at work.
        free: Whether it is at work with nothing to do.
        load: Grams, millilitres and pieces carried.
        left_s: When it set out for what it is doing.
        last: Class of what it collected last.
        bulky: Whether something bulky is aboard.
        broken: Whether its vehicle has broken down.
        helper_id: Who is on the way to take over what it carries.
    """

    courier: Courier
    shift: tuple[int, int]
    rest: tuple[int, int, int] | None
    place: Place
    on_shift: bool = False
    free: bool = False
    load: tuple[int, int, int] = (0, 0, 0)
    left_s: int = 0
    last: PickupClass = PickupClass.PARCEL
    bulky: bool = False
    broken: bool = False
    helper_id: str | None = None


class Board:
    """Open pickups and couriers, as events tell of them.

    Args:
        briefing: What is known in the morning.

    Attributes:
        open: Promised pickups that are not done, by id, in the order they were booked.
        couriers: By id.
        ways: By class and hour of the day, shape (24, 2): how many doors were reached, and
            seconds on the way to them and to unload what was collected there.
    """

    def __init__(self, briefing: Briefing) -> None:
        self._briefing = briefing
        self.open: dict[str, OpenPickup] = {}
        self.couriers = {one.id: _known(one, briefing) for one in briefing.couriers}
        self._closes_s = max((one.shift[1] for one in self.couriers.values()), default=0)
        self.ways = {kind: np.zeros((_HOURS, 2)) for kind in PickupClass}

    def observe(self, event: events.Event) -> None:
        """Take note of what has happened."""
        match event:
            case events.Booked(_, request):
                self._book(request)
            case events.Cancelled(_, request_id):
                self.open.pop(request_id, None)
            case events.ShiftStarted(_, courier_id):
                known = self.couriers[courier_id]
                known.on_shift = known.free = True
            case events.ShiftEnded(_, courier_id):
                known = self.couriers[courier_id]
                known.on_shift = known.free = False
            case events.Position(_, courier_id, lon, lat):
                self._freed(courier_id, Place(lon=lon, lat=lat))
            case events.Departed(at, courier_id, task):
                self._departed(at, courier_id, task)
            case events.Arrived(at, courier_id, request_id):
                kind = self.open[request_id].request.pickup_class
                self.ways[kind][_hour(at)] += 1, at - self.couriers[courier_id].left_s
            case events.Refused(_, courier_id, request_id):
                self.open[request_id].refused_by.add(courier_id)
            case events.BrokenDown(_, courier_id):
                self._broken(courier_id)
            case events.RestBegan(_, courier_id):
                known = self.couriers[courier_id]
                known.rest, known.free = None, False
            case events.Rested(_, courier_id):
                self.couriers[courier_id].free = True
            case _:
                self._ended(event)

    def _ended(self, event: events.Event) -> None:
        """A pickup or an unloading is over, one way or the other."""
        match event:
            case events.Collected(_, courier_id, request_id, weight_g):
                request = self.open.pop(request_id).request
                known = self.couriers[courier_id]
                _, volume_ml, pieces = load_of(request)
                carried_g, carried_ml, carried = known.load
                known.load = (carried_g + weight_g, carried_ml + volume_ml, carried + pieces)
                known.last = request.pickup_class
                known.bulky |= request.pickup_class is PickupClass.BULKY
                self._freed(courier_id, request.place)
            case events.FailedAtDoor(at, courier_id, request_id):
                pickup = self.open[request_id]
                pickup.visits += 1
                pickup.courier_id = None
                if pickup.visits >= self._briefing.most_attempts:
                    del self.open[request_id]
                # The promise was kept by coming; the next visit is due by the end of the day.
                pickup.start_s = at + self._briefing.retry_after_s
                pickup.end_s = max(pickup.start_s, self._closes_s)
                self._freed(courier_id, pickup.request.place)
            case events.LoadRecovered(_, courier_id, broken_id):
                self._recovered(courier_id, broken_id)
            case events.Unloaded(at, courier_id, hub_id):
                hub = next(hub for hub in self._briefing.hubs if hub.id == hub_id)
                known = self.couriers[courier_id]
                known.load, known.bulky = (0, 0, 0), False
                self.ways[known.last][_hour(at)] += 0, at - known.left_s
                self._freed(courier_id, hub.place)

    def _book(self, request: PickupRequest) -> None:
        start_s, end_s = self._briefing.span(request.windows[0])
        settings = self._briefing.settings
        work_s = door_time_s(request, settings) + setup_time_s(request, settings)
        self.open[request.id] = OpenPickup(request, start_s, end_s, work_s)

    def _departed(self, at: int, courier_id: str, task: tasks.Destination) -> None:
        known = self.couriers[courier_id]
        known.free, known.left_s = False, at
        if isinstance(task, tasks.Collect):
            self.open[task.request_id].courier_id = courier_id
        if isinstance(task, tasks.Recover):
            self.couriers[task.courier_id].helper_id = courier_id

    def _broken(self, courier_id: str) -> None:
        """What it was sent to is open again."""
        known = self.couriers[courier_id]
        known.on_shift = known.free = False
        known.broken = True
        for pickup in self.open.values():
            if pickup.courier_id == courier_id:
                pickup.courier_id = None
        for other in self.couriers.values():
            if other.helper_id == courier_id:
                other.helper_id = None

    def _recovered(self, courier_id: str, broken_id: str) -> None:
        known, broken = self.couriers[courier_id], self.couriers[broken_id]
        grams, millilitres, pieces = known.load
        known.load = (
            grams + broken.load[0],
            millilitres + broken.load[1],
            pieces + broken.load[2],
        )
        known.bulky |= broken.bulky
        broken.load, broken.bulky = (0, 0, 0), False
        self._freed(courier_id, broken.place)

    def _freed(self, courier_id: str, place: Place) -> None:
        known = self.couriers[courier_id]
        known.place, known.free = place, True


def _hour(at: int) -> int:
    return at // _HOUR_S % _HOURS


def _known(courier: Courier, briefing: Briefing) -> KnownCourier:
    rest = None
    if courier.rest is not None:
        length_s = round(courier.rest.length.total_seconds())
        rest = (*briefing.span(courier.rest.window), length_s)
    return KnownCourier(courier, briefing.span(courier.shift), rest, courier.start)
