"""OsrmTravel against a server that answers as it should."""

import gc
import math

import numpy as np
import pytest

from geo.errors import GeoError
from geo.roads.snapping import WALKING_MM_S
from geo.routers import osrm as osrm_module
from geo.routers.errors import PlacesTooFarError, RouterUnavailableError
from geo.routers.osrm import OsrmTravel
from geo.routers.settings import OsrmEndpoint, OsrmLimits, Patience
from geo.travel_times import UNREACHABLE, SpeedProfile, TravelTimes
from tests.geo.routers.osrm_double import OsrmDouble, busy, json_reply, way

VAN = SpeedProfile("van", 1300, (7000,))
EBIKE = SpeedProfile("ebike", 1300, (4000,))


def places(count, seed=1):
    drawn = np.random.default_rng(seed).uniform((116.9, 36.6), (117.1, 36.7), (count, 2))
    return drawn.round(6)


def travel(server, **settings):
    return OsrmTravel({"van": OsrmEndpoint(url=server.url)}, **settings)


def expected(origins, destinations):
    pairs = [[way(a, b) for b in destinations.tolist()] for a in origins.tolist()]
    seconds = [[math.ceil(s - 1e-6) for s, _ in row] for row in pairs]
    metres = [[round(m) for _, m in row] for row in pairs]
    return np.array(seconds), np.array(metres)


def ask(source, origins, destinations, times=(0,), profile=VAN):
    return source.matrix(origins, destinations, profile=profile, breakpoints_s=times)


def test_many_tables_make_one_matrix(osrm):
    origins, destinations = places(130), places(250, seed=2)
    with travel(osrm) as source:
        protocol: TravelTimes = source
        matrix = ask(protocol, origins, destinations)
    seconds, metres = expected(origins, destinations)
    assert matrix.duration_s.dtype == matrix.distance_m.dtype == np.int32
    np.testing.assert_array_equal(matrix.duration_s, seconds[None])
    np.testing.assert_array_equal(matrix.distance_m, metres)
    assert len(osrm.asked) > 1
    assert sum(a * b for a, b in osrm.tables()) == 130 * 250


def test_no_request_is_larger_than_the_settings_say(osrm):
    limits = OsrmLimits(table_size=20, url_chars=900)
    with travel(osrm, limits=limits) as source:
        ask(source, places(90), places(90, seed=2))
    assert max(a * b for a, b in osrm.tables()) <= 400
    assert max(len(osrm.url + path) for path in osrm.asked) <= 900


def test_a_new_place_takes_few_requests(osrm):
    known = places(1000)
    with travel(osrm) as source:
        matrix = ask(source, places(1, seed=9), known)
    assert len(osrm.asked) <= 5
    np.testing.assert_array_equal(matrix.duration_s[0], expected(places(1, seed=9), known)[0])


def test_the_departure_time_does_not_matter(osrm):
    with travel(osrm) as source:
        assert source.breakpoints_s(VAN, start_s=30_000, end_s=60_000) == (0,)
        matrix = ask(source, places(3), places(4, seed=2), times=(100, 200, 300))
    assert matrix.duration_s.shape == (3, 3, 4)
    assert matrix.breakpoints_s == (100, 200, 300)
    assert (matrix.duration_s == matrix.duration_s[0]).all()
    assert matrix.distance_m.shape == (3, 4)


def test_no_places_are_no_request(osrm):
    with travel(osrm) as source:
        assert ask(source, [], places(4)).duration_s.shape == (1, 0, 4)
        assert ask(source, places(4), []).distance_m.shape == (4, 0)
    assert osrm.asked == []


def test_one_place_alone_is_asked_for_too(osrm):
    with travel(osrm) as source:
        matrix = ask(source, places(1), places(1))
    assert matrix.duration_s.tolist() == [[[0]]]
    assert matrix.distance_m.tolist() == [[0]]


def test_a_smaller_server_gets_smaller_tables_and_is_remembered():
    origins = places(60)
    with OsrmDouble(table_size=10) as server, travel(server) as source:
        matrix = ask(source, origins, origins)
        np.testing.assert_array_equal(matrix.duration_s[0], expected(origins, origins)[0])
        refused = sum(a * b > 100 for a, b in server.tables())
        server.asked.clear()
        ask(source, origins, origins)
        assert refused > 0
        assert all(a * b <= 100 for a, b in server.tables())


def test_a_server_that_takes_short_urls_only_gets_short_ones():
    origins = places(60)
    with OsrmDouble(url_chars=700) as server, travel(server) as source:
        matrix = ask(source, origins, origins)
        np.testing.assert_array_equal(matrix.distance_m, expected(origins, origins)[1])
        server.asked.clear()
        ask(source, origins, origins)
        assert all(len(path) <= 700 for path in server.asked)


