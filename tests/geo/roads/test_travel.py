"""Travel times along streets, judged by graphs with every place put in as a junction."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

from geo.coordinates import great_circle_m
from geo.errors import GeoError
from geo.roads.snapping import WALKING_MM_S
from geo.roads.speed_file import read_speeds
from geo.roads.speeds import edge_ms
from geo.roads.travel import RoadTravel
from geo.travel_times import UNREACHABLE, SpeedProfile
from tests.geo.roads.extracts import at, built

VAN = SpeedProfile("van", 1400, (7_000,))
EBIKE = SpeedProfile("ebike", 1350, (4_444,))
HOUR = 3_600
MONDAY = 0

STREET = {"highway": "tertiary"}
ONE_WAY = STREET | {"oneway": "yes"}


@pytest.fixture
def town(tmp_path):
    """Five by five streets, some of them one-way, some narrow."""
    nodes = {
        1 + 5 * row + column: at(4 * column, 4 * row) for row in range(5) for column in range(5)
    }
    ways = []
    for line in range(5):
        across = tuple(1 + 5 * line + column for column in range(5))
        along = tuple(1 + 5 * row + line for row in range(5))
        ways.append((across[:: -1 if line == 1 else 1], ONE_WAY if line in (1, 3) else STREET))
        ways.append((along, {"highway": "residential"} if line == 2 else STREET))
    return built(tmp_path / "town.osm.pbf", nodes, ways)


def free_flow(tmp_path, text=""):
    path = tmp_path / "speeds.toml"
    path.write_text('schema = 1\nname = "test"\n' + text, encoding="utf-8")
    return read_speeds(path)


def places(count, seed=1, off=0.3):
    rng = np.random.default_rng(seed)
    grid = rng.integers(0, 17, count), rng.integers(0, 17, count)
    on_street = rng.random(count) < 0.5
    grid[0][on_street] -= grid[0][on_street] % 4
    grid[1][~on_street] -= grid[1][~on_street] % 4
    return np.array([at(x + rng.normal(0, off), y) for x, y in zip(*grid, strict=True)])


def judged(travel, points, profile, week_s=0):
    """Seconds and metres between all places, from a graph in which each is a junction."""
    network, snapped = travel.network, travel.snap(points, profile)
    speeds = travel.speeds.of(profile.vehicle_class)
    ms = edge_ms(network, profile.vehicle_class, speeds, speeds.state_at(week_s))
    on = {}
    for place, (edge, reverse) in enumerate(zip(snapped.edge, snapped.reverse, strict=True)):
        fraction = float(snapped.fraction[place])
        on.setdefault(int(edge), []).append((fraction, place))
        if reverse >= 0:
            on.setdefault(int(reverse), []).append((1 - fraction, place))
    graph = nx.MultiDiGraph()
    tails = network.tails()
    for edge in np.flatnonzero(np.isfinite(ms)).tolist():
        stops = sorted(on.get(edge, []))
        marks = [(0.0, ("node", int(tails[edge]))), *((f, ("place", p)) for f, p in stops)]
        marks.append((1.0, ("node", int(network.head[edge]))))
        for (low, one), (high, other) in pairwise(marks):
            share = high - low
            graph.add_edge(one, other, s=share * ms[edge] / 1000, m=share * network.length_m[edge])
    walk_s = snapped.access_m * 1000 / WALKING_MM_S
    seconds = np.full((len(points), len(points)), np.inf)
    for one in range(len(points)):
        if ("place", one) not in graph:
            continue
        there = nx.single_source_dijkstra_path_length(graph, ("place", one), weight="s")
        for other in range(len(points)):
            if ("place", other) in there:
                seconds[one, other] = there["place", other] + walk_s[one] + walk_s[other]
    np.fill_diagonal(seconds, 0)
    return seconds


@pytest.mark.parametrize("profile", [VAN, EBIKE], ids=["van", "ebike"])
def test_seconds_are_those_of_the_fastest_way_with_access_on_foot(town, tmp_path, profile):
    travel = RoadTravel(town, weekday=MONDAY, speeds=free_flow(tmp_path))
    points = places(24)
    found = travel.matrix(points, points, profile=profile, breakpoints_s=(0,))
    expected = judged(travel, points, profile)
    assert np.isfinite(expected).all()
    assert (np.abs(found.duration_s[0] - expected) <= 1.01).all()
    assert (found.duration_s[0] >= expected - 0.01).all(), "rounded up"


def test_metres_are_those_of_the_drawn_way(town, tmp_path):
    travel = RoadTravel(town, weekday=MONDAY, speeds=free_flow(tmp_path))
    points = places(40, seed=3)
    found = travel.matrix(points, points, profile=VAN, breakpoints_s=(0,))
    ways = travel.paths(points, profile=VAN, departures_s=[0] * 39)
    for leg, way in enumerate(ways):
        drawn_m = great_circle_m(way.lonlat[:-1], way.lonlat[1:]).sum()
        assert drawn_m == pytest.approx(found.distance_m[leg, leg + 1], abs=1.5)
        assert (way.lonlat[0] == points[leg]).all()
        assert (way.lonlat[-1] == points[leg + 1]).all()
        for one, other in pairwise(way.edges):
            assert town.head[one] == town.tails()[other]


def test_against_a_one_way_street_the_way_leads_round_the_block(tmp_path):
    nodes = {1: at(0, 0), 2: at(8, 0), 3: at(8, 4), 4: at(0, 4)}
    ways = [((1, 2), ONE_WAY), ((2, 3), STREET), ((3, 4), STREET), ((4, 1), STREET)]
    network = built(tmp_path / "a.osm.pbf", nodes, ways)
    travel = RoadTravel(network, weekday=MONDAY, speeds=free_flow(tmp_path))
    west, east = at(2, 0), at(6, 0)
    found = travel.matrix([west, east], [west, east], profile=VAN, breakpoints_s=(0,))
    ahead_m, back_m = found.distance_m[0, 1], found.distance_m[1, 0]
    block_m = network.length_m[network.reverse < 0].sum() * 2 + 800
    assert ahead_m == pytest.approx(400, abs=3)
    assert back_m == pytest.approx(block_m - ahead_m, rel=0.01)
    assert (np.diag(found.duration_s[0]) == 0).all()


def test_two_doors_at_one_point_of_a_street_are_joined_on_foot(town, tmp_path):
    travel = RoadTravel(town, weekday=MONDAY, speeds=free_flow(tmp_path))
    door, opposite, same = at(2, 0.3), at(2, -0.3), at(2, 0.3)
    found = travel.matrix([door], [opposite, same], profile=VAN, breakpoints_s=(0,))
    assert found.distance_m[0].tolist() == [pytest.approx(60, abs=2), 0]
    assert found.duration_s[0, 0].tolist() == [pytest.approx(44, abs=2), 0]


def test_new_places_against_known_ones_give_the_rows_and_columns_of_the_whole(town):
    travel = RoadTravel(town, weekday=MONDAY)
    points = places(30, seed=5)
    times = travel.breakpoints_s(VAN, start_s=6 * HOUR, end_s=20 * HOUR)
    whole = travel.matrix(points, points, profile=VAN, breakpoints_s=times)
    row = travel.matrix(points[:1], points, profile=VAN, breakpoints_s=times)
    column = travel.matrix(points, points[:1], profile=VAN, breakpoints_s=times)
    assert (row.duration_s == whole.duration_s[:, :1]).all()
    assert (column.duration_s == whole.duration_s[:, :, :1]).all()
    assert (row.distance_m == whole.distance_m[:, :1]).all()
    assert (column.distance_m == whole.distance_m[:, :, :1]).all()


def test_more_threads_and_progress_change_nothing(town):
    points = places(300, seed=6)
    told = []
    one = RoadTravel(town, weekday=MONDAY, threads=1)
    many = RoadTravel(
        town, weekday=MONDAY, threads=4, progress=lambda done, of: told.append((done, of))
    )
    a, b = (
        t.matrix(points, points, profile=VAN, breakpoints_s=(8 * HOUR, 12 * HOUR))
        for t in (one, many)
    )
    assert (a.duration_s == b.duration_s).all()
    assert (a.distance_m == b.distance_m).all()
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (600, 600)


def test_the_rush_has_its_own_matrix_and_equal_hours_one(town):
    travel = RoadTravel(town, weekday=MONDAY)
    points = places(10)
    times = travel.breakpoints_s(VAN, start_s=8 * HOUR, end_s=18 * HOUR)
    assert len(times) == 4, "out of the morning rush, and into that of the evening"
    found = travel.matrix(points, points, profile=VAN, breakpoints_s=times)
    assert (found.duration_s[0] == found.duration_s[3]).all()
    assert (found.duration_s[1] == found.duration_s[2]).all()
    assert found.duration_s[0].sum() > 1.2 * found.duration_s[1].sum()


def test_on_a_weekend_there_is_no_rush(town):
    saturday = RoadTravel(town, weekday=5)
    assert len(saturday.breakpoints_s(VAN, start_s=7 * HOUR, end_s=20 * HOUR)) == 1
    friday = RoadTravel(town, weekday=4)
    past_midnight = friday.breakpoints_s(VAN, start_s=20 * HOUR, end_s=34 * HOUR)
    assert past_midnight == saturday_from(saturday)


def saturday_from(saturday):
    """The bends of Friday night and Saturday morning, in Friday's seconds."""
    return tuple(
        time + 24 * HOUR for time in saturday.breakpoints_s(VAN, start_s=-4 * HOUR, end_s=10 * HOUR)
    )


