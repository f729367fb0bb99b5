import json

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.cells import make_grid
from geo.cities import find_city
from geo.errors import GeoError
from geo.partition import partition
from geo.projection import LocalProjection
from geo.service_area import served_districts
from geo.zones import Zones, make_zones

PLANE = LocalProjection(centre_lon=120.2, centre_lat=30.2)


def city_day(name, count, seed=1):
    """Requests in and around clusters inside a city's service area, with seconds of work."""
    rng = np.random.default_rng(seed)
    city = find_city(name)
    districts = served_districts(city)
    residents = np.array([d.population for d in districts], dtype=float)
    labels = city.projection.to_xy([(d.label_lon, d.label_lat) for d in districts])
    radius = np.sqrt([d.area_km2 * 1e6 / np.pi for d in districts])

    def anywhere(n):
        of = rng.choice(len(districts), n, p=residents / residents.sum())
        r, angle = radius[of] * np.sqrt(rng.random(n)), rng.random(n) * 2 * np.pi
        return labels[of] + np.column_stack((r * np.cos(angle), r * np.sin(angle)))

    estates = anywhere(100)[rng.integers(100, size=count)] + rng.normal(0, 900, (count, 2))
    xy = np.where(rng.random(count)[:, None] < 0.6, estates, anywhere(count))
    return city.projection.to_lonlat(xy), rng.integers(120, 600, count)


def square(west, south, name=None, size=0.1):
    ring = [
        [west, south],
        [west + size, south],
        [west + size, south + size],
        [west, south + size],
        [west, south],
    ]
    properties = {} if name is None else {"zone": name}
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


@pytest.mark.parametrize("name", ["Hangzhou", "Beijing", "Xi'an", "Chongqing", "Xiamen"])
@pytest.mark.parametrize(("requests", "count"), [(1290, 8), (1290, 20), (4000, 1), (4000, 40)])
def test_city_zones_are_even_whole_compact_and_cover_every_request(name, requests, count):
    points, work_s = city_day(name, requests)
    zones = make_zones(points, work_s, count=count)
    report = zones.report()
    assert len(zones) == len(report) == count
    assert max(line.work_s for line in report) <= 1.10 * work_s.sum() / count
    assert sum(line.work_s for line in report) == work_s.sum()
    assert sum(line.requests for line in report) == requests
    # One piece without holes each, touching but not overlapping.
    for polygon in zones.polygons:
        assert polygon.geom_type == "Polygon"
        assert polygon.is_valid
        assert not polygon.interiors
    covered = shapely.union_all(zones.polygons).area
    assert covered == pytest.approx(sum(p.area for p in zones.polygons), rel=1e-6)
    assert nx.is_connected(zones.adjacency())
    assert len(zones.outside) == 0
    inside = shapely.intersects_xy(np.array(zones.polygons)[zones.labels], *points.T)
    assert inside.all()
    assert min(line.compactness for line in report) > 0.2
    assert np.median([line.compactness for line in report]) > 0.4


def test_cells_of_a_part_hang_together_on_the_grid():
    points, work_s = city_day("Hangzhou", 2000)
    grid = make_grid(points, work_s.astype(np.int64), 25)
    graph = grid.graph()
    parts = partition(grid, 25)
    assert set(parts.tolist()) == set(range(25))
    for part in range(25):
        assert nx.is_connected(graph.subgraph(np.flatnonzero(parts == part).tolist()))
    assert sum(work for _, work in graph.nodes(data="work")) == work_s.sum()


def test_same_input_in_any_order_gives_the_same_zones():
    points, work_s = city_day("Hangzhou", 800)
    shuffled = np.random.default_rng(3).permutation(800)
    one = make_zones(points, work_s, count=12)
    two = make_zones(points[shuffled], work_s[shuffled], count=12)
    assert one.to_geojson() == two.to_geojson()
    np.testing.assert_array_equal(one.labels[shuffled], two.labels)


def test_numbers_run_from_north_west_to_south_east():
    corners = [(-5000, 5000), (0, 0), (5000, -5000)]
    xy = np.vstack([np.random.default_rng(2).normal(c, 300, (50, 2)) for c in corners])
    zones = make_zones(PLANE.to_lonlat(xy), np.full(150, 60), count=3)
    assert zones.names == ("1", "2", "3")
    assert zones.labels.tolist() == [0] * 50 + [1] * 50 + [2] * 50


