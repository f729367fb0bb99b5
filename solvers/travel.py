"""Travel between locations: seconds and metres, by departure time.

A travel source answers for pairs of location indices. Its durations are given at integer
breakpoints of the departure time, linear between two breakpoints and rounded down, constant
before the first and after the last. One breakpoint means constant travel. Both sources are
immutable; arrays are copied and locked when the source is built.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import isqrt
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

UNREACHABLE = 2**31 - 1
"""Value of a matrix entry (seconds or metres) whose arc may not be driven."""

IntArray = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.int32]


class Travel(Protocol):
    """What the model, the checker and the engines ask of travel times."""

    @property
    def size(self) -> int:
        """Number of locations."""

    @property
    def breakpoints_s(self) -> tuple[int, ...]:
        """Departure times of the K given profiles, strictly increasing, seconds since t0."""

    @property
    def has_unreachable(self) -> bool:
        """Whether some arc between two different locations may not be driven."""

    def duration_s(self, origin: int, destination: int, depart_s: int) -> int:
        """Seconds from origin to destination when leaving at ``depart_s``, or ``UNREACHABLE``."""

    def distance_m(self, origin: int, destination: int, depart_s: int) -> int:
        """Metres from origin to destination when leaving at ``depart_s``, or ``UNREACHABLE``."""

    def matrices(self, locations: Sequence[int]) -> tuple[Matrix, Matrix]:
        """Durations (K, m, m) and distances (1 or K, m, m), int32, among ``locations``."""

    def between(self, origins: Sequence[int], destinations: Sequence[int]) -> tuple[Matrix, Matrix]:
        """Durations (K, a, b) and distances (1 or K, a, b), int32, from a origins to b places."""


class MatrixTravel:
    """Travel given as dense matrices.

    Args:
        durations_s: Integers, shape (n, n) for constant travel or (K, n, n).
        distances_m: Integers, shape (n, n), (1, n, n) or (K, n, n).
        breakpoints_s: The K departure times; ``(0,)`` for constant travel.

    Raises:
        TypeError: A matrix does not hold integers.
        ValueError: Shapes do not fit each other or values lie outside 0 .. 2**31 - 1.
    """

    __slots__ = ("_breakpoints_s", "_distances_m", "_durations_s", "_has_unreachable")

    def __init__(
        self,
        durations_s: npt.ArrayLike,
        distances_m: npt.ArrayLike,
        breakpoints_s: Sequence[int] = (0,),
    ) -> None:
        self._breakpoints_s = _checked_breakpoints(breakpoints_s)
        count = len(self._breakpoints_s)
        self._durations_s = _checked_matrix(durations_s, "durations_s", (count,))
        self._distances_m = _checked_matrix(distances_m, "distances_m", (1, count))
        self._has_unreachable = _has_unreachable(self._durations_s, self._distances_m)
        if self._durations_s.shape[1] != self._distances_m.shape[1]:
            raise ValueError(
                f"durations_s is for {self._durations_s.shape[1]} locations and distances_m for "
                f"{self._distances_m.shape[1]}; give both for the same locations"
            )

    @property
    def size(self) -> int:
        """Number of locations."""
        return int(self._durations_s.shape[1])

    @property
    def breakpoints_s(self) -> tuple[int, ...]:
        """Departure times of the K matrices, seconds since t0."""
        return self._breakpoints_s

    @property
    def has_unreachable(self) -> bool:
        """Whether some arc between two different locations may not be driven."""
        return self._has_unreachable

    @property
    def durations(self) -> Matrix:
        """All durations in seconds, int32, shape (K, n, n), read-only."""
        return self._durations_s

    @property
    def distances(self) -> Matrix:
        """All distances in metres, int32, shape (1 or K, n, n), read-only."""
        return self._distances_m

    def duration_s(self, origin: int, destination: int, depart_s: int) -> int:
        """Seconds when leaving at ``depart_s``, or ``UNREACHABLE``."""
        return _interpolate(self._durations_s, self._breakpoints_s, origin, destination, depart_s)

    def distance_m(self, origin: int, destination: int, depart_s: int) -> int:
        """Metres when leaving at ``depart_s``, or ``UNREACHABLE``."""
        return _interpolate(self._distances_m, self._breakpoints_s, origin, destination, depart_s)

    def matrices(self, locations: Sequence[int]) -> tuple[Matrix, Matrix]:
        """Durations (K, m, m) and distances (1 or K, m, m) among ``locations``."""
        return self.between(locations, locations)

    def between(self, origins: Sequence[int], destinations: Sequence[int]) -> tuple[Matrix, Matrix]:
        """Durations (K, a, b) and distances (1 or K, a, b) from a origins to b destinations."""
        rows = np.asarray(origins, dtype=np.intp)[:, None]
        columns = np.asarray(destinations, dtype=np.intp)[None, :]
        return self._durations_s[:, rows, columns], self._distances_m[:, rows, columns]


class PlanarTravel:
    """Travel computed from projected coordinates, so that no matrix need be stored.

    The formula is in integers throughout, so that every implementation gives the same numbers::

        straight   = isqrt(dx * dx + dy * dy)
        distance_m = straight * detour_permille // 1000
        duration_s = ceil(distance_m * 1000 / speed_mm_s)        at each breakpoint

    Args:
        xy_m: Whole metres, shape (n, 2).
        detour_permille: Length of the way per thousand metres of straight line, 1000 or more.
        speeds_mm_s: Millimetres a second at each breakpoint, positive.
        breakpoints_s: Departure times of the speeds; ``(0,)`` for one speed.

    Raises:
        TypeError: Coordinates are not integers.
        ValueError: Shapes do not fit, or a value lies outside its range.
    """

    __slots__ = ("_breakpoints_s", "_detour_permille", "_speeds_mm_s", "_xs", "_xy_m", "_ys")

    def __init__(
        self,
        xy_m: npt.ArrayLike,
        *,
        detour_permille: int,
        speeds_mm_s: Sequence[int],
        breakpoints_s: Sequence[int] = (0,),
    ) -> None:
        points = np.asarray(xy_m)
        if points.size == 0:
            points = points.reshape(0, 2).astype(np.int64)
        if points.dtype.kind not in "iu":
            raise TypeError(f"xy_m must hold whole metres, not {points.dtype}")
        if points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(f"xy_m must have shape (n, 2), not {points.shape}")
        if points.size and int(np.abs(points.astype(np.int64)).max()) > 10**8:
            raise ValueError("xy_m holds values beyond 100,000 km; give metres from a near origin")
        if not 1000 <= detour_permille <= 10_000:
            raise ValueError(f"detour_permille must be 1000 to 10000, not {detour_permille}")
        self._breakpoints_s = _checked_breakpoints(breakpoints_s)
        if len(speeds_mm_s) != len(self._breakpoints_s):
            raise ValueError(
                f"{len(speeds_mm_s)} speeds for {len(self._breakpoints_s)} breakpoints; "
                "give one speed for each"
            )
        if any(speed <= 0 for speed in speeds_mm_s):
            raise ValueError(f"speeds_mm_s must be positive, not {tuple(speeds_mm_s)}")
        self._xy_m = np.array(points, dtype=np.int64)
        self._xy_m.setflags(write=False)
        self._xs: list[int] = self._xy_m[:, 0].tolist()
        self._ys: list[int] = self._xy_m[:, 1].tolist()
        self._detour_permille = int(detour_permille)
        self._speeds_mm_s = tuple(int(speed) for speed in speeds_mm_s)

    @property
    def size(self) -> int:
        """Number of locations."""
        return len(self._xs)

    @property
    def breakpoints_s(self) -> tuple[int, ...]:
        """Departure times of the speeds, seconds since t0."""
        return self._breakpoints_s

    @property
    def has_unreachable(self) -> bool:
        """Never: straight lines lead everywhere."""
        return False

    @property
    def xy_m(self) -> IntArray:
        """Coordinates in whole metres, int64, shape (n, 2), read-only."""
        return self._xy_m

    @property
    def detour_permille(self) -> int:
        """Length of the way per thousand metres of straight line."""
        return self._detour_permille

    @property
    def speeds_mm_s(self) -> tuple[int, ...]:
        """Millimetres a second at each breakpoint."""
        return self._speeds_mm_s

    def duration_s(self, origin: int, destination: int, depart_s: int) -> int:
        """Seconds when leaving at ``depart_s``."""
        scaled = self.distance_m(origin, destination, depart_s) * 1000
        low, high, span, offset = _locate(self._breakpoints_s, depart_s)
        at_low = -(-scaled // self._speeds_mm_s[low])
        if high == low:
            return at_low
        at_high = -(-scaled // self._speeds_mm_s[high])
        return at_low + (at_high - at_low) * offset // span

    def distance_m(self, origin: int, destination: int, depart_s: int) -> int:  # noqa: ARG002
        """Metres of the way; the same at every departure time."""
        dx = self._xs[origin] - self._xs[destination]
        dy = self._ys[origin] - self._ys[destination]
        return isqrt(dx * dx + dy * dy) * self._detour_permille // 1000

    def matrices(self, locations: Sequence[int]) -> tuple[Matrix, Matrix]:
        """Durations (K, m, m) and distances (1, m, m) among ``locations``."""
        return self.between(locations, locations)

    def between(self, origins: Sequence[int], destinations: Sequence[int]) -> tuple[Matrix, Matrix]:
        """Durations (K, a, b) and distances (1, a, b) from a origins to b destinations."""
        tails = self._xy_m[np.asarray(origins, dtype=np.intp)]
        heads = self._xy_m[np.asarray(destinations, dtype=np.intp)]
        dx = tails[:, None, 0] - heads[None, :, 0]
        dy = tails[:, None, 1] - heads[None, :, 1]
        squared = dx * dx + dy * dy
        straight = np.sqrt(squared.astype(np.float64)).astype(np.int64)
        straight -= straight * straight > squared
        straight += (straight + 1) * (straight + 1) <= squared
        distances = straight * self._detour_permille // 1000
        scaled = distances * 1000
        durations = np.stack([-(-scaled // speed) for speed in self._speeds_mm_s])
        return durations.astype(np.int32), distances[None].astype(np.int32)


def latest_departure_s(
    travel: Travel, origin: int, destination: int, *, earliest_s: int, arrive_by_s: int
) -> int:
    """Latest departure, not before ``earliest_s``, that still arrives by ``arrive_by_s``.

    Arrival times never fall as the departure is put off (slopes are at least -1), so bisection
    finds the answer. Returns ``earliest_s`` where even that arrives too late.
    """
    if len(travel.breakpoints_s) == 1:
        return max(earliest_s, arrive_by_s - travel.duration_s(origin, destination, earliest_s))
    low, high = earliest_s, max(earliest_s, arrive_by_s)
    while low < high:
        middle = (low + high + 1) // 2
        if middle + travel.duration_s(origin, destination, middle) <= arrive_by_s:
            low = middle
        else:
            high = middle - 1
    return low


def _locate(breakpoints_s: tuple[int, ...], depart_s: int) -> tuple[int, int, int, int]:
    """Breakpoints below and above, the seconds between them, and the seconds since the lower."""
    last = len(breakpoints_s) - 1
    if last == 0 or depart_s <= breakpoints_s[0]:
        return 0, 0, 1, 0
    if depart_s >= breakpoints_s[last]:
        return last, last, 1, 0
    low = 0
    while breakpoints_s[low + 1] <= depart_s:
        low += 1
    start = breakpoints_s[low]
    return low, low + 1, breakpoints_s[low + 1] - start, depart_s - start


def _interpolate(
    values: Matrix, breakpoints_s: tuple[int, ...], origin: int, destination: int, depart_s: int
) -> int:
    if values.shape[0] == 1:
        return int(values[0, origin, destination])
    low, high, span, offset = _locate(breakpoints_s, depart_s)
    at_low = int(values[low, origin, destination])
    at_high = int(values[high, origin, destination])
    if UNREACHABLE in (at_low, at_high):
        return UNREACHABLE
    return at_low + (at_high - at_low) * offset // span


def _has_unreachable(*sources: Matrix) -> bool:
    """Whether any matrix marks an arc off its diagonal."""
    for source in sources:
        marked = source == UNREACHABLE
        if marked.any():
            marked[:, range(source.shape[1]), range(source.shape[1])] = False
            if marked.any():
                return True
    return False


def _checked_breakpoints(breakpoints_s: Sequence[int]) -> tuple[int, ...]:
    result = tuple(int(value) for value in breakpoints_s)
    if not result:
        raise ValueError("breakpoints_s is empty; give at least one departure time")
    if any(later <= earlier for earlier, later in pairwise(result)):
        raise ValueError(f"breakpoints_s must rise strictly, not {result}")
    return result


def _checked_matrix(values: npt.ArrayLike, name: str, depths: tuple[int, ...]) -> Matrix:
    given: npt.NDArray[Any] = np.asarray(values)
    if given.size == 0 and given.ndim < 3:
        given = given.reshape(0, 0).astype(np.int32)
    if given.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold integers, not {given.dtype}")
    if given.ndim == 2:
        given = given[None]
    if given.ndim != 3 or given.shape[1] != given.shape[2]:
        raise ValueError(f"{name} must be square, (n, n) or (K, n, n), not {given.shape}")
    if given.shape[0] not in depths:
        raise ValueError(
            f"{name} holds {given.shape[0]} matrices; its breakpoints ask for "
            f"{' or '.join(str(depth) for depth in depths)}"
        )
    if given.size:
        outside = np.argwhere((given < 0) | (given > UNREACHABLE))
        if len(outside):
            where = tuple(int(index) for index in outside[0])
            raise ValueError(
                f"{name}{list(where)} is {given[where]}; values lie in 0 .. {UNREACHABLE}"
            )
    result = np.array(given, dtype=np.int32)
    result.setflags(write=False)
    return result
