"""Travel times on a street network: the roads' source of `geo.travel_times`.

A departure drives at the speeds of its own time all the way (`geo.roads.speeds`). Times whose
speeds and closures are equal share one search.
"""

import hashlib
import os
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from geo.coordinates import FloatArray, as_points
from geo.errors import GeoError
from geo.roads.network import Int32Array, RoadNetwork
from geo.roads.paths import StreetPath, paths_between
from geo.roads.shortest import (
    CostArray,
    IntArray,
    StreetGraph,
    metres_of,
    pairs_of_equals,
    seconds_of,
    some,
)
from geo.roads.snapping import MAX_ACCESS_M, Snapped, Snapper
from geo.roads.speed_file import default_speeds
from geo.roads.speeds import DAY_S, WEEK_S, ClassSpeeds, RoadSpeeds, RoadState, edge_ms
from geo.travel_times import UNREACHABLE, SpeedProfile, TravelMatrix, check_breakpoints

Progress = Callable[[int, int], None]
"""Told how many searches of a matrix are done, and of how many."""

_SHORTEST_RAMP_S = 600
_LONGEST_RAMP_S = 3_600
# Ramps are wide enough for drives up to this long; longer ones are slowed down beside them.
_LONG_DRIVE_S = 5_400

_SEARCHES_AT_A_TIME = 256
_KEPT_SNAPS = 16


