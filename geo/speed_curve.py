"""Hourly speeds as departure breakpoints between which nobody overtakes by waiting.

Speeds that jump on the hour break first in, first out: who leaves just before a jump up would
arrive after who leaves just behind it. Ichoua, Gendreau and Potvin, *Vehicle dispatching with
time-dependent travel times*, European Journal of Operational Research 144(2), 2003, avoid this
by letting the speed change under way. We keep durations linear between departure breakpoints,
as the solvers have them, and get the same property from ramps of travel time around the hour
that are never steeper than -1.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from geo.errors import GeoError

_DAY_S = 86_400
_HOUR_S = 3_600
_SHORTEST_RAMP_S = 600
# Wider ramps take the whole hour: breakpoints seconds apart would cost matrices for nothing.
_LONGEST_PARTIAL_RAMP_S = 3_300


@dataclass(frozen=True, slots=True)
class SpeedCurve:
    """Speeds at departure breakpoints of one day, repeated every day.

    A distance takes ``ceil(distance / speed)`` seconds at a breakpoint and a time linear in
    between at other departures.

    Attributes:
        breakpoints_s: ascending seconds since local midnight within one day's length; a
            single one means one speed at all times.
        speeds_mm_s: speed in mm/s at each breakpoint.
    """

    breakpoints_s: tuple[int, ...]
    speeds_mm_s: tuple[int, ...]

    def between(self, *, start_s: int, end_s: int) -> "SpeedCurve":
        """Return the breakpoints that cover departures in ``start_s..end_s``, both inclusive.

        The first may lie before `start_s` and the last after `end_s`, by some hours at most:
        cutting a ramp would need a speed that is no whole mm/s.
        """
        if start_s > end_s:
            raise GeoError(
                "travel_times.departures",
                f"departures run from {start_s} s to {end_s} s",
                "give a start that is not after the end",
            )
        if len(self.breakpoints_s) == 1:
            return self
        first = (start_s - self.breakpoints_s[0]) // _DAY_S - 1
        last = (end_s - self.breakpoints_s[0]) // _DAY_S + 1
        unrolled = [
            (day * _DAY_S + time, speed)
            for day in range(first, last + 1)
            for time, speed in zip(self.breakpoints_s, self.speeds_mm_s, strict=True)
        ]
        times = [time for time, _ in unrolled]
        low, high = bisect_right(times, start_s) - 1, bisect_left(times, end_s)
        kept = unrolled[low : high + 1]
        if len({speed for _, speed in kept}) == 1:
            kept = kept[:1]
        return SpeedCurve(tuple(time for time, _ in kept), tuple(speed for _, speed in kept))

    def speed_mm_s(self, departure_s: int) -> int:
        """Return the speed in mm/s at a departure time.

        Between breakpoints travel time, not speed, is linear, and the speed that gives it is
        rounded down to whole mm/s; exact at breakpoints.
        """
        span = self.between(start_s=departure_s, end_s=departure_s)
        if len(span.breakpoints_s) == 1:
            return span.speeds_mm_s[0]
        (t0, t1), (v0, v1) = span.breakpoints_s, span.speeds_mm_s
        return v0 * v1 * (t1 - t0) // (v1 * (t1 - departure_s) + v0 * (departure_s - t0))


def speed_curve(hourly_mm_s: Sequence[int], *, longest_m: int) -> SpeedCurve:
    """Turn one speed, or 24 by hour of the day, into breakpoints with ramps between the hours.

    Every ramp is centred on its hour and wide enough that the travel time over any distance up
    to `longest_m` falls by at most one second per second: ten minutes at least, an hour at most.
    Where an hour is not enough, the faster hour is slowed down to what is, so that travel times
    are never promised shorter than the table has them.

    Args:
        hourly_mm_s: 1 or 24 speeds in mm/s.
        longest_m: the longest driven distance in metres that anybody will ask for.
    """
    if len(set(hourly_mm_s)) == 1:
        return SpeedCurve((0,), (hourly_mm_s[0],))
    longest_mm = longest_m * 1000
    speeds = _slow_down(list(hourly_mm_s), longest_mm)
    times: list[int] = []
    values: list[int] = []
    for hour in range(24):
        before, after = speeds[hour - 1], speeds[hour]
        if before == after:
            continue
        half = _ramp_s(before, after, longest_mm) // 2
        for time, speed in ((hour * _HOUR_S - half, before), (hour * _HOUR_S + half, after)):
            # Two ramps of an hour meet on the half hour, at the same speed.
            if not times or time > times[-1]:
                times.append(time)
                values.append(speed)
    if not times:
        return SpeedCurve((0,), (speeds[0],))
    # The last ramp of the day may meet the one around midnight in the same way.
    if times[-1] == times[0] + _DAY_S:
        times.pop()
        values.pop()
    return SpeedCurve(tuple(times), tuple(values))


def _slow_down(speeds: list[int], longest_mm: int) -> list[int]:
    """Cap each hour at what a ramp of one hour can reach from the hour before it."""
    # Twice around: the second round carries late evening past midnight into the morning.
    for hour in [*range(24), *range(24)]:
        before = speeds[hour - 1]
        gain_mm = longest_mm - _HOUR_S * before
        if gain_mm > 0:
            speeds[hour] = min(speeds[hour], longest_mm * before // gain_mm)
    return speeds


def _ramp_s(before_mm_s: int, after_mm_s: int, longest_mm: int) -> int:
    """Return the width of a ramp in even seconds."""
    drop = longest_mm * max(after_mm_s - before_mm_s, 0)
    needed = -(-drop // (before_mm_s * after_mm_s))
    if needed > _LONGEST_PARTIAL_RAMP_S:
        return _HOUR_S
    return max(_SHORTEST_RAMP_S, needed + needed % 2)