def test_two_towns_far_apart_share_a_zone_where_the_work_asks_for_it():
    rng = np.random.default_rng(3)
    xy = np.vstack((rng.normal(0, 3000, (500, 2)), rng.normal((150_000, 0), 3000, (500, 2))))
    zones = make_zones(PLANE.to_lonlat(xy), np.full(1000, 100), count=5)
    assert max(line.requests for line in zones.report()) <= 220
    assert all(polygon.geom_type == "Polygon" for polygon in zones.polygons)


@pytest.mark.parametrize("angle", [0.0, 0.1, 1.2])
def test_a_long_thin_row_of_villages_stays_in_one_piece(angle):
    along = np.random.default_rng(6).uniform(-75_000, 75_000, 120)
    xy = np.column_stack((along * np.cos(angle), along * np.sin(angle)))
    zones = make_zones(
        LocalProjection(centre_lon=119.4, centre_lat=48.8).to_lonlat(xy), [60] * 120, count=5
    )
    assert len(zones) == 5
    assert all(polygon.geom_type == "Polygon" for polygon in zones.polygons)
    assert nx.is_connected(zones.adjacency())
    assert len(zones.outside) == 0


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-3000, 3000), st.integers(-3000, 3000)), min_size=1, max_size=40
    ),
    st.integers(1, 8),
    st.sampled_from([1, 10]),
)
def test_any_places_get_whole_zones_that_hold_them_all(xy, count, spread):
    places = PLANE.to_lonlat(np.array(xy) * spread)
    work_s = 60 + np.arange(len(xy)) * 97 % 1000
    zones = make_zones(places, work_s, count=count)
    assert 1 <= len(zones) <= count
    assert len(zones.outside) == 0
    assert sum(line.requests for line in zones.report()) == len(xy)
    assert all(p.geom_type == "Polygon" and p.is_valid for p in zones.polygons)


def test_scattered_estates_with_nothing_between_are_divided_evenly():
    rng = np.random.default_rng(3)
    xy = np.vstack([rng.normal(0, 300, (200, 2)) + c for c in rng.uniform(-3e4, 3e4, (30, 2))])
    zones = make_zones(PLANE.to_lonlat(xy), rng.integers(100, 600, 6000), count=12)
    work = [line.work_s for line in zones.report()]
    assert max(work) <= 1.10 * np.mean(work)


def test_no_requests_make_no_zones():
    zones = make_zones([], [], count=5)
    assert len(zones) == 0
    assert zones.report() == ()
    assert zones.adjacency().number_of_nodes() == 0
    assert json.loads(zones.to_geojson())["features"] == []
    assert zones.assign([]).labels.tolist() == []
    with pytest.raises(GeoError, match="make or read zones first"):
        zones.assign([(120.2, 30.2)])


@pytest.mark.parametrize("requests", [1, 40])
def test_requests_at_one_place_make_one_zone_however_many_are_wanted(requests):
    zones = make_zones([(120.2, 30.2)] * requests, [60] * requests, count=7)
    assert len(zones) == 1
    assert zones.labels.tolist() == [0] * requests


def test_as_many_zones_as_places_and_no_more():
    xy = np.random.default_rng(4).uniform(-30_000, 30_000, (12, 2))
    zones = make_zones(PLANE.to_lonlat(xy), np.arange(1, 13), count=12)
    assert [line.requests for line in zones.report()] == [1] * 12
    assert len(make_zones(PLANE.to_lonlat(xy), np.arange(1, 13), count=50)) == 12


def test_one_heavy_address_gets_a_zone_and_the_rest_is_even():
    xy = np.random.default_rng(4).uniform(-10_000, 10_000, (200, 2))
    zones = make_zones(PLANE.to_lonlat(xy), [100_000] + [100] * 199, count=6)
    others = [line.work_s for i, line in enumerate(zones.report()) if i != zones.labels[0]]
    assert len(others) == 5
    assert min(others) > 0


def test_without_any_work_requests_count_alike():
    xy = np.random.default_rng(4).uniform(-10_000, 10_000, (300, 2))
    report = make_zones(PLANE.to_lonlat(xy), [0] * 300, count=6).report()
    assert max(line.requests for line in report) <= 55
    assert [line.work_s for line in report] == [0] * 6


