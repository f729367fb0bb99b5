"""What all simple policies share: one task at a time, breaks, unloading, and who may go where.

A courier is sent to a pickup only when it is free, so that nothing is planned ahead. Breaks are
spread evenly over their windows, by courier; who is nearly full goes to the nearest hub.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dispatch.domain.requests import PickupClass
from dispatch.live.events import Booked, BrokenDown, Cancelled, Departed, Event, FailedAtDoor
from dispatch.live.tasks import Collect, Recover, TakeBreak, Task, Unload
from dispatch.simulation.board import Board, KnownCourier, OpenPickup
from dispatch.simulation.eligibility import BULKY_CREW_SIZE, usual_couriers
from dispatch.simulation.policies.waiting import Due, IntArray, Waiting
from dispatch.simulation.policy import Briefing

_FULL = 0.8
"""Share of capacity, in any dimension, from which on a free courier unloads."""

_LONGEST_WAIT_S = 300
"""Nobody is sent to a door where it would wait longer than this for the window to open."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Free couriers and pickups that are ready, of one class.

    Attributes:
        couriers: n of them.
        pickups: m of them, the one due first at the head.
        drive_s: Planned seconds from couriers to doors when leaving now, shape (n, m).
        allowed: Who may be sent where now, shape (n, m).
    """

    couriers: Sequence[KnownCourier]
    pickups: Sequence[OpenPickup]
    drive_s: IntArray
    allowed: npt.NDArray[np.bool_]


class Situation:
    """A board with what simple policies make of it.

    Args:
        briefing: What is known in the morning.
    """

    def __init__(self, briefing: Briefing) -> None:
        self._briefing = briefing
        self.board = Board(briefing)
        self._waiting = {kind: Waiting() for kind in PickupClass}
        self._couriers = {
            kind: [self.board.couriers[one.id] for one in usual_couriers(kind, briefing.couriers)]
            for kind in PickupClass
        }
        self._break_s = _break_times(list(self.board.couriers.values()))

    def observe(self, event: Event) -> None:
        """Take note of what has happened."""
        lost: list[OpenPickup] = []
        if isinstance(event, BrokenDown):
            going = self.board.open.values()
            lost = [pickup for pickup in going if pickup.courier_id == event.courier_id]
        self.board.observe(event)
        match event:
            case Booked(_, request):
                self._waits(self.board.open[request.id])
            case Departed(task=Collect(request_id)) | Cancelled(request_id=request_id):
                for waiting in self._waiting.values():
                    waiting.take(request_id)
            case FailedAtDoor(request_id=request_id) if request_id in self.board.open:
                self._waits(self.board.open[request_id])
            case BrokenDown():
                for pickup in lost:
                    self._waits(pickup)

    def _waits(self, pickup: OpenPickup) -> None:
        self._waiting[pickup.request.pickup_class].put(pickup)

    def chores(self, at: int) -> dict[str, tuple[Task, ...]]:
        """Breaks, unloadings and loads to take over that are due now, by courier id."""
        due: dict[str, tuple[Task, ...]] = {}
        for courier_id, known in self.board.couriers.items():
            if not known.free:
                continue
            if known.rest is not None and at >= self._break_s[courier_id]:
                due[courier_id] = (TakeBreak(),)
            elif _nearly_full(known) and known.courier.hub_ids:
                due[courier_id] = (Unload(self._nearest_hub(at, known)),)
        for broken in self.board.couriers.values():
            if broken.broken and broken.helper_id is None and broken.load != (0, 0, 0):
                helper = self._helper(at, broken, due)
                if helper is not None:
                    due[helper.courier.id] = (Recover(broken.courier.id),)
        return due

    def _helper(self, at: int, broken: KnownCourier, busy: Collection[str]) -> KnownCourier | None:
        """The nearest free courier who can take over what a broken-down one carries."""
        nearest: tuple[int, KnownCourier] | None = None
        for known in self.board.couriers.values():
            if not known.free or known.courier.id in busy:
                continue
            if broken.bulky and known.courier.crew_size < BULKY_CREW_SIZE:
                continue
            if any(load > room for load, room in zip(broken.load, _room(known), strict=True)):
                continue
            seconds, _ = self._briefing.ways.between(
                [known.place], [broken.place], known.courier.vehicle_class, at
            )
            drive_s = int(seconds[0, 0])
            if nearest is None or drive_s < nearest[0]:
                nearest = drive_s, known
        return None if nearest is None else nearest[1]

    def pairs(self, at: int, kind: PickupClass, busy: Collection[str] = ()) -> Pairs:
        """Who is free for pickups of a class and not in ``busy``, and what is ready for them."""
        couriers = [
            known for known in self._couriers[kind] if known.free and known.courier.id not in busy
        ]
        if not couriers:
            return Pairs([], [], np.zeros((0, 0), dtype=np.int64), np.zeros((0, 0), dtype=np.bool_))
        due = self._waiting[kind].due_first()
        drive_s = np.zeros((len(couriers), len(due.pickups)), dtype=np.int64)
        home_s = np.zeros_like(drive_s)
        doors = [pickup.request.place for pickup in due.pickups]
        classes = [known.courier.vehicle_class for known in couriers]
        for vehicle_class in dict.fromkeys(classes):
            rows = [row for row, one in enumerate(classes) if one == vehicle_class]
            places = [couriers[row].place for row in rows]
            drive_s[rows], _ = self._briefing.ways.between(places, doors, vehicle_class, at)
            homes = {row: end for row in rows if (end := couriers[row].courier.end) is not None}
            if homes:
                ends = list(homes.values())
                back_s, _ = self._briefing.ways.between(doors, ends, vehicle_class, at)
                home_s[list(homes)] = back_s.T
        allowed = _allowed(at, couriers, due, drive_s, home_s)
        return Pairs(couriers, due.pickups, drive_s, allowed)

    def _nearest_hub(self, at: int, known: KnownCourier) -> str:
        hubs = [hub for hub in self._briefing.hubs if hub.id in known.courier.hub_ids]
        places = [hub.place for hub in hubs]
        seconds, _ = self._briefing.ways.between(
            [known.place], places, known.courier.vehicle_class, at
        )
        return hubs[int(seconds[0].argmin())].id


def _allowed(
    at: int, couriers: Sequence[KnownCourier], due: Due, drive_s: IntArray, home_s: IntArray
) -> npt.NDArray[np.bool_]:
    """Not too early, back in time, with room, and not refused; shape (n, m)."""
    room = np.array([_room(known) for known in couriers])
    home_by_s = np.array([known.shift[1] for known in couriers])
    arrive_s = at + drive_s
    rings_s = np.maximum(arrive_s, due.start_s)
    allowed: npt.NDArray[np.bool_] = rings_s - arrive_s <= _LONGEST_WAIT_S
    allowed &= rings_s + due.work_s + home_s <= home_by_s[:, None]
    allowed &= (due.load[None] <= room[:, None]).all(axis=2)
    for column, pickup in enumerate(due.pickups):
        if pickup.refused_by:
            allowed[[one.courier.id in pickup.refused_by for one in couriers], column] = False
    return allowed


def _break_times(couriers: Sequence[KnownCourier]) -> dict[str, int]:
    """From when each courier takes its break: evenly over the window among those who share it."""
    sharing: dict[tuple[int, int, int], list[str]] = {}
    for known in couriers:
        if known.rest is not None:
            sharing.setdefault(known.rest, []).append(known.courier.id)
    return {
        courier_id: opens_s + (closes_s - opens_s) * number // len(ids)
        for (opens_s, closes_s, _), ids in sharing.items()
        for number, courier_id in enumerate(ids)
    }


def _capacity(known: KnownCourier) -> tuple[int, int, int]:
    most = known.courier.capacity
    return most.weight_g, most.volume_ml, most.pieces


def _room(known: KnownCourier) -> tuple[int, ...]:
    return tuple(most - load for most, load in zip(_capacity(known), known.load, strict=True))


def _nearly_full(known: KnownCourier) -> bool:
    return any(
        load >= _FULL * most for most, load in zip(_capacity(known), known.load, strict=True)
    )
