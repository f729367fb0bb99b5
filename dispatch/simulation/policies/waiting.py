"""Pickups that wait for a courier, as columns of numbers."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dispatch.simulation.board import OpenPickup
from dispatch.simulation.eligibility import load_of

IntArray = npt.NDArray[np.int64]

_COLUMNS = 6
_FIRST_ROWS = 256


class Waiting:
    """Pickups to which nobody is on the way, in the order they began to wait."""

    def __init__(self) -> None:
        self._pickups: list[OpenPickup] = []
        self._row_of: dict[str, int] = {}
        self._numbers = np.zeros((_FIRST_ROWS, _COLUMNS), dtype=np.int64)
        self._waits = np.zeros(_FIRST_ROWS, dtype=np.bool_)

    def put(self, pickup: OpenPickup) -> None:
        """A pickup waits from now on; one that waited already does so anew."""
        self.take(pickup.request.id)
        row = len(self._pickups)
        if row == len(self._waits):
            self._numbers = np.concatenate((self._numbers, np.zeros_like(self._numbers)))
            self._waits = np.concatenate((self._waits, np.zeros_like(self._waits)))
        self._pickups.append(pickup)
        self._row_of[pickup.request.id] = row
        self._numbers[row] = (
            pickup.start_s,
            pickup.end_s,
            pickup.work_s,
            *load_of(pickup.request),
        )
        self._waits[row] = True

    def take(self, request_id: str) -> None:
        """A pickup waits no more, if it did."""
        row = self._row_of.pop(request_id, None)
        if row is not None:
            self._waits[row] = False

    def due_first(self) -> "Due":
        """Those waiting, by the end of their promises."""
        rows = np.flatnonzero(self._waits[: len(self._pickups)])
        rows = rows[np.argsort(self._numbers[rows, 1], kind="stable")]
        return Due([self._pickups[row] for row in rows.tolist()], self._numbers[rows])


class Due:
    """Some pickups with their numbers.

    Attributes:
        pickups: n of them.
        start_s: From when their bells may be rung, shape (n,).
        end_s: Until when they should be, shape (n,).
        work_s: Planned seconds at their doors, shape (n,).
        load: Grams, millilitres and pieces, shape (n, 3).
    """

    def __init__(self, pickups: Sequence[OpenPickup], numbers: IntArray) -> None:
        self.pickups = pickups
        self.start_s, self.end_s, self.work_s = numbers[:, :3].T
        self.load = numbers[:, 3:]
