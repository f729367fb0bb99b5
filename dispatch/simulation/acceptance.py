"""The rule that answers shoppers in all comparisons of policies.

A window is promised if three things hold, reckoned from what is known when the shopper asks:

1. *There is time.* For each span of the day that holds the window, the work promised inside that
   span and the new pickup together take at most ``usable_share`` of the time that the couriers
   of its class are on shift in it. Work is the planned time at the door plus a drive, which is the
   mean of those driven so far today. This is the test by processor demand of real-time
   scheduling (Baruah, Rosier and Howell, Real-Time Systems 2, 1990), with the couriers of a
   class as one processor.
2. *Somebody can be there.* Some courier of the class on shift in the window, who is done by then
   with what it is doing, rings ``buffer_s`` before the window's end or earlier.
3. It is done before that courier has to go home.

Where it fails for the windows asked for, the earliest later window of the grid that passes is
promised; where none does, the request is refused.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from dispatch.domain.places import Window
from dispatch.domain.requests import PickupClass, PickupRequest
from dispatch.domain.service import door_time_s, setup_time_s
from dispatch.live.events import Event
from dispatch.sampling.demand import GRID_H, HOUR_S, WINDOW_S
from dispatch.simulation.board import Board, KnownCourier
from dispatch.simulation.eligibility import usual_couriers
from dispatch.simulation.policy import Answer, Briefing

_SLOT_S = 900
_SLOTS = 24 * HOUR_S // _SLOT_S
_FIRST_GUESS_S = {PickupClass.PARCEL: 480, PickupClass.BULKY: 1_200}
"""A drive before any was seen."""
_GUESS_WEIGHT = 30
"""Drives that the first guess counts for."""

FULL = "couriers are booked up"
TOO_FAR = "no courier can be there in time"

Curve = npt.NDArray[np.float64]


class EarliestWindow:
    """The rule; see the module.

    Args:
        usable_share: Of shift time that may be promised away.
        buffer_s: Seconds kept between the planned ring and the end of the window.
    """

    def __init__(self, *, usable_share: float = 0.85, buffer_s: int = 600) -> None:
        self._usable_share = usable_share
        self._buffer_s = buffer_s

    def begin(self, briefing: Briefing) -> None:
        """Start a day."""
        self._briefing = briefing
        self._board = Board(briefing)
        self._couriers: dict[PickupClass, list[KnownCourier]] = {
            kind: [
                self._board.couriers[courier.id]
                for courier in usual_couriers(kind, briefing.couriers)
            ]
            for kind in PickupClass
        }
        self._supply_s = {kind: _presence_s(of) for kind, of in self._couriers.items()}

    def observe(self, event: Event) -> None:
        """Take note of what has happened."""
        self._board.observe(event)

    def answer(self, at: int, request: PickupRequest) -> Answer:
        """One of the windows asked for, a later one, or a refusal."""
        door_s = self._door_s(request)
        work_s = door_s + self._drive_s(request.pickup_class)
        arrivals = self._arrivals(at, request)
        spare_s = self._spare_s(at, request.pickup_class)
        now = _slot(at)
        why = TOO_FAR
        for window in self._windows(at, request):
            span = self._briefing.span(window)
            first, last = _slots(at, *span)
            if not self._can_be_there(arrivals, span, door_s):
                why = TOO_FAR
            elif (spare_s[now : first + 1, last:] < work_s).any():
                why = FULL
            else:
                return Answer(window, "" if window in request.windows else why)
        return Answer(None, why)

    def _windows(self, at: int, request: PickupRequest) -> Iterator[Window]:
        """Those asked for, then later ones of the grid."""
        yield from request.windows
        midnight_at = self._briefing.midnight_at
        after_s = max(at, self._briefing.seconds(request.windows[0].start_at) + 1)
        for hour in GRID_H:
            if hour * HOUR_S >= after_s:
                start_at = midnight_at + timedelta(hours=hour)
                window = Window(start_at, start_at + timedelta(seconds=WINDOW_S))
                if window not in request.windows:
                    yield window

    def _arrivals(self, at: int, request: PickupRequest) -> list[tuple[int, int]]:
        """For each courier the earliest it can be at the door, and the end of its shift."""
        kind = request.pickup_class
        found = []
        by_class: defaultdict[str, list[KnownCourier]] = defaultdict(list)
        for known in self._couriers[kind]:
            if known.on_shift or known.shift[0] >= at:
                by_class[known.courier.vehicle_class].append(known)
        for vehicle_class, couriers in by_class.items():
            places = [known.place for known in couriers]
            drives_s, _ = self._briefing.ways.between(places, [request.place], vehicle_class, at)
            for known, drive_s in zip(couriers, drives_s[:, 0].tolist(), strict=True):
                ready_s = max(at, known.shift[0])
                if known.on_shift and not known.free:
                    ready_s = max(ready_s, known.left_s + self._drive_s(kind))
                found.append((ready_s + drive_s, known.shift[1]))
        return found

    def _can_be_there(
        self, arrivals: list[tuple[int, int]], span: tuple[int, int], door_s: int
    ) -> bool:
        return any(
            arrive_s <= span[1] - self._buffer_s and max(arrive_s, span[0]) + door_s <= leave_s
            for arrive_s, leave_s in arrivals
        )

    def _spare_s(self, at: int, kind: PickupClass) -> Curve:
        """Seconds still to be promised away in all spans of slots, first by last, (96, 96)."""
        drive_s = self._drive_s(kind)
        demand = np.zeros((_SLOTS, _SLOTS))
        for pickup in self._board.open.values():
            if pickup.request.pickup_class is kind:
                demand[_slots(at, pickup.start_s, pickup.end_s)] += pickup.work_s + drive_s
        # Work that begins in the first slot or later and is due in the last one or before.
        demand = demand[::-1].cumsum(axis=0)[::-1].cumsum(axis=1)
        supply = self._supply_s[kind].copy()
        supply[: _slot(at)] = 0.0
        until = np.concatenate(([0.0], supply.cumsum()))
        spare: Curve = self._usable_share * (until[None, 1:] - until[:-1, None]) - demand
        return spare

    def _door_s(self, request: PickupRequest) -> int:
        settings = self._briefing.settings
        return door_time_s(request, settings) + setup_time_s(request, settings)

    def _drive_s(self, kind: PickupClass) -> int:
        count, total_s = self._board.drives[kind]
        guess_s = _FIRST_GUESS_S[kind]
        return (total_s + guess_s * _GUESS_WEIGHT) // (count + _GUESS_WEIGHT)


def _presence_s(couriers: list[KnownCourier]) -> Curve:
    """Seconds that couriers can work in each quarter of an hour of the day, shape (96,)."""
    starts = np.arange(_SLOTS) * _SLOT_S
    total = np.zeros(_SLOTS)
    for known in couriers:
        present = _overlap(starts, *known.shift)
        if known.rest is not None:
            opens_s, closes_s, length_s = known.rest
            inside = _overlap(starts, opens_s, closes_s + length_s)
            present = present - inside * length_s / max(inside.sum(), 1.0)
        total += np.maximum(present, 0.0)
    return total


def _overlap(starts: npt.NDArray[np.int64], from_s: int, to_s: int) -> Curve:
    ends = np.minimum(starts + _SLOT_S, to_s)
    overlap: Curve = np.maximum(ends - np.maximum(starts, from_s), 0).astype(np.float64)
    return overlap


def _slot(second: int) -> int:
    return min(max(second, 0) // _SLOT_S, _SLOTS - 1)


def _slots(at: int, start_s: int, end_s: int) -> tuple[int, int]:
    """First and last quarter of an hour for work between two moments, not before ``at``."""
    first = _slot(max(start_s, at))
    return first, max(_slot(end_s - 1), first)
