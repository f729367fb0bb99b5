"""What all simple policies share: one task at a time, breaks, unloading, and who may go where.

A courier is sent to a pickup only when it is free, so that nothing is planned ahead. Breaks are
spread evenly over their windows, by courier; who is nearly full goes to the nearest hub.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dispatch.domain.requests import PickupClass
from dispatch.live.events import Event
from dispatch.live.tasks import TakeBreak, Task, Unload
from dispatch.simulation.board import Board, KnownCourier, OpenPickup
from dispatch.simulation.eligibility import load_of, usual_couriers
from dispatch.simulation.policy import Briefing

_FULL = 0.8
"""Share of capacity, in any dimension, from which on a free courier unloads."""

_LONGEST_WAIT_S = 300
"""Nobody is sent to a door where it would wait longer than this for the window to open."""

IntArray = npt.NDArray[np.int64]


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
        self._kinds = {
            kind: {courier.id for courier in usual_couriers(kind, briefing.couriers)}
            for kind in PickupClass
        }
        self._break_s = _break_times(list(self.board.couriers.values()))

    def observe(self, event: Event) -> None:
        """Take note of what has happened."""
        self.board.observe(event)

    def chores(self, at: int) -> dict[str, tuple[Task, ...]]:
        """Breaks and unloadings that are due now, by courier id."""
        due: dict[str, tuple[Task, ...]] = {}
        for courier_id, known in self.board.couriers.items():
            if not known.free:
                continue
            if known.rest is not None and at >= self._break_s[courier_id]:
                due[courier_id] = (TakeBreak(),)
            elif _nearly_full(known) and known.courier.hub_ids:
                due[courier_id] = (Unload(self._nearest_hub(at, known)),)
        return due

    def pairs(self, at: int, kind: PickupClass, busy: Sequence[str] = ()) -> Pairs:
        """Who is free for pickups of a class and not in ``busy``, and what is ready for them."""
        couriers = [
            known
            for courier_id, known in self.board.couriers.items()
            if known.free and courier_id in self._kinds[kind] and courier_id not in busy
        ]
        pickups = sorted(
            (
                pickup
                for pickup in self.board.open.values()
                if pickup.courier_id is None and pickup.request.pickup_class is kind
            ),
            key=lambda pickup: pickup.end_s,
        )
        drive_s = self._drives(at, couriers, pickups)
        return Pairs(couriers, pickups, drive_s, self._allowed(at, couriers, pickups, drive_s))

    def _drives(
        self, at: int, couriers: Sequence[KnownCourier], pickups: Sequence[OpenPickup]
    ) -> IntArray:
        drive_s = np.zeros((len(couriers), len(pickups)), dtype=np.int64)
        doors = [pickup.request.place for pickup in pickups]
        classes = [known.courier.vehicle_class for known in couriers]
        if not pickups:
            return drive_s
        for vehicle_class in dict.fromkeys(classes):
            rows = [row for row, one in enumerate(classes) if one == vehicle_class]
            places = [couriers[row].place for row in rows]
            drive_s[rows], _ = self._briefing.ways.between(places, doors, vehicle_class, at)
        return drive_s

    def _allowed(
        self,
        at: int,
        couriers: Sequence[KnownCourier],
        pickups: Sequence[OpenPickup],
        drive_s: IntArray,
    ) -> npt.NDArray[np.bool_]:
        """Not too early, back in time, with room, and not refused."""
        if not couriers or not pickups:
            return np.zeros(drive_s.shape, dtype=np.bool_)
        opens_s = np.array([pickup.start_s for pickup in pickups])
        work_s = np.array([pickup.work_s for pickup in pickups])
        loads = np.array([load_of(pickup.request) for pickup in pickups])
        room = np.array([_room(known) for known in couriers])
        home_by_s = np.array([known.shift[1] for known in couriers])
        rings_s = np.maximum(at + drive_s, opens_s)
        allowed: npt.NDArray[np.bool_] = rings_s - (at + drive_s) <= _LONGEST_WAIT_S
        allowed &= rings_s + work_s + self._home_s(at, couriers, pickups) <= home_by_s[:, None]
        allowed &= (loads[None] <= room[:, None]).all(axis=2)
        for column, pickup in enumerate(pickups):
            for row, known in enumerate(couriers):
                if known.courier.id in pickup.refused_by:
                    allowed[row, column] = False
        return allowed

    def _home_s(
        self, at: int, couriers: Sequence[KnownCourier], pickups: Sequence[OpenPickup]
    ) -> IntArray:
        """Planned seconds from doors to where couriers must end, shape (n, m)."""
        home_s = np.zeros((len(couriers), len(pickups)), dtype=np.int64)
        doors = [pickup.request.place for pickup in pickups]
        for row, known in enumerate(couriers):
            if known.courier.end is not None:
                vehicle_class = known.courier.vehicle_class
                ends = [known.courier.end]
                seconds, _ = self._briefing.ways.between(doors, ends, vehicle_class, at)
                home_s[row] = seconds[:, 0]
        return home_s

    def _nearest_hub(self, at: int, known: KnownCourier) -> str:
        hubs = [hub for hub in self._briefing.hubs if hub.id in known.courier.hub_ids]
        places = [hub.place for hub in hubs]
        seconds, _ = self._briefing.ways.between(
            [known.place], places, known.courier.vehicle_class, at
        )
        return hubs[int(seconds[0].argmin())].id


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
