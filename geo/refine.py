"""Mending a division of the grid: parts in one piece, work even, borders short. No randomness."""

from collections import deque

import networkx as nx
import numpy as np

from geo.cells import CellGrid, IntArray

# Price of a part's deviation x from the mean, in units of one cell edge of border: cheap while
# within 5 %, so that borders may shorten, and soon dearer than any border beyond.
_SOFT = 20.0
_HARD = 20_000.0
_FREE = 0.05

_MOST_ROUNDS = 60
# Far above rounding in the dearest prices, so that no cell goes to and fro for ever.
_LEAST_GAIN = 1e-6


def refine(grid: CellGrid, labels: IntArray, count: int) -> IntArray:
    """Return labels of shape (c,) where every part is connected and the work is more even.

    Args:
        grid: a connected grid.
        labels: a part 0..count-1 per cell; every part holds an occupied cell.
        count: number of parts, at least 2.
    """
    state = _Refinement(grid, _connect(grid, labels), count)
    state.run()
    return np.array(state.labels, dtype=np.int64)


def _connect(grid: CellGrid, labels: IntArray) -> IntArray:
    """Keep the piece of each part with the most work; the parts grow over the other pieces."""
    graph = grid.graph()
    mended = np.full(len(labels), -1, dtype=np.int64)
    for part in np.unique(labels).tolist():
        members = np.flatnonzero(labels == part).tolist()
        pieces = (sorted(piece) for piece in nx.connected_components(graph.subgraph(members)))
        kept = max(pieces, key=lambda p: (grid.work[p].sum(), grid.occupied[p].sum(), -p[0]))
        mended[kept] = part
    # Breadth first, so that parts meet halfway.
    queue = deque(np.flatnonzero(mended >= 0).tolist())
    while queue:
        cell = queue.popleft()
        for other in sorted(graph[cell]):
            if mended[other] < 0:
                mended[other] = mended[cell]
                queue.append(other)
    return mended


class _Refinement:
    """Moves single cells across borders while that lowers the price of the whole."""

    def __init__(self, grid: CellGrid, labels: IntArray, count: int) -> None:
        self.labels: list[int] = labels.tolist()
        self._neighbours: list[list[int]] = grid.neighbours.tolist()
        self._work: list[float] = (grid.work * (count / max(int(grid.work.sum()), 1))).tolist()
        self._occupied: list[bool] = grid.occupied.tolist()
        self._load = np.bincount(labels, weights=self._work, minlength=count).tolist()
        self._held = np.bincount(labels, weights=grid.occupied, minlength=count).tolist()

    def run(self) -> None:
        """Sweep the borders until nothing improves."""
        for _ in range(_MOST_ROUNDS):
            queue = deque(
                cell for cell, part in enumerate(self.labels) if self._is_border(cell, part)
            )
            moved = False
            while queue:
                cell = queue.popleft()
                target = self._best_target(cell)
                if target is None:
                    continue
                self._move(cell, target)
                moved = True
                queue.extend(other for other in self._neighbours[cell] if other >= 0)
            if not moved:
                return

    def _is_border(self, cell: int, part: int) -> bool:
        return any(other >= 0 and self.labels[other] != part for other in self._neighbours[cell])

    def _best_target(self, cell: int) -> int | None:
        """Return the part that the cell had better join, if any."""
        part = self.labels[cell]
        around = [self.labels[n] if n >= 0 else -1 for n in self._neighbours[cell]]
        others = {label for label in around if label not in (-1, part)}
        if not others or _arcs(around, part) != 1:
            return None
        if self._occupied[cell] and self._held[part] == 1:
            return None
        work, kept = self._work[cell], around.count(part)
        relief = _price(self._load[part]) - _price(self._load[part] - work)
        best, best_gain = None, _LEAST_GAIN
        for other in sorted(others):
            # One run of neighbours on both sides: neither part is torn nor closes a ring.
            if _arcs(around, other) != 1:
                continue
            burden = _price(self._load[other] + work) - _price(self._load[other])
            gain = relief - burden + around.count(other) - kept
            if gain > best_gain:
                best, best_gain = other, gain
        return best

    def _move(self, cell: int, target: int) -> None:
        part = self.labels[cell]
        self.labels[cell] = target
        self._load[part] -= self._work[cell]
        self._load[target] += self._work[cell]
        self._held[part] -= self._occupied[cell]
        self._held[target] += self._occupied[cell]


def _price(load: float) -> float:
    off = abs(load - 1.0)
    over = max(off - _FREE, 0.0)
    return _SOFT * off * off + _HARD * over * over


def _arcs(around: list[int], part: int) -> int:
    """Count the runs of `part` around a ring of six neighbours."""
    # around[-1] is the neighbour before around[0].
    return sum(around[i] == part and around[i - 1] != part for i in range(len(around)))
