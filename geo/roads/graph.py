"""A street network as a networkx graph, for inspection and tests."""

import networkx as nx
import numpy as np
import shapely

from geo.roads.highways import HIGHWAYS, VEHICLE_BITS
from geo.roads.network import RoadNetwork


def to_networkx(network: RoadNetwork, vehicle_class: str | None = None) -> "nx.MultiDiGraph[int]":
    """Return the network, or what one vehicle class may use of it, as OSMnx users know it.

    Junctions have ``x`` (longitude) and ``y`` (latitude). Edges have ``length`` in metres,
    ``highway``, ``oneway``, ``geometry`` (a LineString, WGS84), ``maxspeed`` in km/h where it is
    tagged, a bool for each vehicle class, and ``edge``, their number in the network.

    Raises:
        GeoError: `roads.vehicle_class`, or `roads.no_ways` where the class has no streets.
    """
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(
        crs="epsg:4326", attribution=network.attribution, source=network.source
    )
    usable = np.ones(network.edge_count, dtype=np.bool_)
    if vehicle_class is not None:
        usable = network.for_class(vehicle_class)
    edges = np.flatnonzero(usable)
    tails = network.tails()
    for node in np.unique(np.concatenate((tails[edges], network.head[edges]))).tolist():
        graph.add_node(node, x=float(network.lon_deg[node]), y=float(network.lat_deg[node]))
    points, owner = network.lines(edges)
    geometries = np.asarray(shapely.linestrings(points, indices=owner))
    for edge, geometry in zip(edges.tolist(), geometries, strict=True):
        back = int(network.reverse[edge])
        attributes = {
            "edge": edge,
            "length": float(network.length_m[edge]),
            "highway": HIGHWAYS[network.highway[edge]].name,
            "oneway": back < 0 or not usable[back],
            "geometry": geometry,
        }
        if network.max_speed_kmh[edge]:
            attributes["maxspeed"] = int(network.max_speed_kmh[edge])
        for vehicle, bit in VEHICLE_BITS.items():
            attributes[vehicle] = bool(network.allowed[edge] & bit)
        graph.add_edge(int(tails[edge]), int(network.head[edge]), **attributes)
    return graph
