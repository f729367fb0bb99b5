"""Small .osm.pbf files, written for one test each."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import osmium

from geo.roads.build import build_network
from geo.roads.network import RoadNetwork

Places = Mapping[int, tuple[float, float]]
Way = tuple[Iterable[int], Mapping[str, str]]

# One unit of a test's grid: about 100 m each way near Jinan.
STEP_LON, STEP_LAT = 0.00112, 0.0009
ORIGIN = (117.0, 36.65)


def at(column: float, row: float) -> tuple[float, float]:
    """Longitude and latitude of a place on the grid, as OpenStreetMap rounds them."""
    lon, lat = ORIGIN[0] + column * STEP_LON, ORIGIN[1] + row * STEP_LAT
    return round(lon, 7), round(lat, 7)


def write_extract(
    path: Path,
    nodes: Places,
    ways: Iterable[Way],
    *,
    node_tags: Mapping[int, Mapping[str, str]] | None = None,
) -> Path:
    """Write nodes and ways, numbered from 1, to an .osm.pbf file."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, place in sorted(nodes.items()):
            tags = (node_tags or {}).get(number, {})
            writer.add_node(osmium.osm.mutable.Node(id=number, location=place, tags=dict(tags)))
        for number, (refs, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=list(refs), tags=dict(tags)))
    return path


def built(path: Path, nodes: Places, ways: Iterable[Way], **more: object) -> RoadNetwork:
    """Write an extract and build its network."""
    return build_network(write_extract(path, nodes, ways, **more)).network


def node_at(network: RoadNetwork, place: tuple[float, float]) -> int:
    """Return the one junction at a place; fails if there is none or more than one."""
    (found,) = np.flatnonzero((network.lon_deg == place[0]) & (network.lat_deg == place[1]))
    return int(found)


def hops(network: RoadNetwork, vehicle_class: str) -> set[tuple[tuple[float, float], ...]]:
    """Return the line of every edge that a class may use, as places from tail to head."""
    return {
        tuple((float(lon), float(lat)) for lon, lat in network.line(edge))
        for edge in np.flatnonzero(network.for_class(vehicle_class))
    }
