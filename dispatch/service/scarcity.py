"""How full a window is: what its couriers have to do in it over the time they have."""

from collections.abc import Iterable
from datetime import datetime

import numpy as np
import numpy.typing as npt

from dispatch.domain.couriers import Courier
from dispatch.domain.requests import PickupClass
from dispatch.live.revisions import PlannedCourier, Revision
from dispatch.service.crews import BULKY_CREW_SIZE

Span = tuple[float, float]
"""First and last moment, seconds since 1970."""


class Fullness:
    """A published plan, as far as it says how full windows are.

    A courier is busy while it drives, is at a door or a hub, or rests, and not while it waits:
    what waits at a door could ring at another one before. A class is collected by those who do so
    on a usual day: bulky pickups by the large crews, parcels by the others.

    Args:
        couriers: Of the day.
        revision: The plan.
        midnight_s: Local midnight of the day, seconds since 1970.
    """

    def __init__(self, couriers: Iterable[Courier], revision: Revision, midnight_s: float) -> None:
        shifts: dict[PickupClass, list[Span]] = {kind: [] for kind in PickupClass}
        busy: dict[PickupClass, list[Span]] = {kind: [] for kind in PickupClass}
        for courier in couriers:
            is_large = courier.crew_size >= BULKY_CREW_SIZE
            kind = PickupClass.BULKY if is_large else PickupClass.PARCEL
            shift = courier.shift
            shifts[kind].append((shift.start_at.timestamp(), shift.end_at.timestamp()))
            planned = revision.couriers.get(courier.id)
            if planned is not None:
                busy[kind].extend(
                    (midnight_s + first_s, midnight_s + last_s)
                    for first_s, last_s in _busy(planned, revision.at)
                )
        self._from_s = midnight_s + revision.at
        self._shifts = {kind: _table(spans) for kind, spans in shifts.items()}
        self._busy = {kind: _table(spans) for kind, spans in busy.items()}
        self._known: dict[tuple[PickupClass, datetime, datetime], int] = {}

    def percent(self, kind: PickupClass, start_at: datetime, end_at: datetime) -> int:
        """Of the time that is left in the window, as much as is taken; 0 to 100."""
        asked = kind, start_at, end_at
        known = self._known.get(asked)
        if known is None:
            first_s, last_s = max(start_at.timestamp(), self._from_s), end_at.timestamp()
            working_s = _within_s(self._shifts[kind], first_s, last_s)
            busy_s = _within_s(self._busy[kind], first_s, last_s)
            known = 100 if working_s <= 0 else min(100, round(100 * busy_s / working_s))
            self._known[asked] = known
        return known


def _busy(planned: PlannedCourier, now_s: int) -> Iterable[tuple[int, int]]:
    """When the courier drives or works, seconds since local midnight."""
    free_s = now_s
    for number, one in enumerate(planned.tasks):
        if number == 0 and planned.committed is not None:
            yield now_s, one.end_s
        else:
            is_next = number == (0 if planned.committed is None else 1)
            yield (planned.leave_s if is_next else free_s), one.start_s - one.wait_s
            yield one.start_s, one.end_s
        free_s = one.end_s


def _table(spans: list[Span]) -> npt.NDArray[np.float64]:
    return np.array(spans, dtype=np.float64).reshape(-1, 2)


def _within_s(spans: npt.NDArray[np.float64], first_s: float, last_s: float) -> float:
    inside = np.minimum(spans[:, 1], last_s) - np.maximum(spans[:, 0], first_s)
    return float(inside.clip(min=0).sum())