class RoadTravel:
    """Travel times along streets; implements `geo.travel_times.TravelTimes`.

    The speeds of a `SpeedProfile` and its detour factor are not used, only its vehicle class.
    Not to be shared by threads.

    Args:
        network: The streets.
        weekday: Of the planning day, 0 for Monday to 6 for Sunday.
        speeds: By class of street and hour of the week; those for Chinese cities by default.
        max_access_m: Metres from a street beyond which a place is refused.
        threads: For the searches; one per available processor by default.
        progress: Told how far a matrix has got.

    Raises:
        GeoError: `roads.weekday`.
    """

    def __init__(
        self,
        network: RoadNetwork,
        *,
        weekday: int,
        speeds: RoadSpeeds | None = None,
        max_access_m: float = MAX_ACCESS_M,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> None:
        if not 0 <= weekday <= 6:
            raise GeoError("roads.weekday", f"weekday is {weekday}", "give 0 (Monday) to 6")
        self.network = network
        self.weekday = weekday
        self.speeds = default_speeds() if speeds is None else speeds
        self.max_access_m = max_access_m
        self._threads = threads or len(os.sched_getaffinity(0))
        self._progress = progress
        self._snappers: dict[str, Snapper] = {}
        self._snapped: dict[tuple[str, bytes], Snapped] = {}
        self._graphs: dict[tuple[str, RoadState], StreetGraph] = {}

    @property
    def attribution(self) -> str:
        """What has to stand beside every map of these ways."""
        return self.network.attribution

    def fingerprint(self, profile: SpeedProfile) -> str:
        """Return the same for sources that give a class the same matrices, sha256 in hex."""
        parts = (
            self.network.fingerprint,
            self.speeds.fingerprint,
            self.weekday,
            self.max_access_m,
            profile.vehicle_class,
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def snap(self, points: npt.ArrayLike, profile: SpeedProfile) -> Snapped:
        """Return where WGS84 points of shape (p, 2) lie on the streets of a vehicle class."""
        lonlat = as_points(points)
        key = (profile.vehicle_class, lonlat.tobytes())
        if key not in self._snapped:
            while len(self._snapped) >= _KEPT_SNAPS:
                self._snapped.pop(next(iter(self._snapped)))
            snapper = self._snapper(profile.vehicle_class)
            self._snapped[key] = snapper.snap(lonlat, max_access_m=self.max_access_m)
        return self._snapped[key]

    def breakpoints_s(self, profile: SpeedProfile, *, start_s: int, end_s: int) -> tuple[int, ...]:
        """Return the departure times, seconds since local midnight, where speeds bend.

        Where speeds change, travel times change on a ramp centred on that moment; where streets
        close or open, within a second.
        """
        if start_s > end_s:
            raise GeoError(
                "travel_times.departures",
                f"departures run from {start_s} s to {end_s} s",
                "give a start that is not after the end",
            )
        speeds = self.speeds.of(profile.vehicle_class)
        bends = sorted({time for bend in self._bends(speeds, start_s, end_s) for time in bend})
        low, high = bisect_right(bends, start_s) - 1, bisect_left(bends, end_s)
        kept = bends[max(low, 0) : high + 1] or [start_s]
        states = [self._state(speeds, time) for time in kept]
        # Before the first breakpoint and after the last one nothing changes anyway.
        first = next((k for k, met in enumerate(states) if met != states[0]), 1) - 1
        last = next((k for k, met in enumerate(reversed(states)) if met != states[-1]), 1) - 1
        return tuple(kept[first : len(kept) - last]) if len(set(states)) > 1 else (kept[0],)

    def matrix(
        self,
        origins: npt.ArrayLike,
        destinations: npt.ArrayLike,
        *,
        profile: SpeedProfile,
        breakpoints_s: Sequence[int],
    ) -> TravelMatrix:
        """Return int32 seconds (K, n, m) and metres (n, m) or (K, n, m) along streets.

        Raises:
            GeoError: `roads.too_far` for places far from any street their class may use.
        """
        times = check_breakpoints(breakpoints_s)
        one, other = as_points(origins), as_points(destinations)
        ends = self.snap(one, profile), self.snap(other, profile)
        for places in ends:
            places.refuse_far()
        same = _identical(one, other)
        speeds = self.speeds.of(profile.vehicle_class)
        states = [self._state(speeds, time) for time in times]
        distinct = list(dict.fromkeys(states))
        found = {}
        for number, state in enumerate(distinct):
            graph = self._graph(profile.vehicle_class, speeds, state)
            costs = self._costs(graph, *ends, done=number, of=len(distinct))
            costs[same] = 0
            found[state] = seconds_of(costs), metres_of(costs)
        duration_s = np.stack([found[state][0] for state in states])
        _never_overtaken(duration_s, times)
        layers = states if len(distinct) > 1 else states[:1]
        distance_m = np.stack([found[state][1] for state in layers])
        return TravelMatrix(
            breakpoints_s=times,
            duration_s=duration_s,
            distance_m=distance_m if len(distinct) > 1 else distance_m[0],
        )

    def paths(
        self, points: npt.ArrayLike, *, profile: SpeedProfile, departures_s: Sequence[int]
    ) -> tuple[StreetPath, ...]:
        """Return the ways along streets from each point to the next one.

        Args:
            points: WGS84, shape (p, 2), in the order they are visited.
            profile: of the vehicle.
            departures_s: p - 1 times, seconds since local midnight.

        Raises:
            GeoError: `roads.too_far`, or `roads.departures` for another number of departures.
        """
        lonlat = as_points(points)
        if len(departures_s) != max(len(lonlat) - 1, 0):
            raise GeoError(
                "roads.departures",
                f"{len(departures_s)} departures for {len(lonlat)} points",
                "give one for every point but the last",
            )
        places = self.snap(lonlat, profile)
        places.refuse_far()
        speeds = self.speeds.of(profile.vehicle_class)
        states = [self._state(speeds, time) for time in departures_s]
        result: dict[int, StreetPath] = {}
        for state in dict.fromkeys(states):
            legs = [leg for leg, met in enumerate(states) if met == state]
            graph = self._graph(profile.vehicle_class, speeds, state)
            result |= zip(
                legs, paths_between(graph, places, lonlat, legs, self._threads), strict=True
            )
        return tuple(result[leg] for leg in range(len(states)))

    def _costs(
        self, graph: StreetGraph, origins: Snapped, destinations: Snapped, *, done: int, of: int
    ) -> CostArray:
        """Search in blocks, so that progress is seen and an interrupt is heard."""
        count, width = len(origins.edge), len(destinations.edge)
        if width < count:
            costs = np.empty((count, width), dtype=np.uint64)
            for block in self._blocks(width, done, of):
                part = some(destinations, block)
                costs[:, block] = graph.costs(origins, part, threads=self._threads)
            return costs
        costs = np.empty((count, width), dtype=np.uint64)
        for block in self._blocks(count, done, of):
            part = some(origins, block)
            costs[block] = graph.costs(part, destinations, threads=self._threads)
        return costs

    def _blocks(self, count: int, done: int, of: int) -> Iterable[slice]:
        for start in range(0, count, _SEARCHES_AT_A_TIME):
            yield slice(start, start + _SEARCHES_AT_A_TIME)
            if self._progress is not None:
                ended = min(start + _SEARCHES_AT_A_TIME, count)
                self._progress(done * count + ended, of * count)

    def _bends(self, speeds: ClassSpeeds, start_s: int, end_s: int) -> Iterable[tuple[int, ...]]:
        """Yield the breakpoints of every change of speeds that may touch the given times."""
        offset_s = self.weekday * DAY_S
        first, last = (start_s + offset_s) // WEEK_S - 1, (end_s + offset_s) // WEEK_S + 1
        for week in range(first, last + 1):
            for change in speeds.changes():
                at = week * WEEK_S + change - offset_s
                before, after = (speeds.state_at(change - 1), speeds.state_at(change))
                ramp_s = _ramp_s(before, after)
                if before.closed != after.closed:
                    yield (at - 1, at, at + ramp_s)
                else:
                    yield (at - ramp_s // 2, at + ramp_s // 2)

    def _state(self, speeds: ClassSpeeds, time_s: int) -> RoadState:
        return speeds.state_at(time_s + self.weekday * DAY_S)

    def _snapper(self, vehicle_class: str) -> Snapper:
        if vehicle_class not in self._snappers:
            self._snappers[vehicle_class] = Snapper.of(self.network, vehicle_class)
        return self._snappers[vehicle_class]

    def _graph(self, vehicle_class: str, speeds: ClassSpeeds, state: RoadState) -> StreetGraph:
        key = (vehicle_class, state)
        if key not in self._graphs:
            driven = edge_ms(self.network, vehicle_class, speeds, state)
            self._graphs[key] = StreetGraph.of(self.network, driven)
        return self._graphs[key]


def _ramp_s(before: RoadState, after: RoadState) -> int:
    """Return the seconds over which travel times change, even.

    Wide enough that a drive of `_LONG_DRIVE_S` gets faster by at most a second per second.
    """
    gain = max(1 - a / b for a, b in zip(before.factors, after.factors, strict=True))
    needed = int(_LONG_DRIVE_S * gain)
    return min(max(_SHORTEST_RAMP_S, needed + needed % 2), _LONGEST_RAMP_S)


def _never_overtaken(duration_s: Int32Array, times: Sequence[int]) -> None:
    """Lengthen what falls by more than the time between two breakpoints, in place.

    Leaving later never means arriving earlier then; nothing becomes shorter than the search
    found it. A closed way is no way to be overtaken by.
    """
    for k, (early, late) in enumerate(pairwise(times), start=1):
        before, after = duration_s[k - 1], duration_s[k]
        least = np.where(before == UNREACHABLE, 0, before.astype(np.int64) - (late - early))
        np.maximum(after, least.astype(np.int32), out=after)


def _identical(one: FloatArray, other: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the rows of equal points; the way between them has no length."""
    points = np.concatenate((one, other))
    _, number = np.unique(points[:, 0] + 1j * points[:, 1], return_inverse=True)
    return pairs_of_equals(number[: len(one)], number[len(one) :])
