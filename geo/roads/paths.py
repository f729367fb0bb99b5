"""Ways as lines on the map: from door to street, along the streets, from street to door."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo import kernel
from geo.coordinates import FloatArray, great_circle_m
from geo.roads.network import RoadNetwork
from geo.roads.shortest import NO_WAY, Ends, StreetGraph, some
from geo.roads.snapping import Snapped


@dataclass(frozen=True, slots=True, eq=False)
class StreetPath:
    """The way from one place to the next.

    Attributes:
        lonlat: WGS84 points, float64 (k, 2), from place to place; a straight line where there
            is no way.
        edges: of the network, in the order they are driven; the first and the last may be
            driven in part.
        reachable: whether there is a way.
    """

    lonlat: FloatArray
    edges: tuple[int, ...]
    reachable: bool


def paths_between(
    graph: StreetGraph, places: Snapped, lonlat: FloatArray, legs: Sequence[int], threads: int
) -> list[StreetPath]:
    """Return the best ways from places ``legs`` to the places after them.

    Args:
        graph: Streets and costs.
        places: On the streets; none too far.
        lonlat: Where they really are, WGS84 of shape (p, 2).
        legs: Positions of places to start from.
        threads: To search with.
    """
    start = np.asarray(legs, dtype=np.int64)
    origins, destinations = some(places, start), some(places, start + 1)
    leaving, arriving = graph.leaving(origins), graph.arriving(destinations)
    costs, anchors, offsets, edges = kernel.ways(
        graph.network.first_out,
        graph.network.head,
        graph.cost,
        leaving.first,
        leaving.node,
        leaving.cost,
        arriving.first,
        arriving.node,
        arriving.cost,
        threads=threads,
    )
    together = np.flatnonzero(origins.edge == destinations.edge)
    direct = np.full(len(start), NO_WAY, dtype=np.uint64)
    onward = np.zeros(len(start), dtype=bool)
    direct[together], onward[together] = graph.direct(origins, destinations, (together, together))
    paths = []
    for leg in range(len(start)):
        begin, end = lonlat[start[leg]], lonlat[start[leg] + 1]
        if np.array_equal(begin, end) or min(direct[leg], costs[leg]) == NO_WAY:
            reachable = bool(np.array_equal(begin, end))
            paths.append(StreetPath(np.stack((begin, end)), (), reachable))
            continue
        if direct[leg] <= costs[leg]:
            driven = [_direct(origins, destinations, leg, forward=onward[leg])]
        else:
            between = edges[offsets[leg] : offsets[leg + 1]].tolist()
            driven = [
                *_first(origins, leaving, leg, int(anchors[leg, 0])),
                *((edge, 0.0, 1.0) for edge in between),
                *_last(destinations, arriving, leg, int(anchors[leg, 1])),
            ]
        lines = [_stretch(graph.network, *part) for part in driven]
        points = np.concatenate((begin[None], *lines, end[None]))
        different = np.append(True, (np.diff(points, axis=0) != 0).any(axis=1))
        paths.append(StreetPath(points[different], tuple(part[0] for part in driven), True))
    return paths


def _first(places: Snapped, ends: Ends, row: int, anchor: int) -> list[tuple[int, float, float]]:
    """The part of the first street, as edge and shares of it to begin and end at."""
    fraction = float(places.fraction[row])
    if fraction in (0.0, 1.0):
        return []
    if ends.forward[ends.first[row] + anchor]:
        return [(int(places.edge[row]), fraction, 1.0)]
    return [(int(places.reverse[row]), 1.0 - fraction, 1.0)]


def _last(places: Snapped, ends: Ends, row: int, anchor: int) -> list[tuple[int, float, float]]:
    """The part of the last street, as edge and shares of it to begin and end at."""
    fraction = float(places.fraction[row])
    if fraction in (0.0, 1.0):
        return []
    if ends.forward[ends.first[row] + anchor]:
        return [(int(places.edge[row]), 0.0, fraction)]
    return [(int(places.reverse[row]), 0.0, 1.0 - fraction)]


def _direct(
    origins: Snapped, destinations: Snapped, row: int, *, forward: bool
) -> tuple[int, float, float]:
    begin, end = float(origins.fraction[row]), float(destinations.fraction[row])
    if forward:
        return int(origins.edge[row]), begin, end
    return int(origins.reverse[row]), 1.0 - begin, 1.0 - end


def _stretch(network: RoadNetwork, edge: int, begin: float, end: float) -> FloatArray:
    """Return the points of an edge's line between two shares of its length."""
    line = network.line(edge)
    if begin == 0.0 and end == 1.0:
        return line
    steps = great_circle_m(line[:-1], line[1:])
    along = np.concatenate(([0.0], np.cumsum(steps)))
    low, high = begin * along[-1], end * along[-1]
    inner = line[(along > low) & (along < high)]
    ends = np.column_stack([np.interp((low, high), along, line[:, axis]) for axis in (0, 1)])
    return np.concatenate((ends[:1], inner, ends[1:]))
