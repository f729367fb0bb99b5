"""Streets as straight pieces between neighbouring points, and what is left of them.

The first two steps from ways to a network: barriers part what they stop, and each vehicle class
keeps the part of the city in which it gets from everywhere to everywhere.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.coordinates import FloatArray, great_circle_m
from geo.errors import GeoError
from geo.roads.highways import VEHICLE_BITS
from geo.roads.osm import OsmStreets

_DEG_PER_UNIT = 1e7
"""OpenStreetMap keeps coordinates in whole units of 1e-7 degrees."""

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """s straight pieces of street between n points.

    Attributes:
        lonlat: float64 (n, 2), WGS84.
        u: int64 (s,), the point each piece begins at.
        v: int64 (s,), the point it ends at.
        use: uint8 (s, 5), the figures of `geo.roads.tags.WayUse`, forward meaning from u to v.
        length_m: float64 (s,), great circles.
    """

    lonlat: FloatArray
    u: IntArray
    v: IntArray
    use: npt.NDArray[np.uint8]
    length_m: FloatArray


@dataclass(frozen=True, slots=True)
class ClassKept:
    """How much of the streets open to a vehicle class is left for it.

    Attributes:
        vehicle_class: name of the class.
        kept_m: metres of street, each counted once, in its largest strongly connected part.
        dropped_m: metres of street that lie outside of it.
    """

    vehicle_class: str
    kept_m: float
    dropped_m: float


def segments_of(streets: OsmStreets) -> Segments:
    """Cut ways into straight pieces; barriers come to lie between pieces of no length."""
    ids, first_seen, point = np.unique(streets.node, return_index=True, return_inverse=True)
    units = np.column_stack((streets.x[first_seen], streets.y[first_seen]))
    way = np.repeat(np.arange(len(streets.use)), np.diff(streets.first))
    # Nodes named twice in a row make no piece.
    joined = np.flatnonzero((way[:-1] == way[1:]) & (point[:-1] != point[1:]))
    lonlat = units / _DEG_PER_UNIT
    u, v = point[joined], point[joined + 1]
    whole = Segments(
        lonlat=lonlat,
        u=u,
        v=v,
        use=streets.use[way[joined]],
        length_m=great_circle_m(lonlat[u], lonlat[v]),
    )
    at = np.searchsorted(ids, streets.barrier)
    known = at < len(ids)
    known[known] = ids[at[known]] == streets.barrier[known]
    stops = np.zeros(len(ids), dtype=np.uint8)
    stops[at[known]] = streets.stops[known]
    return _part_at_barriers(whole, stops)


def _part_at_barriers(segments: Segments, stops: npt.NDArray[np.uint8]) -> Segments:
    """Give every piece that ends at a barrier an end of its own.

    A link of no length joins it to the barrier for those whom the barrier lets through: a
    network for several vehicle classes cannot simply be cut there.
    """
    points = len(segments.lonlat)
    ends = np.concatenate((segments.u, segments.v))
    moved = np.flatnonzero(stops[ends] != 0)
    if len(moved) == 0:
        return segments
    barrier = ends[moved]
    ends[moved] = points + np.arange(len(moved))
    links = segments.use[moved % len(segments.u)].copy()
    through = ~stops[barrier]
    links[:, 1:3] &= through[:, None]
    at_u = moved < len(segments.u)
    own_end = ends[moved]
    return Segments(
        lonlat=np.concatenate((segments.lonlat, segments.lonlat[barrier])),
        # Links run along with their piece, so that one-way streets stay one-way.
        u=np.concatenate((ends[: len(segments.u)], np.where(at_u, barrier, own_end))),
        v=np.concatenate((ends[len(segments.u) :], np.where(at_u, own_end, barrier))),
        use=np.concatenate((segments.use, links)),
        length_m=np.concatenate((segments.length_m, np.zeros(len(moved)))),
    )


def largest_parts(segments: Segments, *, source: str) -> tuple[Segments, tuple[ClassKept, ...]]:
    """Leave each vehicle class the largest strongly connected part of what is open to it.

    Largest by the number of points, as in OSMnx. Pieces and points that nobody uses are gone.

    Raises:
        GeoError: `roads.no_ways` where a vehicle class has no street it can go and come back on.
    """
    use = segments.use.copy()
    kept = []
    for vehicle, bit in VEHICLE_BITS.items():
        forward, backward = (use[:, column] & bit != 0 for column in (1, 2))
        part = _largest_part(segments, forward, backward)
        inside = part[segments.u] & part[segments.v]
        open_before = forward | backward
        if not (inside & open_before).any():
            raise GeoError(
                "roads.no_ways",
                f"{source} has {'only dead ends' if open_before.any() else 'no street'} "
                f"for {vehicle!r}",
                "give an extract of a whole city",
            )
        use[~inside, 1:3] &= ~np.uint8(bit)
        kept.append(
            ClassKept(
                vehicle_class=vehicle,
                kept_m=float(segments.length_m[inside & open_before].sum()),
                dropped_m=float(segments.length_m[~inside & open_before].sum()),
            )
        )
    return _compact(replace(segments, use=use)), tuple(kept)


def _largest_part(
    segments: Segments, forward: npt.NDArray[np.bool_], backward: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Return which points belong to the largest strongly connected part."""
    tail = np.concatenate((segments.u[forward], segments.v[backward]))
    head = np.concatenate((segments.v[forward], segments.u[backward]))
    count = len(segments.lonlat)
    graph = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(count, count))
    _, label = connected_components(graph, directed=True, connection="strong")
    sizes = np.bincount(label, minlength=1)
    part: npt.NDArray[np.bool_] = label == int(np.argmax(sizes))
    return part


def _compact(segments: Segments) -> Segments:
    """Leave out pieces open to nobody, and points without a piece."""
    used = (segments.use[:, 1:3] != 0).any(axis=1)
    u, v = segments.u[used], segments.v[used]
    points, renamed = np.unique(np.concatenate((u, v)), return_inverse=True)
    return Segments(
        lonlat=segments.lonlat[points],
        u=renamed[: len(u)],
        v=renamed[len(u) :],
        use=segments.use[used],
        length_m=segments.length_m[used],
    )
