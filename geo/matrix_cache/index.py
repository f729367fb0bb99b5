"""Which pairs of places the blocks of one key know."""

import numpy as np
import numpy.typing as npt

from geo.coordinates import FloatArray
from geo.matrix_cache.block import Block
from geo.matrix_cache.store import MatrixStore
from geo.travel_times import Int32Array

IntArray = npt.NDArray[np.intp]


class Known:
    """What is known of one matrix, filled in piece by piece."""

    __slots__ = ("blocks_used", "distance_m", "duration_s", "missing")

    def __init__(self, times: int, rows: int, columns: int) -> None:
        self.duration_s: Int32Array = np.zeros((times, rows, columns), dtype=np.int32)
        self.distance_m: Int32Array = np.zeros((1, rows, columns), dtype=np.int32)
        self.missing = np.ones((rows, columns), dtype=bool)
        self.blocks_used = 0

    def fill(self, block: Block, rows: IntArray, columns: IntArray) -> None:
        """Take over a block that lies in these rows and columns; -1 leaves out one of its own."""
        if len(block.distance_m) > len(self.distance_m):
            self.distance_m = np.repeat(self.distance_m, len(block.distance_m), axis=0)
        a, b = np.flatnonzero(rows >= 0), np.flatnonzero(columns >= 0)
        here, there = _cells(rows[a], columns[b]), _cells(a, b)
        self.duration_s[:, here[0], here[1]] = block.duration_s[:, there[0], there[1]]
        self.distance_m[:, here[0], here[1]] = block.distance_m[:, there[0], there[1]]
        self.missing[here] = False

    def block(self, origins: FloatArray, destinations: FloatArray) -> Block:
        """All of it as one block."""
        return Block(origins, destinations, self.duration_s, self.distance_m)


class Index:
    """The places of every block of a key, kept in memory and brought up to date from disk."""

    __slots__ = ("_blocks", "_ends", "_key", "_number", "_stamp", "_store", "_times")

    def __init__(self, store: MatrixStore, key: str, times: int) -> None:
        self._store = store
        self._key = key
        self._times = times
        self._stamp = -1
        self._number: dict[bytes, int] = {}
        self._blocks: dict[str, tuple[IntArray, IntArray]] = {}
        # Places that were ever an origin, and a destination: most new ones were neither.
        self._ends: tuple[set[bytes], set[bytes]] = (set(), set())

    def look_up(self, rows: FloatArray, columns: FloatArray) -> Known:
        """Everything that is known of the matrix between distinct places."""
        self._refresh()
        known = Known(self._times, len(rows), len(columns))
        if _none_in(rows, self._ends[0]) or _none_in(columns, self._ends[1]):
            return known
        row_of, column_of = self._positions(rows), self._positions(columns)
        for name, (origins, destinations) in sorted(self._blocks.items(), key=_largest_first):
            inside = row_of[origins], column_of[destinations]
            a, b = inside[0][inside[0] >= 0], inside[1][inside[1] >= 0]
            if not len(a) or not len(b) or not known.missing[np.ix_(a, b)].any():
                continue
            block = self._store.read(self._key, name, self._times)
            if block is None:
                del self._blocks[name]
                continue
            known.fill(block, *inside)
            known.blocks_used += 1
            if not known.missing.any():
                break
        return known

    def add(self, block: Block) -> None:
        """Keep a block."""
        name = self._store.write(self._key, block)
        if name is not None:
            self._note(name, block.origins, block.destinations)
            # What another process wrote since is found at its next change; listing the folder
            # for every block of our own would take longer than writing it.
            self._stamp = self._store.stamp(self._key)

    def replace_by(self, whole: Block) -> None:
        """Keep a block and drop those that lie within it."""
        self.add(whole)
        if whole.name not in self._blocks:
            return
        origins, destinations = self._blocks[whole.name]
        for name, (rows, columns) in list(self._blocks.items()):
            within = np.isin(rows, origins).all() and np.isin(columns, destinations).all()
            if within and name != whole.name:
                self._store.drop(self._key, name)
                del self._blocks[name]

    def _refresh(self) -> None:
        stamp = self._store.stamp(self._key)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        names = self._store.names(self._key)
        for name in self._blocks.keys() - names:
            del self._blocks[name]
        for name in names - self._blocks.keys():
            places = self._store.places(self._key, name)
            if places is not None:
                self._note(name, *places)

    def _note(self, name: str, origins: FloatArray, destinations: FloatArray) -> None:
        self._blocks[name] = (self._numbers(origins), self._numbers(destinations))
        for places, ends in zip((origins, destinations), self._ends, strict=True):
            ends.update(place.tobytes() for place in places)

    def _numbers(self, places: FloatArray) -> IntArray:
        number = self._number
        found = [number.setdefault(place.tobytes(), len(number)) for place in places]
        return np.array(found, dtype=np.intp)

    def _positions(self, places: FloatArray) -> IntArray:
        """By the number of a place, its position among `places`, or -1."""
        position = np.full(len(self._number), -1, dtype=np.intp)
        for row, place in enumerate(places):
            number = self._number.get(place.tobytes())
            if number is not None:
                position[number] = row
        return position


def _none_in(places: FloatArray, known: set[bytes]) -> bool:
    return known.isdisjoint(place.tobytes() for place in places)


def _cells(rows: IntArray, columns: IntArray) -> tuple[slice | IntArray, slice | IntArray]:
    """Index of a rectangle; by slices where it is in one piece, which is many times faster."""
    if _in_one_piece(rows) and _in_one_piece(columns):
        return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return rows[:, None], columns[None, :]


def _in_one_piece(index: IntArray) -> bool:
    return len(index) > 0 and bool((np.diff(index) == 1).all())


def _largest_first(item: tuple[str, tuple[IntArray, IntArray]]) -> tuple[int, str]:
    name, (origins, destinations) = item
    return -len(origins) * len(destinations), name
