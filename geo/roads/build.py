"""From an .osm.pbf file to a street network."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from geo.errors import GeoError
from geo.roads.chains import Chains, chains_of, half_edge_tails
from geo.roads.network import ATTRIBUTION, RoadNetwork
from geo.roads.osm import Progress, read_osm
from geo.roads.segments import ClassKept, IntArray, Segments, largest_parts, segments_of


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """A network, and what was left out on the way to it.

    Attributes:
        network: the streets.
        ways: number of ways in the file that some vehicle class may use.
        kept: for each vehicle class, how much of its streets is left.
    """

    network: RoadNetwork
    ways: int
    kept: tuple[ClassKept, ...]


def build_network(path: Path, progress: Progress = lambda _stage, _done: None) -> Built:
    """Build the network of the streets in an .osm.pbf file.

    Each vehicle class keeps the largest strongly connected part of the streets open to it.
    Points where nothing begins, ends or changes become part of the lines between junctions.

    Args:
        path: an OpenStreetMap extract of a city or region.
        progress: told what is being done; what it raises ends the work.

    Raises:
        GeoError: `roads.osm_file` for a file that is no .osm.pbf or damaged, `roads.no_ways`
            where a vehicle class has no streets in it.
        OSError: the file cannot be opened.
    """
    streets = read_osm(path, progress)
    if len(streets.use) == 0:
        raise GeoError(
            "roads.no_ways",
            f"{path.name} holds no street, or the points of none",
            "give an extract with nodes and ways, sorted as osmium sorts them",
        )
    progress("connecting", 0)
    segments, kept = largest_parts(segments_of(streets), source=path.name)
    progress("simplifying", len(segments.u))
    source = f"{path.name}, data of {streets.date}" if streets.date else path.name
    network = _network(segments, chains_of(segments), source)
    return Built(network=network, ways=len(streets.use), kept=kept)


def _network(segments: Segments, chains: Chains, source: str) -> RoadNetwork:
    """Make directed edges of chains, number junctions and edges, and gather the lines."""
    edges = _directed(segments, chains)
    junctions, ends = np.unique(np.stack((edges.tail, edges.head)), return_inverse=True)
    tail, head = _renumbered(*ends.reshape(2, -1), count=len(junctions))
    order = np.lexsort((np.arange(len(tail)), head, tail))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    lonlat = np.empty((len(junctions), 2))
    lonlat[tail] = segments.lonlat[edges.tail]
    lonlat[head] = segments.lonlat[edges.head]
    reverse = edges.reverse[order]
    shape_first, shape = _shapes(segments, chains, edges, order)
    return RoadNetwork(
        lon_deg=lonlat[:, 0].copy(),
        lat_deg=lonlat[:, 1].copy(),
        first_out=np.searchsorted(tail[order], np.arange(len(junctions) + 1)).astype(np.int32),
        head=head[order].astype(np.int32),
        reverse=np.where(reverse < 0, -1, place[reverse]).astype(np.int32),
        length_m=np.add.reduceat(segments.length_m[chains.half_edge >> 1], chains.first[:-1])[
            edges.chain[order]
        ].astype(np.float32),
        highway=edges.use[order, 0],
        allowed=edges.use[order, 1],
        max_speed_kmh=edges.use[order, 2],
        shape_first=shape_first,
        shape_lon_deg=shape[:, 0].copy(),
        shape_lat_deg=shape[:, 1].copy(),
        attribution=ATTRIBUTION,
        source=source,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Directed:
    """m directed edges: tail and head (points), chain, whether against it, reverse, use (m, 3)."""

    tail: IntArray
    head: IntArray
    chain: IntArray
    against: npt.NDArray[np.bool_]
    reverse: IntArray
    use: npt.NDArray[np.uint8]


def _directed(segments: Segments, chains: Chains) -> _Directed:
    """Make one edge for each direction of a chain that somebody may follow."""
    tails = half_edge_tails(segments)
    begin = chains.half_edge[chains.first[:-1]]
    end = chains.half_edge[chains.first[1:] - 1]
    use = segments.use[begin >> 1]
    turned = begin & 1 == 1
    use[turned] = use[turned][:, [0, 2, 1, 4, 3]]
    tail, head = tails[begin], tails[end ^ 1]
    along, against = np.flatnonzero(use[:, 1]), np.flatnonzero(use[:, 2])
    count = len(begin)
    number = np.full((2, count), -1, dtype=np.int64)
    number[0, along] = np.arange(len(along))
    number[1, against] = len(along) + np.arange(len(against))
    return _Directed(
        tail=np.concatenate((tail[along], head[against])),
        head=np.concatenate((head[along], tail[against])),
        chain=np.concatenate((along, against)),
        against=np.repeat([False, True], [len(along), len(against)]),
        reverse=np.concatenate((number[1, along], number[0, against])),
        use=np.concatenate((use[along][:, [0, 1, 3]], use[against][:, [0, 2, 4]])),
    )


def _renumbered(tail: IntArray, head: IntArray, *, count: int) -> tuple[IntArray, IntArray]:
    """Give neighbouring junctions near numbers, so that searches stay in the cache.

    By reverse Cuthill-McKee, Proceedings of the 24th ACM National Conference, 1969.
    """
    ones = np.ones(2 * len(tail), dtype=np.int8)
    both = (np.concatenate((tail, head)), np.concatenate((head, tail)))
    order = reverse_cuthill_mckee(
        coo_array((ones, both), shape=(count, count)).tocsr(), symmetric_mode=True
    )
    number = np.empty(count, dtype=np.int64)
    number[order] = np.arange(count)
    return number[tail], number[head]


def _shapes(
    segments: Segments, chains: Chains, edges: _Directed, order: IntArray
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]:
    """Return where each edge's inner points begin, and all of them as longitude, latitude."""
    chain, against = edges.chain[order], edges.against[order]
    count = np.diff(chains.first)[chain] - 1
    begin = np.cumsum(count) - count
    step = np.arange(int(count.sum())) - np.repeat(begin, count)
    backward = np.repeat(against, count)
    # Inner point k of a chain is where its half-edge k + 1 starts.
    inner = np.where(backward, np.repeat(count, count) - step, step + 1)
    half_edge = chains.half_edge[np.repeat(chains.first[:-1][chain], count) + inner]
    points = segments.lonlat[half_edge_tails(segments)[half_edge]]
    return np.concatenate(([0], np.cumsum(count))).astype(np.int32), points
