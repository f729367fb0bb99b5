"""OsrmTravel against a real OSRM on a small map, where OSRM's programs are found."""

import numpy as np
import osmium
import pytest

from benchmarks.osrm_server import osrm_folder, prepare, serve
from geo.coordinates import great_circle_m
from geo.roads.snapping import WALKING_MM_S
from geo.routers.errors import PlacesTooFarError, RouterUnavailableError
from geo.routers.osrm import OsrmTravel
from geo.routers.settings import OsrmEndpoint, Patience
from geo.travel_times import UNREACHABLE, SpeedProfile

pytestmark = pytest.mark.skipif(
    osrm_folder() is None,
    reason="needs OSRM: install osrm-bindings (Python 3.12 or later) or set OSRM_PACKAGE",
)

VAN = SpeedProfile("van", 1300, (7000,))
SIDE, WEST, SOUTH, STEP = 6, 117.0, 36.6, 0.002
KMH = 25


def corner(row, column):
    return (WEST + column * STEP, SOUTH + row * STEP)


def crossing(writer, number, place):
    writer.add_node(osmium.osm.mutable.Node(id=number, location=place, version=1))


def street(writer, number, nodes, **tags):
    tags = {"highway": "residential", **tags}
    writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags, version=1))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A grid of streets, one-way eastwards in the south, and an island further south."""
    folder = tmp_path_factory.mktemp("osrm")
    osm = folder / "grid.osm.pbf"
    with osmium.SimpleWriter(str(osm)) as writer:
        for row in range(SIDE):
            for column in range(SIDE):
                place = corner(row, column)
                node = osmium.osm.mutable.Node(
                    id=1 + row * SIDE + column, location=place, version=1
                )
                writer.add_node(node)
        for number, place in ((101, corner(-20, 0)), (102, corner(-20, 2))):
            crossing(writer, number, place)
        for line in range(SIDE):
            along = [1 + line * SIDE + column for column in range(SIDE)]
            across = [1 + row * SIDE + line for row in range(SIDE)]
            street(writer, 1 + line, along, **({"oneway": "yes"} if line == 0 else {}))
            street(writer, 51 + line, across)
        street(writer, 99, [101, 102])
    return prepare(osm, folder, data_version="grid of today", penalties=False)


@pytest.fixture(scope="module")
def url(prepared):
    with serve(prepared, table_size=7, threads=1) as url:
        yield url


@pytest.fixture
def source(url):
    with OsrmTravel({"van": OsrmEndpoint(url=url)}) as source:
        yield source


def matrix(source, points):
    return source.matrix(points, points, profile=VAN, breakpoints_s=(0,))


def test_a_matrix_of_many_tables_is_that_of_the_grid(source):
    points = np.array([corner(row, column) for row in range(1, SIDE) for column in range(SIDE)])
    found = matrix(source, points)
    columns, rows = points.T
    east_m = great_circle_m([(WEST, SOUTH)], [(WEST + STEP, SOUTH)])[0] / STEP
    north_m = great_circle_m([(WEST, SOUTH)], [(WEST, SOUTH + STEP)])[0] / STEP
    expected = east_m * np.abs(columns[:, None] - columns)
    expected += north_m * np.abs(rows[:, None] - rows)
    np.testing.assert_allclose(found.distance_m, expected, rtol=0.01, atol=3)
    np.testing.assert_allclose(found.duration_s[0], expected / (KMH / 3.6), rtol=0.02, atol=2)


def test_a_place_alone_is_no_distance_from_itself(source):
    found = matrix(source, np.array([corner(2, 2)]))
    assert found.duration_s.tolist() == [[[0]]]


def test_one_way_streets_are_driven_one_way(source):
    west, east = (WEST + 1.4 * STEP, SOUTH), (WEST + 1.6 * STEP, SOUTH)
    found = matrix(source, np.array([west, east]))
    assert found.distance_m[0, 1] < 100
    assert found.distance_m[1, 0] > 700


def test_places_off_the_street_are_walked_to(source):
    door = (WEST + 2.5 * STEP, SOUTH + 2 * STEP + 0.0005)
    found = matrix(source, np.array([door, corner(2, 5)]))
    drive_m = great_circle_m([(WEST + 2.5 * STEP, SOUTH + 2 * STEP)], [corner(2, 5)])[0]
    assert found.distance_m[0, 1] == pytest.approx(drive_m + 55.6, abs=3)
    expected_s = drive_m / (KMH / 3.6) + 55_600 / WALKING_MM_S
    assert found.duration_s[0, 0, 1] == pytest.approx(expected_s, abs=2)


def test_an_island_cannot_be_reached(source):
    found = matrix(source, np.array([corner(2, 2), corner(-20, 1)]))
    off_diagonal = [found.duration_s[0, 0, 1], found.duration_s[0, 1, 0], found.distance_m[0, 1]]
    assert off_diagonal == [UNREACHABLE] * 3
    assert found.duration_s[0].diagonal().tolist() == [0, 0]


def test_places_off_the_map_are_told_with_their_distance(source):
    outside = (WEST, SOUTH + (SIDE - 1) * STEP + 0.018)
    with pytest.raises(PlacesTooFarError) as caught:
        matrix(source, np.array([corner(0, 0), outside]))
    assert caught.value.points.tolist() == [list(outside)]
    assert caught.value.distances_m[0] == pytest.approx(2000, rel=0.01)


def test_lines_follow_the_streets(source):
    points = np.array([corner(1, 0), corner(4, 3), corner(4, 3), corner(0, 3)])
    lines = source.paths(points, profile=VAN)
    assert [len(line) > 2 for line in lines] == [True, False, True]
    for line, start, end in zip(lines, points, points[1:], strict=False):
        np.testing.assert_allclose(line[[0, -1]], [start, end], atol=1e-6)
        steps = np.abs(np.diff(line, axis=0))
        assert steps.min(axis=1).max(initial=0) < 2e-6, "a leg cuts a corner"


def test_the_version_of_the_map_is_the_servers(source, url):
    stated = OsrmEndpoint(url=url, data_version="grid of today")
    with OsrmTravel({"van": stated}) as told:
        assert source.fingerprint(VAN) == told.fingerprint(VAN)


def test_a_server_that_went_down_is_told(prepared):
    with serve(prepared, threads=1) as url:
        patience = Patience(attempts=2, first_wait_s=0.01)
        source = OsrmTravel({"van": OsrmEndpoint(url=url)}, patience=patience)
        matrix(source, np.array([corner(0, 0), corner(1, 1)]))
    with source, pytest.raises(RouterUnavailableError, match="does not answer"):
        matrix(source, np.array([corner(0, 0), corner(1, 1)]))
