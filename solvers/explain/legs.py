"""Drives column by column: one for every slot of a table."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solvers.travel import UNREACHABLE, IntArray, Matrix

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Legs:
    """One drive for every slot.

    Attributes:
        durations_s: At each breakpoint, shape (K, slots); 0 where there is no drive.
        least_s: Least over the day, shape (slots,).
        least_m: Least over the day, shape (slots,).
        forbidden: Arcs that may not be driven at any time of day, shape (slots,).
    """

    durations_s: IntArray
    least_s: IntArray
    least_m: IntArray
    forbidden: IntArray

    def at(self, slots: IntArray) -> "Legs":
        """The same in some slots only."""
        return Legs(
            self.durations_s[:, slots],
            self.least_s[slots],
            self.least_m[slots],
            self.forbidden[slots],
        )


def legs_of(durations: Matrix, distances: Matrix, there: Flags) -> Legs:
    """One drive per slot; ``there`` is False where there is none."""
    closed = ((durations == UNREACHABLE) | (distances == UNREACHABLE)) & there
    times = np.where(closed | ~there, 0, durations).astype(np.int64)
    ways = np.where(closed | ~there, 0, distances).astype(np.int64)
    return Legs(times, times.min(axis=0), ways.min(axis=0), closed.all(axis=0).astype(np.int64))


def least_of(durations: Matrix, distances: Matrix) -> tuple[IntArray, IntArray]:
    """Least seconds and metres over the day; 0 where the arc may not be driven."""
    closed = (durations == UNREACHABLE) | (distances == UNREACHABLE)
    times = np.where(closed, 0, durations).astype(np.int64)
    ways = np.where(closed, 0, distances).astype(np.int64)
    return times.min(axis=0), ways.min(axis=0)


def shorter_of(direct: Legs, least_s: IntArray, least_m: IntArray) -> Legs:
    """``direct`` at its best, or what is given where that is less."""
    shorter_s = np.minimum(direct.least_s, least_s)
    shorter_m = np.minimum(direct.least_m, least_m)
    return Legs(shorter_s[None], shorter_s, shorter_m, np.zeros_like(shorter_s))
