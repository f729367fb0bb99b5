"""A source of travel times that remembers."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from geo.coordinates import FloatArray, as_points
from geo.matrix_cache.block import Block
from geo.matrix_cache.index import Index
from geo.matrix_cache.store import MatrixStore
from geo.travel_times import (
    Int32Array,
    SpeedProfile,
    TravelMatrix,
    TravelTimes,
    check_breakpoints,
)

_FORMAT = 1
# What is computed at a time, so that an interrupt leaves what was done.
_PAIRS_AT_A_TIME = 1_000_000
# Missing cells are asked for in so many rectangles at most; else in one around them all.
_RECTANGLES = 4
# Fewer pairs than this are not worth a file.
_FEWEST_PAIRS = 32
# An answer pieced together from more blocks is written as one, and those within it dropped.
_MANY_BLOCKS = 32


class CachedTravel:
    """Any source of travel times, with its matrices kept on disk; a `TravelTimes` source itself.

    Only pairs that nobody asked for before are asked of the source: for a new place among known
    ones, its row and its column. Pairs are known by their exact coordinates, the vehicle class,
    the breakpoints and the source's fingerprint.

    Threads may share it where they may share the source.

    Args:
        source: computes what is not known.
        fingerprint: what the source's numbers for a profile depend on beside places and
            breakpoints; called for every matrix, since a server's map may change.
        store: where to keep them.
    """

    __slots__ = ("_fingerprint", "_indices", "_lock", "source", "store")

    def __init__(
        self,
        source: TravelTimes,
        *,
        fingerprint: Callable[[SpeedProfile], str],
        store: MatrixStore,
    ) -> None:
        self.source = source
        self.store = store
        self._fingerprint = fingerprint
        self._indices: dict[str, Index] = {}
        self._lock = threading.Lock()

    def breakpoints_s(self, profile: SpeedProfile, *, start_s: int, end_s: int) -> tuple[int, ...]:
        """Return the source's departure times."""
        return self.source.breakpoints_s(profile, start_s=start_s, end_s=end_s)

    def matrix(
        self,
        origins: npt.ArrayLike,
        destinations: npt.ArrayLike,
        *,
        profile: SpeedProfile,
        breakpoints_s: Sequence[int],
    ) -> TravelMatrix:
        """Return int32 seconds (K, n, m) and metres (n, m) or (K, n, m), as the source would.

        Raises:
            GeoError: whatever the source raises for what is not known.
        """
        times = check_breakpoints(breakpoints_s)
        # A zero of either sign is the same place.
        rows, row_of = _distinct(as_points(origins) + 0.0)
        columns, column_of = _distinct(as_points(destinations) + 0.0)
        key = self._key(profile, times)
        with self._lock:
            index = self._indices.setdefault(key, Index(self.store, key, len(times)))
            known = index.look_up(rows, columns)
        for part in _rectangles(known.missing):
            block = self._compute(rows[part[0]], columns[part[1]], profile, times)
            known.fill(block, *part)
            if block.duration_s[0].size >= _FEWEST_PAIRS:
                with self._lock:
                    index.add(block)
        if known.blocks_used > _MANY_BLOCKS:
            with self._lock:
                index.replace_by(known.block(rows, columns))
        duration_s, distance_m = known.duration_s, known.distance_m
        if len(rows) < len(row_of) or len(columns) < len(column_of):
            duration_s = duration_s[:, row_of[:, None], column_of]
            distance_m = distance_m[:, row_of[:, None], column_of]
        return TravelMatrix(
            breakpoints_s=times,
            duration_s=duration_s,
            distance_m=distance_m[0] if len(distance_m) == 1 else distance_m,
        )

    def _key(self, profile: SpeedProfile, times: tuple[int, ...]) -> str:
        facts = [_FORMAT, self._fingerprint(profile), profile.vehicle_class, *times]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:40]

    def _compute(
        self,
        origins: FloatArray,
        destinations: FloatArray,
        profile: SpeedProfile,
        times: tuple[int, ...],
    ) -> Block:
        found = self.source.matrix(origins, destinations, profile=profile, breakpoints_s=times)
        distance_m: Int32Array = found.distance_m
        if distance_m.ndim == 2:
            distance_m = distance_m[None]
        return Block(origins, destinations, found.duration_s, distance_m)


def _distinct(points: FloatArray) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    """Each place once, in order of appearance, and where each of the given ones is among them."""
    place: dict[bytes, int] = {}
    first: list[int] = []
    where = np.empty(len(points), dtype=np.intp)
    for row, point in enumerate(points):
        name = point.tobytes()
        if name not in place:
            place[name] = len(first)
            first.append(row)
        where[row] = place[name]
    return points[first], where


def _rectangles(
    missing: npt.NDArray[np.bool_],
) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Rows and columns that cover the missing cells: few rectangles with little known in them."""
    if not missing.any():
        return
    patterns, pattern_of = np.unique(np.packbits(missing, axis=1), axis=0, return_inverse=True)
    if len(patterns) > _RECTANGLES + 1:
        groups = [np.flatnonzero(missing.any(axis=1))]
    else:
        groups = [np.flatnonzero(pattern_of == pattern) for pattern in range(len(patterns))]
    for rows in groups:
        columns = np.flatnonzero(missing[rows].any(axis=0))
        if not len(columns):
            continue
        height = max(_PAIRS_AT_A_TIME // len(columns), 1)
        for start in range(0, len(rows), height):
            yield rows[start : start + height], columns
