"""Places on streets: the nearest one the class may use, how far along, how far off."""

import numpy as np
import pytest
import shapely

from geo.coordinates import great_circle_m
from geo.errors import GeoError
from geo.projection import LocalProjection
from geo.roads.build import build_network
from geo.roads.network import RoadNetwork
from geo.roads.snapping import Snapper
from tests.geo.roads.extracts import ORIGIN, STEP_LAT, at, built, node_at

STREET = {"highway": "residential"}
METRES_PER_ROW = STEP_LAT * 111_195


@pytest.fixture
def network(tmp_path) -> RoadNetwork:
    """A square: south one-way eastward, a motorway as its northern side, a cycleway across."""
    nodes = {1: at(0, 0), 2: at(8, 0), 3: at(8, 8), 4: at(0, 8), 5: at(9, 0), 6: at(-1, 0)}
    ways = [
        ((1, 2), STREET | {"oneway": "yes"}),
        ((2, 3), STREET),
        ((3, 4), {"highway": "motorway", "oneway": "no"}),
        ((4, 1), STREET),
        ((1, 3), {"highway": "cycleway"}),
        ((2, 5), STREET),
        ((1, 6), STREET),
    ]
    return built(tmp_path / "town.osm.pbf", nodes, ways)


def ends(network, edge):
    return [tuple(place) for place in network.line(edge)[[0, -1]].tolist()]


def test_a_place_comes_to_lie_on_the_nearest_street(network):
    snapped = Snapper.of(network, "van").snap([at(2, 1)])
    assert ends(network, snapped.edge[0]) == [at(0, 0), at(8, 0)]
    assert snapped.fraction == pytest.approx([0.25], abs=1e-4)
    assert snapped.access_m == pytest.approx([METRES_PER_ROW], rel=1e-3)
    assert snapped.lonlat == pytest.approx(np.array([at(2, 0)]), abs=1e-6)


def test_a_one_way_street_has_no_edge_back_and_a_two_way_street_has(network):
    snapped = Snapper.of(network, "van").snap([at(2, 0.1), at(8.1, 3)])
    assert snapped.reverse[0] == -1
    assert network.reverse[snapped.edge[1]] == snapped.reverse[1] >= 0


def test_a_class_is_put_only_on_streets_it_may_use(network):
    near_motorway, near_cycleway = at(4, 7.9), at(4, 4.5)
    van = Snapper.of(network, "van").snap([near_motorway, near_cycleway], max_access_m=2_000)
    ebike = Snapper.of(network, "ebike").snap([near_motorway, near_cycleway], max_access_m=2_000)
    assert van.access_m[0] < 20 < 100 < ebike.access_m[0]
    assert ebike.access_m[1] < 50 < 100 < van.access_m[1]


def test_contraflow_for_one_class_only_is_no_way_back_for_the_other(tmp_path):
    nodes = {1: at(0, 0), 2: at(8, 0), 3: at(8, 8), 4: at(-1, 0), 5: at(9, 0)}
    ways = [
        ((1, 2), STREET | {"oneway": "yes", "oneway:bicycle": "no"}),
        ((2, 3, 1), STREET),
        ((1, 4), STREET),
        ((2, 5), STREET),
    ]
    network = built(tmp_path / "a.osm.pbf", nodes, ways)
    place = [at(3, 0.1)]
    van, ebike = (Snapper.of(network, name).snap(place) for name in ("van", "ebike"))
    assert van.reverse[0] == -1
    assert ebike.reverse[0] >= 0


def test_a_place_beyond_the_end_of_a_street_lies_at_its_end(network):
    snapped = Snapper.of(network, "van").snap([at(10, 0)])
    edge = snapped.edge[0]
    dead_end = node_at(network, at(9, 0))
    assert (network.head[edge], network.tails()[edge])[int(snapped.fraction[0] == 0)] == dead_end
    assert snapped.fraction[0] in (0, 1)