def test_e_bikes_need_one_matrix(town):
    travel = RoadTravel(town, weekday=MONDAY)
    assert len(travel.breakpoints_s(EBIKE, start_s=0, end_s=30 * HOUR)) == 1


SUDDEN = """
[[vehicles.van.hours]]
from = "08:00"
to = "09:00"
factor = 0.05
"""


def test_nobody_overtakes_by_leaving_later_and_nothing_gets_shorter(town, tmp_path):
    travel = RoadTravel(town, weekday=MONDAY, speeds=free_flow(tmp_path, SUDDEN))
    points = places(20, seed=8)
    times = (9 * HOUR - 60, 9 * HOUR + 60, 9 * HOUR + 120, 12 * HOUR)
    found = travel.matrix(points, points, profile=VAN, breakpoints_s=times)
    fall = found.duration_s[:-1].astype(int) - found.duration_s[1:]
    assert (fall <= np.diff(times)[:, None, None]).all()
    assert (fall == np.diff(times)[:, None, None]).any(), "some had to be lengthened"
    for layer, time in enumerate(times):
        alone = travel.matrix(points, points, profile=VAN, breakpoints_s=(time,))
        assert (found.duration_s[layer] >= alone.duration_s[0]).all()
    assert (found.duration_s[3] == alone.duration_s[0]).all()


