"""Hours of the day for a source that knows none, as a routing server."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.errors import GeoError
from geo.speed_curve import SpeedCurve
from geo.travel_times import UNREACHABLE, SpeedProfile, TravelMatrix, TravelTimes, check_breakpoints


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHour:
    """Stretches the times of a source by the hour of departure; a `TravelTimes` source itself.

    The source's times are taken for those of the fastest hour of the profile. In an hour whose
    speed is half of that, every trip takes twice as long. So only the proportions between a
    profile's speeds count here. Between the hours there are ramps, as `geo.speed_curve` has
    them. A profile of one speed leaves the source as it is.

    Attributes:
        source: gives times that do not depend on the departure.
        longest_s: the ramps fit trips that take up to this long in the fastest hour. A longer
            trip keeps some of a slow hour's time for a while after it, as long as leaving later
            would else mean arriving earlier. A generous figure does the same to every trip.
    """

    source: TravelTimes
    longest_s: int = 3_600

    def breakpoints_s(self, profile: SpeedProfile, *, start_s: int, end_s: int) -> tuple[int, ...]:
        """Return the departure times, seconds since local midnight, where times bend.

        Raises:
            GeoError: `by_hour.source` where the source's own times depend on the departure.
        """
        self._own_breakpoint(profile, (start_s, end_s))
        return self._curve(profile).between(start_s=start_s, end_s=end_s).breakpoints_s

    def matrix(
        self,
        origins: npt.ArrayLike,
        destinations: npt.ArrayLike,
        *,
        profile: SpeedProfile,
        breakpoints_s: Sequence[int],
    ) -> TravelMatrix:
        """Return int32 seconds (K, n, m), rounded up, and metres as the source gives them.

        Raises:
            GeoError: `by_hour.source`, and whatever the source raises.
        """
        times = check_breakpoints(breakpoints_s)
        own = self._own_breakpoint(profile, times)
        once = self.source.matrix(origins, destinations, profile=profile, breakpoints_s=own)
        base_s = once.duration_s[0].astype(np.int64)
        none = base_s == UNREACHABLE
        fastest = max(profile.speeds_mm_s)
        curve = self._curve(profile)
        duration_s = np.empty((len(times), *base_s.shape), dtype=np.int32)
        least_s: npt.NDArray[np.int64] | int = 0
        for k, time in enumerate(times):
            stretched_s = -(-base_s * fastest // curve.speed_mm_s(time))
            taken_s = np.minimum(np.maximum(stretched_s, least_s), UNREACHABLE - 1)
            duration_s[k] = np.where(none, UNREACHABLE, taken_s)
            if k + 1 < len(times):
                least_s = taken_s - (times[k + 1] - time)
        return TravelMatrix(breakpoints_s=times, duration_s=duration_s, distance_m=once.distance_m)

    def _own_breakpoint(self, profile: SpeedProfile, times_s: Sequence[int]) -> tuple[int, ...]:
        own = self.source.breakpoints_s(profile, start_s=times_s[0], end_s=times_s[-1])
        if len(own) > 1:
            raise GeoError(
                "by_hour.source",
                f"the source has {len(own)} departure times of its own",
                "use it directly: hours would count twice",
            )
        return own

    def _curve(self, profile: SpeedProfile) -> SpeedCurve:
        """The speeds as a curve that holds for a trip of `longest_s` at the fastest of them."""
        return profile.curve(longest_m=-(-self.longest_s * max(profile.speeds_mm_s) // 1000))
