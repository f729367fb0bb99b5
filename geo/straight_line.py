"""Travel times from straight lines: distance on the plane, times a detour factor, over speed.

All integer, so that the solver kernel can compute the identical numbers on the fly from
projected metres:

    straight   = isqrt(dx * dx + dy * dy)
    distance_m = straight * detour_permille // 1000
    duration_s = (distance_m * 1000 + speed_mm_s - 1) // speed_mm_s      (rounded up)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.errors import GeoError
from geo.projection import LocalProjection
from geo.speed_curve import SpeedCurve
from geo.travel_times import SpeedProfile, TravelMatrix, check_breakpoints

_EXACT_ROOT_BELOW = 2**52
_BLOCK_PAIRS = 2**16


def floor_sqrt(squares: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the integer square root, rounded down, of int64 values in 0..2^52 - 1.

    The double-precision root is exact enough: for m below 2^26, the root of m^2 - 1 lies more
    than half a unit in the last place below m, so it never rounds up to m.

    Raises:
        GeoError: `straight_line.too_long` for a value outside that range.
    """
    if squares.size and not 0 <= int(squares.min()) <= int(squares.max()) < _EXACT_ROOT_BELOW:
        raise GeoError(
            "straight_line.too_long",
            f"a squared distance of {squares.max()} m2 is beyond 67,000 km",
            "check the coordinates",
        )
    return np.sqrt(squares.astype(np.float64)).astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class StraightLine:
    """The straight-line source of travel times; implements `geo.travel_times.TravelTimes`.

    Attributes:
        projection: the plane on which distances are taken.
        longest_straight_m: no two places are farther apart than this many metres; the speed
            profiles are made safe up to it, see `geo.speed_curve`.
    """

    projection: LocalProjection
    longest_straight_m: int

    @classmethod
    def covering(cls, points: npt.ArrayLike, *, projection: LocalProjection) -> "StraightLine":
        """Make a source for places inside the box around `points` (WGS84, shape (n, 2)).

        For a live day pass the corners of the service area beside the places known so far.
        """
        xy = projection.to_xy_m(points)
        if len(xy) == 0:
            return cls(projection=projection, longest_straight_m=0)
        width, height = (int(side) for side in xy.max(axis=0) - xy.min(axis=0))
        longest = int(floor_sqrt(np.array([width**2 + height**2]))[0])
        return cls(projection=projection, longest_straight_m=longest)

    def breakpoints_s(self, profile: SpeedProfile, *, start_s: int, end_s: int) -> tuple[int, ...]:
        """Return the departure times, seconds since local midnight, where speeds bend."""
        return self._curve_of(profile).between(start_s=start_s, end_s=end_s).breakpoints_s

    def speeds_mm_s(self, profile: SpeedProfile, breakpoints_s: Sequence[int]) -> tuple[int, ...]:
        """Return the speed in mm/s at each departure breakpoint: the kernel's parameters."""
        curve = self._curve_of(profile)
        return tuple(curve.speed_mm_s(time) for time in check_breakpoints(breakpoints_s))

    def matrix(
        self,
        origins: npt.ArrayLike,
        destinations: npt.ArrayLike,
        *,
        profile: SpeedProfile,
        breakpoints_s: Sequence[int],
    ) -> TravelMatrix:
        """Return int32 seconds (K, n, m) and metres (n, m) between WGS84 points.

        Raises:
            GeoError: `straight_line.too_long` if speeds vary over the day and two places are
                farther apart than `longest_straight_m`.
        """
        times = check_breakpoints(breakpoints_s)
        speeds = self.speeds_mm_s(profile, times)
        a, b = self.projection.to_xy_m(origins), self.projection.to_xy_m(destinations)
        duration_s = np.empty((len(times), len(a), len(b)), dtype=np.int32)
        distance_m = np.empty((len(a), len(b)), dtype=np.int32)
        longest_m = 0
        # Row by row in blocks that stay in the cache: several times faster on first use.
        rows = max(_BLOCK_PAIRS // max(len(b), 1), 1)
        for start in range(0, len(a), rows):
            block = slice(start, start + rows)
            straight_m = _straight_m(a[block], b)
            longest_m = max(longest_m, int(straight_m.max(initial=0)))
            driven_m = straight_m * profile.detour_permille // 1000
            distance_m[block] = driven_m
            for k, speed in enumerate(speeds):
                duration_s[k, block] = drive_s(driven_m, speed)
        if len(set(profile.speeds_mm_s)) > 1 and longest_m > self.longest_straight_m:
            raise GeoError(
                "straight_line.too_long",
                f"two places are {longest_m} m apart; the source was made for "
                f"{self.longest_straight_m} m",
                "make the source with StraightLine.covering over all places of the day",
            )
        return TravelMatrix(breakpoints_s=times, duration_s=duration_s, distance_m=distance_m)

    def _curve_of(self, profile: SpeedProfile) -> SpeedCurve:
        return profile.curve(longest_m=self.longest_straight_m * profile.detour_permille // 1000)


def way_m(
    origins_m: npt.NDArray[np.int64], destinations_m: npt.NDArray[np.int64], detour_permille: int
) -> npt.NDArray[np.int64]:
    """Return metres driven, shape (n, m), between projected points of shapes (n, 2) and (m, 2)."""
    return _straight_m(origins_m, destinations_m) * detour_permille // 1000


def drive_s(metres: npt.NDArray[np.int64], speed_mm_s: int) -> npt.NDArray[np.int64]:
    """Return the seconds that driving so many metres takes at one speed, rounded up."""
    return (metres * 1000 + (speed_mm_s - 1)) // speed_mm_s


def _straight_m(
    origins_m: npt.NDArray[np.int64], destinations_m: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    dx = origins_m[:, None, 0] - destinations_m[None, :, 0]
    dy = origins_m[:, None, 1] - destinations_m[None, :, 1]
    return floor_sqrt(dx * dx + dy * dy)
