"""The arrays of a network, and its views."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from geo.errors import GeoError
from geo.roads.geojson import streets_geojson
from geo.roads.graph import to_networkx
from geo.roads.highways import HIGHWAY_INDEX
from geo.roads.network import RoadNetwork
from tests.geo.roads.extracts import at, built

CORNERS = {1: at(0, 0), 2: at(4, 0), 3: at(4, 4), 4: at(0, 4), 5: at(2, -1)}
WAYS = [
    ((1, 5, 2), {"highway": "primary", "maxspeed": "60"}),
    ((2, 3), {"highway": "residential", "oneway": "yes"}),
    ((3, 4, 1), {"highway": "residential"}),
    ((1, 3), {"highway": "cycleway"}),
]


@pytest.fixture
def network(tmp_path) -> RoadNetwork:
    return built(tmp_path / "town.osm.pbf", CORNERS, WAYS)


def test_lines_of_several_edges_are_those_of_each(network):
    edges = np.arange(network.edge_count)[::-1]
    points, owner = network.lines(edges)
    for position, edge in enumerate(edges):
        assert points[owner == position] == pytest.approx(network.line(edge), abs=0)


def test_lines_of_no_edge_are_empty(network):
    points, owner = network.lines([])
    assert points.shape == (0, 2)
    assert owner.shape == (0,)


def test_tails_are_where_lines_begin(network):
    for edge, tail in enumerate(network.tails()):
        assert network.line(edge)[0].tolist() == [network.lon_deg[tail], network.lat_deg[tail]]


def test_a_street_counts_once_in_its_length(network):
    street_m = network.street_m("ebike")
    primary = HIGHWAY_INDEX["primary"]
    assert street_m[primary] == pytest.approx(network.length_m[network.highway == primary].mean())
    assert network.street_m("van")[HIGHWAY_INDEX["cycleway"]] == 0
    assert street_m[HIGHWAY_INDEX["cycleway"]] > 500


def test_arrays_cannot_be_changed(network):
    with pytest.raises(ValueError, match="read-only"):
        network.length_m[0] = 0


def test_an_unknown_class_is_refused_by_name(network):
    with pytest.raises(GeoError, match="'drone'") as caught:
        network.for_class("drone")
    assert caught.value.code == "roads.vehicle_class"


def test_every_array_counts_for_the_fingerprint(network):
    changed = (
        replace(network, length_m=network.length_m + 1, fingerprint=""),
        replace(network, max_speed_kmh=network.max_speed_kmh + 1, fingerprint=""),
        replace(network, shape_lat_deg=network.shape_lat_deg + 1e-7, fingerprint=""),
    )
    assert len({network.fingerprint, *(other.fingerprint for other in changed)}) == 4
    assert replace(network, source="elsewhere").fingerprint == network.fingerprint


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("head", lambda head: head[:-1], r"reverse is int32 \(7,\), not int32 \(6,\)"),
        ("head", lambda head: head + 1, "head holds values"),
        ("highway", lambda highway: highway.astype(np.int64), "highway is int64"),
        ("highway", lambda highway: highway + 100, "highway holds values"),
        ("first_out", lambda first: first[::-1].copy(), "first_out does not ascend"),
        ("reverse", lambda reverse: np.roll(reverse, 1), "reverse edges"),
        ("length_m", lambda length: -length, "length_m"),
        ("shape_lon_deg", lambda lon: lon[:-1], "shape_"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(network, name, change, says):
    with pytest.raises(GeoError, match=says) as caught:
        replace(network, **{name: change(getattr(network, name))}, fingerprint="")
    assert caught.value.code == "roads.arrays"


def test_the_graph_is_what_osmnx_users_know(network):
    graph = to_networkx(network)
    assert graph.graph["crs"] == "epsg:4326"
    by_name = {}
    for tail, head, data in graph.edges(data=True):
        line = data["geometry"]
        assert line.coords[0] == (graph.nodes[tail]["x"], graph.nodes[tail]["y"])
        assert line.coords[-1] == (graph.nodes[head]["x"], graph.nodes[head]["y"])
        by_name.setdefault(data["highway"], []).append(data)
    assert [data["maxspeed"] for data in by_name["primary"]] == [60, 60]
    assert {data["van"] for data in by_name["cycleway"]} == {False}
    assert sorted(data["oneway"] for data in by_name["residential"]) == [False, False, True]
    assert all("maxspeed" not in data for data in by_name["residential"])


def test_the_graph_of_a_class_has_only_its_streets(network):
    graph = to_networkx(network, "van")
    assert "cycleway" not in {data["highway"] for *_, data in graph.edges(data=True)}


def test_geojson_has_each_street_once_with_its_users(network):
    streets = shapely.from_geojson(streets_geojson(network))
    assert len(streets.geoms) == len(WAYS)
    text = streets_geojson(network)
    assert text.count('"ebike": "both"') == 3
    assert text.count('"van": "no"') == 1
    assert text.count('"van": "along"') == 1
    assert "OpenStreetMap contributors" in text
