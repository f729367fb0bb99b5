"""A street network in GeoJSON, to be looked at in other programs."""

import json

import numpy as np

from geo.geojson import DECIMALS, feature_collection
from geo.roads.highways import HIGHWAYS, VEHICLE_BITS
from geo.roads.network import RoadNetwork


def streets_geojson(network: RoadNetwork) -> str:
    """Return the streets as GeoJSON lines, a two-way street once; WGS84, RFC 7946.

    Each has its class of street (`highway`), `length_m`, the limit in km/h where one is tagged
    (`max_speed_kmh`), and for each vehicle class ``both``, ``along``, ``against`` (the line) or
    ``no``. The collection has `attribution` and `source`.
    """
    edges = np.flatnonzero(
        (network.reverse < 0) | (np.arange(network.edge_count) < network.reverse)
    )
    points, owner = network.lines(edges)
    lines = np.split(points.round(DECIMALS), np.flatnonzero(np.diff(owner)) + 1)
    features = []
    for edge, line in zip(edges.tolist(), lines, strict=True):
        back = int(network.reverse[edge])
        properties = {
            "highway": HIGHWAYS[network.highway[edge]].name,
            "length_m": round(float(network.length_m[edge]), 1),
        }
        if network.max_speed_kmh[edge]:
            properties["max_speed_kmh"] = int(network.max_speed_kmh[edge])
        for vehicle, bit in VEHICLE_BITS.items():
            along = bool(network.allowed[edge] & bit)
            against = back >= 0 and bool(network.allowed[back] & bit)
            properties[vehicle] = _DIRECTIONS[along, against]
        features.append(
            {
                "type": "Feature",
                "properties": properties,
                "geometry": {"type": "LineString", "coordinates": line.tolist()},
            }
        )
    collection = feature_collection(features)
    collection["attribution"] = network.attribution
    collection["source"] = network.source
    return json.dumps(collection, ensure_ascii=False)


_DIRECTIONS = {
    (True, True): "both",
    (True, False): "along",
    (False, True): "against",
    (False, False): "no",
}