def test_a_server_that_refuses_even_one_pair_is_an_error():
    with (
        OsrmDouble(table_size=0) as server,
        travel(server) as source,
        pytest.raises(GeoError, match="one pair") as caught,
    ):
        ask(source, places(3), places(3))
    assert caught.value.code == "router.refused"


def test_no_way_is_unreachable_in_both_tables(osrm):
    points = places(3)
    texts = [f"{x:.6f},{y:.6f}" for x, y in points]
    osrm.no_way = {(texts[0], texts[2])}
    with travel(osrm) as source:
        matrix = ask(source, points, points)
    assert matrix.duration_s[0, 0, 2] == matrix.distance_m[0, 2] == UNREACHABLE
    assert (matrix.duration_s == UNREACHABLE).sum() == (matrix.distance_m == UNREACHABLE).sum() == 1


def test_a_null_in_one_table_only_counts_for_both(osrm):
    def lose_a_distance(payload):
        if "distances" in payload:
            payload["distances"][1][0] = None
        return payload

    osrm.change = lose_a_distance
    with travel(osrm) as source:
        matrix = ask(source, places(2), places(2, seed=2))
    assert matrix.duration_s[0, 1, 0] == matrix.distance_m[1, 0] == UNREACHABLE


def test_the_way_on_foot_counts_at_both_ends_but_not_from_a_place_to_itself(osrm):
    points = places(2)
    texts = [f"{x:.6f},{y:.6f}" for x, y in points]
    osrm.snap_m = {texts[0]: 120.0, texts[1]: 60.0}
    with travel(osrm) as source:
        matrix = ask(source, points, points)
    seconds, metres = way(*points.tolist())
    assert matrix.duration_s[0, 0, 1] == math.ceil(seconds + 180_000 / WALKING_MM_S)
    assert matrix.distance_m[0, 1] == round(metres + 180)
    assert (
        matrix.duration_s[0].diagonal().tolist() == matrix.distance_m.diagonal().tolist() == [0, 0]
    )


def test_places_too_far_are_all_named_with_their_distance_before_the_rest_is_asked(osrm):
    points = places(400)
    texts = [f"{x:.6f},{y:.6f}" for x, y in points]
    osrm.snap_m = {texts[7]: 301.0, texts[333]: 52_000.0}
    with travel(osrm) as source, pytest.raises(PlacesTooFarError) as caught:
        ask(source, points, points)
    error = caught.value
    assert error.code == "router.too_far"
    assert f"{points[333, 0]:.6f} {points[333, 1]:.6f} (52,000 m)" in str(error)
    assert f"{points[7, 0]:.6f} {points[7, 1]:.6f} (301 m)" in str(error)
    assert sorted(error.distances_m.tolist()) == [301.0, 52_000.0]
    assert sum(a * b for a, b in osrm.tables()) < 400 * 400 / 2


def test_the_distance_that_is_too_far_can_be_chosen(osrm):
    points = places(2)
    osrm.snap_m = {f"{points[0, 0]:.6f},{points[0, 1]:.6f}": 301.0}
    with travel(osrm, farthest_m=400) as source:
        assert ask(source, points, points).duration_s.shape == (1, 2, 2)


def test_every_class_is_asked_at_its_own_place(osrm):
    with OsrmDouble() as other:
        endpoints = {
            "van": OsrmEndpoint(url=osrm.url, profile="car"),
            "ebike": OsrmEndpoint(url=other.url + "/", profile="bike"),
        }
        with OsrmTravel(endpoints) as source:
            ask(source, places(2), places(2))
            ask(source, places(2), places(2), profile=EBIKE)
    assert osrm.asked[0].startswith("/table/v1/car/")
    assert other.asked[0].startswith("/table/v1/bike/")


def test_a_class_without_a_server_is_named(osrm):
    with travel(osrm) as source, pytest.raises(GeoError, match="'ebike'") as caught:
        source.breakpoints_s(EBIKE, start_s=0, end_s=1)
    assert caught.value.code == "router.no_class"
    assert "van" in caught.value.action


def test_progress_ends_with_everything(osrm):
    seen = []
    with travel(osrm, on_progress=lambda done, of: seen.append((done, of))) as source:
        ask(source, places(150), places(150))
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1] == (22_500, 22_500)


def test_lines_lead_from_place_to_place(osrm):
    points = places(4)
    with travel(osrm) as source:
        lines = source.paths(points, profile=VAN)
    assert len(lines) == 3
    for line, a, b in zip(lines, points, points[1:], strict=False):
        np.testing.assert_array_equal(line, [a, (b[0], a[1]), b])


