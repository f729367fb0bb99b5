"""Drives over the whole day, and times traced back through a visit or a drive.

Earliest departures run forward through a route and are replayed; latest arrivals run backward
and are found here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from solvers.model import Break, TimeWindow
from solvers.replay import VisitTimes
from solvers.travel import UNREACHABLE, Travel

FAR = 2**50
"""A time or amount beyond any in a problem; minus this stands for never."""


@dataclass(frozen=True, slots=True)
class DayLeg:
    """One drive over the whole day: least and most seconds, least metres.

    All are 0 where the arc may not be driven at some time: a replay counts nothing for it then.
    """

    least_s: int
    most_s: int
    least_m: int


class DayLegs:
    """Drives of one travel source, each looked up once."""

    def __init__(self, travel: Travel) -> None:
        self.travel = travel
        self._known: dict[tuple[int, int], DayLeg] = {}

    def leg(self, origin: int | None, destination: int | None) -> DayLeg:
        """The drive, or nothing where there is no place to drive from or to."""
        if origin is None or destination is None:
            return _NO_LEG
        known = self._known.get((origin, destination))
        if known is None:
            travel = self.travel
            times = [travel.duration_s(origin, destination, at) for at in travel.breakpoints_s]
            ways = [travel.distance_m(origin, destination, at) for at in travel.breakpoints_s]
            known = DayLeg(min(times), max(times), min(ways))
            if UNREACHABLE in times or UNREACHABLE in ways:
                known = _NO_LEG
            self._known[origin, destination] = known
        return known


_NO_LEG = DayLeg(0, 0, 0)


def same_start_s(windows: Sequence[TimeWindow], times: VisitTimes) -> int:
    """Least arrival that does not start before the visit did."""
    closed_s = -FAR
    for window in windows:
        if times.start_s == window.start_s:
            return closed_s + 1
        closed_s = window.end_s
    return times.arrival_s


def latest_depart_s(
    legs: DayLegs, origin: int, destination: int | None, rest: Break | None, arrive_by_s: int
) -> int:
    """No departure after this arrives by ``arrive_by_s``; minus ``FAR`` where none does."""
    if arrive_by_s >= FAR // 2 or arrive_by_s <= -FAR // 2:
        return arrive_by_s
    if rest is not None:
        arrive_by_s -= rest.duration_s
        if arrive_by_s < rest.window.start_s:
            return -FAR
    if destination is None:
        return arrive_by_s
    leg = legs.leg(origin, destination)
    low, high = arrive_by_s - leg.most_s, arrive_by_s - leg.least_s
    while low < high:
        middle = (low + high + 1) // 2
        if middle + legs.travel.duration_s(origin, destination, middle) <= arrive_by_s:
            low = middle
        else:
            high = middle - 1
    return low


def latest_arrival_s(windows: Sequence[TimeWindow], start_by_s: int) -> int:
    """Latest arrival whose service starts by ``start_by_s``; minus ``FAR`` where none does."""
    if not windows or start_by_s >= windows[-1].end_s:
        return start_by_s
    for window in reversed(windows):
        if start_by_s >= window.start_s:
            return min(start_by_s, window.end_s)
    return -FAR
