"""Simplifying: pieces of street that only bend are joined into chains between junctions.

Boeing, *OSMnx: New methods for acquiring, constructing, analyzing, and visualizing complex street
networks*, Computers, Environment and Urban Systems 65, 2017, describes the idea; here a point
is passed through only where nothing changes at it, neither the class of street nor who may use
it nor the limit.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.roads.segments import IntArray, Segments


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """c chains of half-edges, end to end.

    Half-edge 2 * i follows piece i from u to v, half-edge 2 * i + 1 from v to u.

    Attributes:
        half_edge: int64 (h,), chain after chain, each from one junction to the next.
        first: int64 (c + 1,); chain i is ``first[i]:first[i + 1]``.
    """

    half_edge: IntArray
    first: IntArray


def chains_of(segments: Segments) -> Chains:
    """Join pieces wherever exactly two meet and are of one kind.

    Every piece is in one chain. A ring without any junction is cut open at its first point.
    """
    following = _following(segments)
    half_edges: list[int] = []
    first = [0]
    seen = bytearray(len(segments.u))
    after = following.tolist()
    # A half-edge begins a chain where nothing can be followed out of its reverse.
    begins = np.flatnonzero(following[np.arange(len(following)) ^ 1] < 0).tolist()
    for begin in (*begins, *range(0, len(after), 2)):
        if seen[begin >> 1]:
            continue
        half_edge = begin
        while half_edge >= 0 and not seen[half_edge >> 1]:
            seen[half_edge >> 1] = 1
            half_edges.append(half_edge)
            half_edge = after[half_edge]
        first.append(len(half_edges))
    return Chains(
        half_edge=np.array(half_edges, dtype=np.int64), first=np.array(first, dtype=np.int64)
    )


def _following(segments: Segments) -> IntArray:
    """Return for each half-edge the one it runs on into, or -1 where it ends at a junction."""
    tail = half_edge_tails(segments)
    kind = _kinds(segments.use)
    following = np.full(len(tail), -1, dtype=np.int64)
    by_tail = np.argsort(tail, kind="stable")
    degree = np.bincount(tail, minlength=len(segments.lonlat))
    begin = np.cumsum(degree) - degree
    two = begin[degree == 2]
    a, b = by_tail[two], by_tail[two + 1]
    passed = (a >> 1 != b >> 1) & (kind[b ^ 1] == kind[a])
    following[b[passed] ^ 1] = a[passed]
    following[a[passed] ^ 1] = b[passed]
    return following


def half_edge_tails(segments: Segments) -> IntArray:
    """Return the point each half-edge starts from, int64 (2 s,)."""
    return np.column_stack((segments.u, segments.v)).reshape(-1)


def _kinds(use: npt.NDArray[np.uint8]) -> IntArray:
    """Return a number for what each half-edge is, seen in its own direction, int64 (2 s,)."""
    highway, forward, backward, forward_kmh, backward_kmh = use.astype(np.int64).T
    along = np.stack((highway, forward, backward, forward_kmh, backward_kmh))
    against = np.stack((highway, backward, forward, backward_kmh, forward_kmh))
    number = np.zeros((2, len(use)), dtype=np.int64)
    for row in range(len(along)):
        number = number * 256 + np.stack((along[row], against[row]))
    return number.T.reshape(-1)