@pytest.mark.parametrize(
    ("work_s", "count", "code", "named"),
    [
        ([60, 60], 0, "zones.count", "0 zones"),
        ([60], 2, "zones.work", "2 places and 1 works"),
        ([60, -1], 2, "zones.work", "work 1 is -1.0 s"),
        ([np.nan, 1], 2, "zones.work", "work 0 is nan"),
    ],
)
def test_bad_counts_and_work_are_refused(work_s, count, code, named):
    with pytest.raises(GeoError, match=named) as caught:
        make_zones([(120.2, 30.2), (120.3, 30.2)], work_s, count=count)
    assert caught.value.code == code


def test_zones_survive_being_written_and_read():
    points, work_s = city_day("Hangzhou", 600)
    made = make_zones(points, work_s, count=9)
    read = Zones.from_geojson(made.to_geojson(), points, work_s)
    assert read.names == made.names
    np.testing.assert_array_equal(read.labels, made.labels)
    assert read.to_geojson() == made.to_geojson()
    assert sorted(read.adjacency().edges) == sorted(made.adjacency().edges)


def test_geojson_carries_the_report_and_rfc_7946_rings():
    points, work_s = city_day("Hangzhou", 300)
    zones = make_zones(points, work_s, count=3)
    for line, feature in zip(
        zones.report(), json.loads(zones.to_geojson())["features"], strict=True
    ):
        assert feature["properties"]["zone"] == line.name
        assert feature["properties"]["work_s"] == line.work_s
        assert feature["properties"]["requests"] == line.requests
        ring = feature["geometry"]["coordinates"][0]
        assert ring[0] == ring[-1]
        assert shapely.LinearRing(ring).is_ccw


def test_a_planners_zones_keep_their_names_and_figures():
    text = collection(square(120.0, 30.0, "城西"), square(120.1, 30.0, 7), square(120.3, 30.0))
    points = [(120.05, 30.05), (120.15, 30.05), (120.16, 30.05)]
    zones = Zones.from_geojson(text, points, [10, 20, 30])
    assert zones.names == ("城西", "7", "3")
    first, second, third = zones.report()
    assert (first.work_s, first.requests, second.work_s, third.requests) == (10, 1, 50, 0)
    assert first.area_km2 == pytest.approx(107, abs=1)
    assert first.compactness == pytest.approx(np.pi / 4, abs=0.01)
    assert sorted(zones.adjacency().edges) == [(0, 1)]


def test_places_outside_every_zone_go_to_the_nearest_and_are_reported():
    text = collection(square(120.0, 30.0), square(120.2, 30.0))
    # 0.055 degrees of longitude are nearer than 0.05 of latitude at 30 degrees north.
    found = Zones.from_geojson(text).assign([(120.05, 30.05), (120.145, 30.05), (120.5, 30.5)])
    assert found.labels.tolist() == [0, 0, 1]
    assert found.outside.tolist() == [1, 2]


def test_a_place_on_a_common_border_is_in_one_zone_only():
    zones = Zones.from_geojson(collection(square(120.1, 30.0), square(120.0, 30.0)))
    assert zones.assign([(120.1, 30.05)]).labels.tolist() == [0]


@pytest.mark.parametrize(
    ("features", "code", "named"),
    [
        (
            [square(120.0, 30.0, "a"), square(120.05, 30.0, "b")],
            "zones.overlap",
            "'a' and 'b' overlap by 50.0%",
        ),
        ([square(120.0, 30.0, "a"), square(120.2, 30.0, "a")], "zones.name", "0 and 1"),
        ([square(120.0, 30.0), square(120.2, 30.0, 1)], "zones.name", "0 and 1"),
        ([square(120.0, 30.0, "  ")], "zones.name", "feature 0"),
        ([square(120.0, 30.0, 1.5)], "zones.name", "1.5"),
        ([], "geojson.empty", "no feature"),
    ],
)
def test_a_planners_zones_are_refused_by_name(features, code, named):
    with pytest.raises(GeoError, match=named) as caught:
        Zones.from_geojson(collection(*features))
    assert caught.value.code == code
