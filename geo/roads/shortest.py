"""Fastest ways along the streets, with their length: matrices and single ways.

A cost is a uint64 with milliseconds in the upper half and centimetres in the lower, so that one
search finds the fastest way and its length, and of equally fast ways the shortest one. The
searches run in `geo.kernel`.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from geo import kernel
from geo.coordinates import FloatArray
from geo.roads.network import Int32Array, RoadNetwork
from geo.roads.snapping import WALKING_MM_S, Snapped
from geo.travel_times import UNREACHABLE

CostArray = npt.NDArray[np.uint64]
IntArray = npt.NDArray[np.int64]

NO_WAY = 2**64 - 1

_HALF = np.uint64(32)
_LOWER = np.uint64(2**32 - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """The nodes at which places touch the graph, and what the way between them costs.

    Attributes:
        first: int32 (p + 1,); those of place i are ``first[i]:first[i + 1]``.
        node: int32 (k,).
        cost: uint64 (k,).
        forward: bool (k,): the way between runs along the place's edge, not its reverse.
    """

    first: Int32Array
    node: Int32Array
    cost: CostArray
    forward: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class StreetGraph:
    """The streets as one kind of departure meets them. Make it with `of`.

    Attributes:
        network: the streets.
        tail: int32 (m,), the junction each edge leaves.
        cost: uint64 (m,), of each edge; `NO_WAY` where it may not be driven.
        first_in: int32 (n + 1,), as `RoadNetwork.first_out` for the edges turned round.
        turned: int64 (m,), the edges in the order of `first_in`.
        turned_cost: uint64 (m,), their costs.
    """

    network: RoadNetwork
    tail: Int32Array
    cost: CostArray
    first_in: Int32Array
    turned: IntArray
    turned_cost: CostArray

    @classmethod
    def of(cls, network: RoadNetwork, edge_ms: FloatArray) -> "StreetGraph":
        """Take the milliseconds of each edge, float64 (m,), infinite where it is closed."""
        closed = ~np.isfinite(edge_ms)
        cost = joined(np.where(closed, 0.0, edge_ms), network.length_m.astype(np.float64) * 100)
        cost[closed] = NO_WAY
        turned = np.argsort(network.head, kind="stable")
        count = np.bincount(network.head, minlength=network.node_count)
        first_in = np.concatenate(([0], np.cumsum(count))).astype(np.int32)
        return cls(
            network=network,
            tail=network.tails(),
            cost=cost,
            first_in=first_in,
            turned=turned,
            turned_cost=cost[turned],
        )

    def leaving(self, places: Snapped) -> Ends:
        """Return the nodes that couriers at `places` get to first."""
        onward = self._part(places.edge, 1.0 - places.fraction)
        back = self._part(places.reverse, places.fraction)
        head, tail = self.network.head[places.edge], self.tail[places.edge]
        return self._ends(places, (head, onward), (tail, back))

    def arriving(self, places: Snapped) -> Ends:
        """Return the nodes that couriers come to `places` from."""
        onward = self._part(places.edge, places.fraction)
        back = self._part(places.reverse, 1.0 - places.fraction)
        head, tail = self.network.head[places.edge], self.tail[places.edge]
        return self._ends(places, (tail, onward), (head, back))

    def costs(self, origins: Snapped, destinations: Snapped, *, threads: int) -> CostArray:
        """Return the cost of the best way between every two places, uint64 (n, m).

        Access on foot at both ends is counted. It is searched from the side with fewer places.
        """
        start, end = self.leaving(origins), self.arriving(destinations)
        if len(destinations.edge) < len(origins.edge):
            tails = self.tail[self.turned]
            graph = (self.first_in, tails, self.turned_cost)
            found = kernel.matrix(*graph, *_arrays(end), *_arrays(start), threads=threads).T
        else:
            graph = (self.network.first_out, self.network.head, self.cost)
            found = kernel.matrix(*graph, *_arrays(start), *_arrays(end), threads=threads)
        pairs = pairs_of_equals(origins.edge, destinations.edge)
        direct, _ = self.direct(origins, destinations, pairs)
        found[pairs] = np.minimum(found[pairs], direct)
        return found

    def direct(
        self, origins: Snapped, destinations: Snapped, pairs: tuple[IntArray, IntArray]
    ) -> tuple[CostArray, npt.NDArray[np.bool_]]:
        """Return what ways cost that do not leave the street both places lie on.

        Args:
            origins: where they begin.
            destinations: where they end.
            pairs: rows of origins and destinations with the same edge.

        Returns:
            Costs uint64, and whether the way runs along the edge rather than its reverse.
        """
        one, other = pairs
        along = destinations.fraction[other] - origins.fraction[one]
        onward = self._part(origins.edge[one], np.maximum(along, 0.0))
        onward[along < 0] = NO_WAY
        back = self._part(origins.reverse[one], np.maximum(-along, 0.0))
        back[along > 0] = NO_WAY
        best = np.minimum(onward, back)
        walked = _access(origins)[one] + _access(destinations)[other]
        return np.where(best == NO_WAY, best, best + walked), onward <= back

    def _part(self, edge: Int32Array, share: FloatArray) -> CostArray:
        """Return the cost of a share of each edge; `NO_WAY` for edge -1 and closed ones."""
        whole = self.cost[edge]
        ms, cm = (whole >> _HALF).astype(np.float64), (whole & _LOWER).astype(np.float64)
        result = joined(ms * share, cm * share)
        result[(edge < 0) | (whole == NO_WAY)] = NO_WAY
        return result

    def _ends(
        self,
        places: Snapped,
        onward: tuple[Int32Array, CostArray],
        back: tuple[Int32Array, CostArray],
    ) -> Ends:
        node = np.column_stack((onward[0], back[0]))
        cost = np.column_stack((onward[1], back[1]))
        # A place on a junction is the junction: no street of it need be open to leave by it.
        for fraction, ends in ((0.0, self.tail), (1.0, self.network.head)):
            at = places.fraction == fraction
            node[at, 0] = ends[places.edge[at]]
            cost[at, 0], cost[at, 1] = 0, NO_WAY
        open_ = cost != NO_WAY
        cost[open_] += np.broadcast_to(_access(places)[:, None], cost.shape)[open_]
        first = np.concatenate(([0], np.cumsum(open_.sum(axis=1)))).astype(np.int32)
        forward = np.broadcast_to(np.array([True, False]), open_.shape)[open_]
        return Ends(first=first, node=node[open_], cost=cost[open_], forward=forward)


def joined(milliseconds: FloatArray, centimetres: FloatArray) -> CostArray:
    """Return costs of milliseconds and centimetres, each rounded to a whole one."""
    ms = np.rint(milliseconds).astype(np.uint64)
    result: CostArray = (ms << _HALF) | np.rint(centimetres).astype(np.uint64)
    return result


def seconds_of(costs: CostArray) -> Int32Array:
    """Return whole seconds, rounded up, int32; `UNREACHABLE` where there is no way."""
    seconds = ((costs >> _HALF) + np.uint64(999)) // np.uint64(1000)
    return np.where(costs == NO_WAY, UNREACHABLE, seconds).astype(np.int32)


def metres_of(costs: CostArray) -> Int32Array:
    """Return whole metres, rounded, int32; `UNREACHABLE` where there is no way."""
    metres = ((costs & _LOWER) + np.uint64(50)) // np.uint64(100)
    return np.where(costs == NO_WAY, UNREACHABLE, metres).astype(np.int32)


def some(places: Snapped, rows: slice | IntArray) -> Snapped:
    """Return a part of the places."""
    return replace(
        places,
        edge=places.edge[rows],
        reverse=places.reverse[rows],
        fraction=places.fraction[rows],
        access_m=places.access_m[rows],
        lonlat=places.lonlat[rows],
    )


def _arrays(ends: Ends) -> tuple[Int32Array, Int32Array, CostArray]:
    return ends.first, ends.node, ends.cost


def _access(places: Snapped) -> CostArray:
    return joined(places.access_m * (1_000_000 / WALKING_MM_S), places.access_m * 100)


def pairs_of_equals(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> tuple[IntArray, IntArray]:
    """Return the rows of all pairs with the same number on both sides."""
    order = np.argsort(other, kind="stable")
    low = np.searchsorted(other[order], one, side="left")
    count = np.searchsorted(other[order], one, side="right") - low
    first = np.repeat(np.arange(len(one)), count)
    step = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
    return first, order[np.repeat(low, count) + step]
