"""Travel times behind one protocol: places, a speed profile and departure times in, matrices out.

Straight lines (`geo.straight_line`) are one source; street networks and routing servers are
others. Times of day are whole seconds since local midnight of the planning day and may be
negative or pass 86,400: profiles repeat every day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from geo.errors import GeoError
from geo.speed_curve import SpeedCurve, speed_curve

UNREACHABLE = 2**31 - 1
"""In a matrix of seconds or metres: this arc may not be driven."""

Int32Array = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class SpeedProfile:
    """How fast one class of vehicle gets through a city.

    Attributes:
        vehicle_class: name of the class, as in "ebike" or "van".
        detour_permille: driven distance per 1000 m of straight line, 1000 to 10,000; used by
            the straight-line source only.
        speeds_mm_s: mean driving speed in mm/s (1 km/h is 278 mm/s), one for the whole day or
            24 by hour of the day; 100 to 100,000.
    """

    vehicle_class: str
    detour_permille: int
    speeds_mm_s: tuple[int, ...]

    def __post_init__(self) -> None:
        """Check the figures.

        Raises:
            GeoError: `profile.detour`, `profile.speed_count` or `profile.speed`.
        """
        if not 1000 <= self.detour_permille <= 10_000:
            raise GeoError(
                "profile.detour",
                f"detour factor of {self.vehicle_class!r} is {self.detour_permille} permille",
                "give 1000 (straight) to 10000",
            )
        if len(self.speeds_mm_s) not in (1, 24):
            raise GeoError(
                "profile.speed_count",
                f"{self.vehicle_class!r} has {len(self.speeds_mm_s)} speeds",
                "give one speed for the whole day or 24 by hour",
            )
        for hour, speed in enumerate(self.speeds_mm_s):
            if not 100 <= speed <= 100_000:
                raise GeoError(
                    "profile.speed",
                    f"speed {hour} of {self.vehicle_class!r} is {speed} mm/s",
                    "give 100 to 100000 mm/s (1 km/h is 278 mm/s)",
                )

    def curve(self, *, longest_m: int) -> SpeedCurve:
        """Return the speeds over the day as departure breakpoints; see `speed_curve`.

        Args:
            longest_m: the longest driven distance, in metres, that the curve must hold for.
        """
        return speed_curve(self.speeds_mm_s, longest_m=longest_m)


@dataclass(frozen=True, slots=True, eq=False)
class TravelMatrix:
    """Times and distances from n origins to m destinations at K departure times.

    Attributes:
        breakpoints_s: the K departure times, ascending, in seconds since local midnight.
        duration_s: int32 of shape (K, n, m); linear between breakpoints, constant before the
            first and after the last.
        distance_m: int32 of shape (n, m), or (K, n, m) where the way depends on the time.
    """

    breakpoints_s: tuple[int, ...]
    duration_s: Int32Array
    distance_m: Int32Array


class TravelTimes(Protocol):
    """A source of travel times."""

    def breakpoints_s(self, profile: SpeedProfile, *, start_s: int, end_s: int) -> tuple[int, ...]:
        """Return the departure times between which durations are linear.

        They cover ``start_s..end_s`` (seconds since local midnight, both inclusive). A single
        one means that durations do not depend on the departure time.
        """
        ...

    def matrix(
        self,
        origins: npt.ArrayLike,
        destinations: npt.ArrayLike,
        *,
        profile: SpeedProfile,
        breakpoints_s: Sequence[int],
    ) -> TravelMatrix:
        """Return seconds and metres between WGS84 points of shapes (n, 2) and (m, 2).

        Pairs without a way hold `UNREACHABLE`. At the breakpoints of `breakpoints_s`, the
        durations obey first in, first out: leaving later never means arriving earlier.
        """
        ...


def check_breakpoints(breakpoints_s: Sequence[int]) -> tuple[int, ...]:
    """Return departure times as a tuple, refusing none, repeated or descending ones.

    Raises:
        GeoError: `travel_times.breakpoints`.
    """
    times = tuple(int(time) for time in breakpoints_s)
    if not times or any(a >= b for a, b in pairwise(times)):
        raise GeoError(
            "travel_times.breakpoints",
            f"departure breakpoints are {list(times)}",
            "give at least one, in ascending order, without repeats",
        )
    return times