def test_long_journeys_are_asked_in_parts_with_the_same_lines(osrm):
    points = places(120)
    with travel(osrm, limits=OsrmLimits(url_chars=700)) as source:
        lines = source.paths(points, profile=VAN)
    assert len(lines) == 119
    assert len(osrm.asked) > 2
    assert max(len(osrm.url + path) for path in osrm.asked) <= 700
    for line, a, b in zip(lines, points, points[1:], strict=False):
        assert line[0].tolist() == a.tolist()
        assert line[-1].tolist() == b.tolist()


def test_a_leg_within_one_place_is_a_line_that_stays_there(osrm):
    with travel(osrm) as source:
        (line,) = source.paths([(117, 36.6), (117, 36.6)], profile=VAN)
    assert line.tolist() == [[117, 36.6], [117, 36.6]]


@pytest.mark.parametrize("count", [0, 1])
def test_less_than_two_places_have_no_legs(osrm, count):
    with travel(osrm) as source:
        assert source.paths(places(count), profile=VAN) == []


def test_the_leg_without_a_way_is_named(osrm):
    points = places(6)
    texts = [f"{x:.6f},{y:.6f}" for x, y in points]
    osrm.no_way = {(texts[3], texts[4])}
    with travel(osrm) as source, pytest.raises(GeoError) as caught:
        source.paths(points, profile=VAN)
    assert caught.value.code == "router.no_way"
    assert f"from {texts[3]} to {texts[4]}" in str(caught.value)


def test_lines_from_places_too_far_are_refused(osrm):
    points = places(3)
    osrm.snap_m = {f"{points[1, 0]:.6f},{points[1, 1]:.6f}": 900.0}
    with travel(osrm) as source, pytest.raises(PlacesTooFarError, match="900 m"):
        source.paths(points, profile=VAN)


def test_fingerprint_follows_server_profile_and_map(osrm):
    def fingerprint(**settings):
        with OsrmTravel({"van": OsrmEndpoint(**{"url": osrm.url, **settings})}) as source:
            return source.fingerprint(VAN)

    first = fingerprint()
    assert fingerprint() == first
    assert fingerprint(profile="car") != first
    assert fingerprint(url=osrm.url.replace("127.0.0.1", "localhost")) != first
    assert fingerprint(url=osrm.url.replace("http://", "http://user:secret@")) == first
    assert fingerprint(data_version="v2") != first
    osrm.data_version = "v2"
    assert fingerprint() == fingerprint(data_version="v2") != first


def test_a_stated_map_version_needs_no_server():
    endpoint = OsrmEndpoint(url="http://127.0.0.1:9", data_version="2024-05")
    with OsrmTravel({"van": endpoint}) as source:
        assert len(source.fingerprint(VAN)) == 64


def test_a_map_without_a_version_counts_as_new_every_day(monkeypatch):
    with OsrmDouble(data_version="") as server, travel(server) as source:
        monkeypatch.setattr(osrm_module, "utc_date", lambda: "2024-05-01")
        first = source.fingerprint(VAN)
        assert source.fingerprint(VAN) == first
        monkeypatch.setattr(osrm_module, "utc_date", lambda: "2024-05-02")
        assert source.fingerprint(VAN) != first


def test_a_server_without_a_street_near_zero_has_no_version(osrm):
    with travel(osrm) as source:
        osrm.replies.append(json_reply({"code": "NoSegment", "message": "none"}, 400))
        assert len(source.fingerprint(VAN)) == 64


def test_answers_from_two_maps_are_not_mixed(osrm):
    count = iter(range(100))

    def update_meanwhile(payload):
        payload["data_version"] = "old" if next(count) < 3 else "new"
        return payload

    osrm.change = update_meanwhile
    with travel(osrm) as source, pytest.raises(RouterUnavailableError, match="different") as caught:
        ask(source, places(250), places(250))
    assert caught.value.code == "router.changed"


def test_a_map_that_changed_since_the_fingerprint_is_not_filed_under_it(osrm):
    with travel(osrm) as source:
        source.fingerprint(VAN)
        osrm.data_version = "v2"
        with pytest.raises(RouterUnavailableError, match="'v1', 'v2'"):
            ask(source, places(2), places(2))
        source.fingerprint(VAN)
        ask(source, places(2), places(2))


def test_busy_servers_are_asked_again(osrm):
    points = places(3)
    osrm.replies.extend([busy(503), busy(429), busy(502), busy(504)])
    patience = Patience(attempts=5, first_wait_s=0.001)
    with travel(osrm, patience=patience) as source:
        matrix = ask(source, points, points)
    np.testing.assert_array_equal(matrix.duration_s[0], expected(points, points)[0])
    assert len(osrm.asked) == 5


@pytest.mark.filterwarnings("error")
def test_connections_end_when_nobody_uses_the_source_any_more(osrm):
    source = travel(osrm)
    ask(source, places(2), places(2))
    del source
    gc.collect()
