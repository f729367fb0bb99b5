"""Dividing a hexagon grid into compact parts of even work: balanced power diagrams.

V. Cohen-Addad, P. N. Klein and N. E. Young, *Balanced centroidal power diagrams for
redistricting*, SIGSPATIAL 2018: every part has a centre and a handicap; a cell belongs to the
part with the least squared distance minus handicap; handicaps are set so that the work is even,
centres move to the middle of their work, and so on in turn. Parts come out convex, hence
connected and compact, up to the teeth of the hexagons. Where the paper finds exact handicaps by
minimum-cost flow, we step towards them and leave the last few percent to `geo.refine`. Where
that fails, as with far towns that one part must bridge, repeated halving stands in: less
compact, but even by construction.

METIS (contiguous k-way, through pymetis) was tried in its place: as good on sample cities, but
it leaves parts empty or draws tentacles where much of the work sits in a few cells.
"""

import numpy as np
import shapely

from geo.cells import CellGrid, IntArray
from geo.coordinates import FloatArray
from geo.refine import refine

_ROUNDS = 12
_STEPS_PER_ROUND = 40
_GROW, _SHRINK = 1.3, 0.5
_FIRST_STEP = 0.02
_FULL_STEP_LACK = 0.25
_EVEN_ENOUGH = 0.01
# Beyond this share of the mean the plain bisection is tried as well.
_GOOD_SHARE = 1.08


def partition(grid: CellGrid, count: int) -> IntArray:
    """Return a part 0..count-1 for every cell of the grid, shape (c,).

    Every part is connected and holds at least one occupied cell. No randomness.

    Args:
        grid: a connected grid.
        count: at least 1 and at most the number of occupied cells.
    """
    if count == 1:
        return np.zeros(len(grid.cells), dtype=np.int64)
    holders = np.flatnonzero(grid.occupied)
    xy = grid.xy[holders]
    # Places without work still count a little, so that no part is left without any.
    weight = np.maximum(grid.work[holders].astype(np.float64), 1e-3)
    halves = np.zeros(len(holders), dtype=np.int64)
    _bisect(xy, weight, np.arange(len(holders)), count, 0, halves)
    start = _centres(xy, weight, halves, np.zeros((count, 2)))
    centres, handicaps = _balance(xy, weight, start)
    labels = _nearest(grid.xy, centres, handicaps)
    if len(np.unique(labels[holders])) == count:
        diagram = refine(grid, labels, count)
        if heaviest_share(grid, diagram, count) <= _GOOD_SHARE:
            return diagram
        bisection = refine(grid, _spread(grid, holders, halves), count)
        return min(diagram, bisection, key=lambda parts: heaviest_share(grid, parts, count))
    return refine(grid, _spread(grid, holders, halves), count)


def heaviest_share(grid: CellGrid, labels: IntArray, count: int) -> float:
    """Return the work of the heaviest part over that of the mean part."""
    load = np.bincount(labels, weights=grid.work, minlength=count)
    return float(load.max() / load.mean())


def _bisect(
    xy: FloatArray, weight: FloatArray, members: IntArray, count: int, first: int, out: IntArray
) -> None:
    """Halve the members across their longer side until there are `count` parts of even weight."""
    if count == 1:
        out[members] = first
        return
    axis = int(np.argmax(np.ptp(xy[members], axis=0)))
    order = members[np.lexsort((xy[members, 1 - axis], xy[members, axis]))]
    left = count // 2
    running = np.cumsum(weight[order])
    cut = int(np.searchsorted(running, running[-1] * left / count)) + 1
    # Each half needs at least as many cells as it will have parts.
    cut = min(max(cut, left), len(order) - (count - left))
    _bisect(xy, weight, order[:cut], left, first, out)
    _bisect(xy, weight, order[cut:], count - left, first + left, out)


def _balance(
    xy: FloatArray, weight: FloatArray, centres: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the centres and handicaps (m2) that came closest to even work."""
    count = len(centres)
    handicaps = np.zeros(count)
    for round_number in range(_ROUNDS):
        distance2 = _distance2(xy, centres)
        handicaps = _even_out(distance2, weight, handicaps)
        if round_number < _ROUNDS - 1:
            labels = np.argmin(distance2 - handicaps, axis=1)
            centres = _centres(xy, weight, labels, centres)
    return centres, handicaps


def _even_out(distance2: FloatArray, weight: FloatArray, handicaps: FloatArray) -> FloatArray:
    """Return the handicaps that came closest to even work.

    The step of each part grows while the sign of its lack holds and shrinks when it turns
    (Riedmiller and Braun, *RPROP*, 1993): no need to know how dense its surroundings are.
    """
    count = len(handicaps)
    mean = weight.sum() / count
    step = np.full(count, distance2.max() / count * _FIRST_STEP)
    before = np.zeros(count)
    best, least = handicaps, np.inf
    for _ in range(_STEPS_PER_ROUND):
        labels = np.argmin(distance2 - handicaps, axis=1)
        lack = 1.0 - np.bincount(labels, weights=weight, minlength=count) / mean
        worst = float(np.abs(lack).max())
        if worst < least:
            best, least = handicaps, worst
        if worst < _EVEN_ENOUGH:
            break
        turned = lack * before
        step *= np.where(turned > 0, _GROW, np.where(turned < 0, _SHRINK, 1.0))
        handicaps = handicaps + step * np.clip(lack / _FULL_STEP_LACK, -1, 1)
        before = lack
    return best


def _centres(
    xy: FloatArray, weight: FloatArray, labels: IntArray, fallback: FloatArray
) -> FloatArray:
    """Return the middle of each part's work; a part without any keeps its fallback."""
    count = len(fallback)
    total = np.bincount(labels, weights=weight, minlength=count)
    x, y = (np.bincount(labels, weights=weight * xy[:, a], minlength=count) for a in (0, 1))
    held = total > 0
    centres = fallback.copy()
    centres[held] = np.column_stack((x[held], y[held])) / total[held, None]
    return centres


def _distance2(xy: FloatArray, centres: FloatArray) -> FloatArray:
    """Return squared metres between all cells and all centres, shape (c, k)."""
    dx = xy[:, 0, None] - centres[None, :, 0]
    dy = xy[:, 1, None] - centres[None, :, 1]
    distance2: FloatArray = dx * dx + dy * dy
    return distance2


def _nearest(xy: FloatArray, centres: FloatArray, handicaps: FloatArray) -> IntArray:
    return np.asarray(np.argmin(_distance2(xy, centres) - handicaps, axis=1), dtype=np.int64)


def _spread(grid: CellGrid, holders: IntArray, labels: IntArray) -> IntArray:
    """Give every cell the part of the occupied cell next to it."""
    tree = shapely.STRtree([shapely.Point(place) for place in grid.xy[holders]])
    nearest = tree.nearest(shapely.points(grid.xy))
    return np.asarray(labels[nearest], dtype=np.int64)
