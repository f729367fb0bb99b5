"""The work that is promised and not done, against the time there is for it.

For each span of the day, the work promised inside it must fit into the time of the couriers on
shift. This is the test by processor demand of real-time scheduling (Baruah, Rosier and Howell,
Real-Time Systems 2, 1990), with the couriers of a class as one processor.
"""

import numpy as np
import numpy.typing as npt

from dispatch.simulation.board import KnownCourier

_HOUR_S = 3_600
_SLOT_S = 900
_SLOTS = 96

Curve = npt.NDArray[np.float64]


class PromisedWork:
    """Open promises of one class, by the quarters of an hour in which they begin and end.

    Args:
        couriers: Who does the work of the class.
        home_s: Seconds that a courier with an end place needs at the end of its shift.
    """

    def __init__(self, couriers: list[KnownCourier], home_s: int) -> None:
        self._supply_s = _presence_s(couriers, home_s)
        self._door_s = np.zeros((_SLOTS, _SLOTS))
        self._count = np.zeros((_SLOTS, _SLOTS))
        self._open: dict[str, tuple[tuple[int, int], int]] = {}

    def add(self, request_id: str, span: tuple[int, int], door_s: int) -> None:
        """A pickup was promised.

        Args:
            request_id: Its id.
            span: Both ends of the promise, seconds since midnight.
            door_s: Planned seconds at the door.
        """
        self.remove(request_id)
        cell = _slots(*span)
        self._open[request_id] = cell, door_s
        self._door_s[cell] += door_s
        self._count[cell] += 1

    def remove(self, request_id: str) -> None:
        """A pickup is over, one way or the other; nothing happens if it was not open."""
        if request_id in self._open:
            cell, door_s = self._open.pop(request_id)
            self._door_s[cell] -= door_s
            self._count[cell] -= 1

    def fits(
        self, at: int, span: tuple[int, int], door_s: int, *, way_s: Curve, usable_share: float
    ) -> bool:
        """Whether there is time for one more pickup.

        Args:
            at: Now.
            span: Of its promise.
            door_s: Its planned time at the door.
            way_s: On the way to a door, by the hour in which its promise begins, shape (24,).
            usable_share: Of the time on shift that may be promised away.
        """
        now = _slot(at)
        first, last = _slots(max(span[0], at), max(span[1], at + 1))
        demand = self._door_s + self._count * way_s.repeat(_SLOTS // len(way_s))[:, None]
        # What was to begin or end before now is still to be done now.
        demand[now] += demand[:now].sum(axis=0)
        demand[:now] = 0.0
        demand[:, now] += demand[:, :now].sum(axis=1)
        demand[:, :now] = 0.0
        # Work that begins in the first slot or later and is due in the last one or before.
        inside = demand[::-1].cumsum(axis=0)[::-1].cumsum(axis=1)[now : first + 1, last:]
        supply = self._supply_s.copy()
        supply[:now] = 0.0
        until = np.concatenate(([0.0], supply.cumsum()))
        time_s = until[None, last + 1 :] - until[now : first + 1, None]
        work_s = door_s + way_s[span[0] // _HOUR_S % len(way_s)]
        return bool((inside + work_s <= usable_share * time_s).all())


def _presence_s(couriers: list[KnownCourier], home_s: int) -> Curve:
    """Seconds that couriers can work in each quarter of an hour of the day, shape (96,)."""
    starts = np.arange(_SLOTS) * _SLOT_S
    total = np.zeros(_SLOTS)
    for known in couriers:
        from_s, to_s = known.shift
        if known.courier.end is not None:
            to_s = max(to_s - home_s, from_s)
        present = _overlap(starts, from_s, to_s)
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


def _slots(start_s: int, end_s: int) -> tuple[int, int]:
    """First and last quarter of an hour between two moments."""
    first = _slot(start_s)
    return first, max(_slot(end_s - 1), first)