def test_places_too_far_are_told_with_their_distance_and_not_moved(network):
    places = [at(4, -2), at(4, -3.2), (121.47, 31.23), (-0.1, 51.5), at(4, -29)]
    snapped = Snapper.of(network, "van").snap(places, max_access_m=300)
    assert snapped.far.tolist() == [1, 2, 3, 4]
    assert snapped.edge.tolist()[1:] == [-1] * 4
    assert snapped.access_m[1] == pytest.approx(3.2 * METRES_PER_ROW, rel=1e-3)
    assert snapped.access_m[2] == pytest.approx(float(great_circle_m(places[2], ORIGIN)), rel=0.01)
    assert snapped.access_m[3] > 8_000_000
    assert snapped.lonlat[1:] == pytest.approx(np.array(places[1:]), abs=0)


def test_refusing_names_the_farthest_places_and_how_far_they_are(network):
    snapper = Snapper.of(network, "van")
    snapper.snap([at(4, 0)]).refuse_far(["R1"])
    snapped = snapper.snap([at(4, 0), at(4, -4), (121.47, 31.23)])
    with pytest.raises(GeoError, match=r"2 of 3 places .* 300 m .* 'van': R3 \(7\d\d km\), R2 "):
        snapped.refuse_far(["R1", "R2", "R3"])
    with pytest.raises(GeoError, match=r"2 \(7\d\d km\), 1 \(\d\d\d m\)") as caught:
        snapped.refuse_far()
    assert caught.value.code == "roads.too_far"


def test_the_distance_allowed_is_inclusive_of_what_is_nearer_and_can_be_changed(network):
    snapper = Snapper.of(network, "van")
    place = [at(4, -3.2)]
    assert snapper.snap(place, max_access_m=400).far.size == 0
    assert snapper.snap(place, max_access_m=200).far.size == 1


def test_no_places_are_no_places(network):
    assert len(Snapper.of(network, "van").snap([]).edge) == 0


def test_coordinates_the_wrong_way_round_are_refused(network):
    with pytest.raises(GeoError, match="longitude"):
        Snapper.of(network, "van").snap([(36.65, 117.0)])


def test_a_place_at_a_junction_lies_on_the_lowest_of_its_edges(network):
    corner = at(0, 0)
    snapped = Snapper.of(network, "ebike").snap([corner])
    node = node_at(network, corner)
    touching = np.flatnonzero((network.tails() == node) | (network.head == node))
    allowed = touching[network.for_class("ebike")[touching]]
    assert snapped.edge[0] == allowed.min()
    assert snapped.access_m[0] == pytest.approx(0, abs=1e-6)


def test_jinan_agrees_with_measuring_every_street(shared_data):
    network = build_network(shared_data / "osm" / "jinan.osm.pbf").network
    rng = np.random.default_rng(5)
    node = rng.integers(0, network.node_count, 40)
    places = np.column_stack((network.lon_deg[node], network.lat_deg[node]))
    places += rng.normal(0, 0.001, places.shape)
    snapped = Snapper.of(network, "ebike").snap(places, max_access_m=2_000)

    projection = LocalProjection(
        centre_lon=float(places[:, 0].mean()), centre_lat=float(places[:, 1].mean())
    )
    edges = np.flatnonzero(network.for_class("ebike"))
    points, owner = network.lines(edges)
    lines = shapely.linestrings(projection.to_xy(points), indices=owner)
    for row, place in enumerate(projection.to_xy(places)):
        distance_m = shapely.distance(lines, shapely.Point(place))
        assert snapped.access_m[row] == pytest.approx(distance_m.min(), rel=1e-3, abs=0.05)
        line = lines[np.flatnonzero(edges == snapped.edge[row])[0]]
        reached = line.interpolate(snapped.fraction[row], normalized=True)
        assert reached.distance(shapely.Point(place)) == pytest.approx(
            distance_m.min(), rel=1e-3, abs=0.05
        )
