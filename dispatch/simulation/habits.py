"""How long couriers usually are on the way to a door, by the way they are dispatched.

Ways are shorter in busy hours, when much is to be collected everywhere, than in quiet ones, and
some policies make them shorter than others. So they are taken from a day before, by hour, and put
right by what is seen today.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dispatch.domain.requests import PickupClass

Curve = npt.NDArray[np.float64]

_HOURS = 24
_SMOOTHING = 10
"""Doors at the mean of the day that are mixed into each hour."""

_TRUST = 30
"""Doors of the day before that those of today are weighed against."""


@dataclass(frozen=True, slots=True, eq=False)
class Habits:
    """What a day has shown.

    Attributes:
        ways: By class and hour, shape (24, 2): how many doors were reached, and seconds of driving
            to them and of unloading.
    """

    ways: Mapping[PickupClass, Curve]

    def mean_s(self, kind: PickupClass) -> float:
        """Seconds on the way to a door; the first guess where none was reached."""
        count, total_s = self.ways[kind].sum(axis=0)
        if not count:
            count, total_s = FIRST_GUESS.ways[kind].sum(axis=0)
        return float(total_s / count)

    def today_s(self, kind: PickupClass, seen: Curve) -> Curve:
        """Seconds on the way to a door by hour, shape (24,).

        Args:
            kind: Class of what is collected there.
            seen: The same as ``ways`` of the class, for today so far.
        """
        mean_s = self.mean_s(kind)
        counts, totals_s = self.ways[kind].T
        usual_s = (totals_s + _SMOOTHING * mean_s) / (counts + _SMOOTHING)
        trusted_s = _TRUST * mean_s
        longer = (seen[:, 1].sum() + trusted_s) / ((seen[:, 0] * usual_s).sum() + trusted_s)
        today: Curve = usual_s * longer
        return today


def always(way_s: Mapping[PickupClass, int]) -> Habits:
    """The same way to all doors of a class, at all hours."""
    return Habits({kind: np.tile((1.0, float(way_s[kind])), (_HOURS, 1)) for kind in PickupClass})


FIRST_GUESS = always({PickupClass.PARCEL: 600, PickupClass.BULKY: 1_800})
"""Before any day was seen."""