CLOSED = """
[[vehicles.van.closed]]
from = "07:00"
to = "09:00"
roads = ["residential"]
"""


def test_closed_streets_are_driven_round_and_places_on_them_out_of_reach(town, tmp_path):
    travel = RoadTravel(town, weekday=MONDAY, speeds=free_flow(tmp_path, CLOSED))
    inside, south, north = at(8, 6), at(6, 0), at(6, 16)
    points = [inside, south, north]
    times = travel.breakpoints_s(VAN, start_s=6 * HOUR, end_s=10 * HOUR)
    closes, opens = 7 * HOUR - 1_800, 9 * HOUR
    assert {closes - 1, closes, opens - 1, opens} <= set(times)
    found = travel.matrix(points, points, profile=VAN, breakpoints_s=times)
    open_at = [layer for layer, t in enumerate(times) if not closes <= t < opens]
    closed_at = [layer for layer, t in enumerate(times) if closes <= t < opens]
    assert (found.duration_s[closed_at, 0, 1:] == UNREACHABLE).all()
    assert (found.duration_s[closed_at, 1:, 0] == UNREACHABLE).all()
    assert (found.distance_m[closed_at, 0, 1:] == UNREACHABLE).all()
    assert (found.duration_s[closed_at, 1, 2] < UNREACHABLE).all()
    assert (found.duration_s[open_at] < UNREACHABLE).all()
    assert (judged(travel, points, VAN, week_s=8 * HOUR)[0, 1:] == np.inf).all()


def test_a_way_that_is_closed_is_drawn_straight_and_said_so(town, tmp_path):
    travel = RoadTravel(town, weekday=MONDAY, speeds=free_flow(tmp_path, CLOSED))
    inside, south = at(8, 6), at(6, 0)
    (closed,) = travel.paths([inside, south], profile=VAN, departures_s=[8 * HOUR])
    (open_,) = travel.paths([inside, south], profile=VAN, departures_s=[12 * HOUR])
    assert not closed.reachable
    assert closed.lonlat.tolist() == [list(inside), list(south)]
    assert open_.reachable
    assert len(open_.lonlat) > 2


def test_places_far_from_every_street_are_refused_by_row_and_distance(town):
    travel = RoadTravel(town, weekday=MONDAY)
    with pytest.raises(GeoError, match=r"1 of 2 places .* 1 \(\d+ m\)"):
        travel.matrix([at(0, 0)], [at(1, 0), at(1, -9)], profile=VAN, breakpoints_s=(0,))


def test_another_class_weekday_or_distance_is_another_source(town):
    sources = [
        RoadTravel(town, weekday=0),
        RoadTravel(town, weekday=1),
        RoadTravel(town, weekday=0, max_access_m=100),
    ]
    assert len({source.fingerprint(VAN) for source in sources}) == 3
    assert sources[0].fingerprint(VAN) == RoadTravel(town, weekday=0).fingerprint(VAN)
    with pytest.raises(GeoError, match=r"speeds\.vehicle_class|roads\.vehicle_class"):
        sources[0].breakpoints_s(SpeedProfile("truck", 1400, (9_000,)), start_s=0, end_s=1)
    with pytest.raises(GeoError, match=r"roads\.weekday"):
        RoadTravel(town, weekday=7)
