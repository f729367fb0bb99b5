import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.cities import find_city
from geo.coordinates import great_circle_m
from geo.errors import GeoError
from geo.straight_line import StraightLine, floor_sqrt
from geo.travel_times import SpeedProfile, TravelTimes

HANGZHOU = find_city("Hangzhou").projection
EBIKE = SpeedProfile("ebike", 1300, (4200,))
VAN = SpeedProfile("van", 1350, (7000,) * 7 + (4500,) * 2 + (6000,) * 8 + (4000,) * 2 + (7000,) * 5)


def places(count, spread_m=15_000, seed=5):
    xy = np.random.default_rng(seed).uniform(-spread_m, spread_m, (count, 2))
    return HANGZHOU.to_lonlat(xy)


def test_matrix_is_the_integer_formula_on_projected_metres():
    origins, destinations = places(6), places(4, seed=6)
    source: TravelTimes = StraightLine.covering(
        np.vstack((origins, destinations)), projection=HANGZHOU
    )
    matrix = source.matrix(origins, destinations, profile=EBIKE, breakpoints_s=(0,))
    assert matrix.duration_s.dtype == matrix.distance_m.dtype == np.int32
    assert matrix.duration_s.shape == (1, 6, 4)
    a, b = HANGZHOU.to_xy_m(origins).tolist(), HANGZHOU.to_xy_m(destinations).tolist()
    for i, (x0, y0) in enumerate(a):
        for j, (x1, y1) in enumerate(b):
            straight = math.isqrt((x1 - x0) ** 2 + (y1 - y0) ** 2)
            metres = straight * 1300 // 1000
            assert matrix.distance_m[i, j] == metres
            assert matrix.duration_s[0, i, j] == -(-metres * 1000 // 4200)


def test_distances_are_great_circles_times_the_detour():
    points = places(50)
    source = StraightLine.covering(points, projection=HANGZHOU)
    found = source.matrix(points, points, profile=EBIKE, breakpoints_s=(0,)).distance_m
    expected = 1.3 * great_circle_m(points[:, None], points[None, :])
    assert (np.abs(found - expected) <= 1e-4 * expected + 3).all()
    assert (np.diagonal(found) == 0).all()
    np.testing.assert_array_equal(found, found.T)


def test_the_rush_hour_takes_longer():
    points = places(20)
    source = StraightLine.covering(points, projection=HANGZHOU)
    night, morning, noon = 3 * 3600, 8 * 3600, 12 * 3600
    matrix = source.matrix(points, points, profile=VAN, breakpoints_s=(night, morning, noon))
    apart = matrix.distance_m > 100
    assert (matrix.duration_s[1][apart] > matrix.duration_s[2][apart]).all()
    assert (matrix.duration_s[2][apart] > matrix.duration_s[0][apart]).all()
    assert source.speeds_mm_s(VAN, (night, noon)) == (7000, 6000)


def test_breakpoints_cover_the_shift_and_one_is_enough_for_one_speed():
    points = places(20)
    source = StraightLine.covering(points, projection=HANGZHOU)
    assert len(source.breakpoints_s(EBIKE, start_s=8 * 3600, end_s=20 * 3600)) == 1
    times = source.breakpoints_s(VAN, start_s=8 * 3600, end_s=20 * 3600)
    assert times[0] <= 8 * 3600
    assert times[-1] >= 20 * 3600
    # Past midnight the profile repeats.
    late = source.breakpoints_s(VAN, start_s=30 * 3600, end_s=33 * 3600)
    early = source.breakpoints_s(VAN, start_s=6 * 3600, end_s=9 * 3600)
    assert [time - 86_400 for time in late] == list(early)


def test_nobody_overtakes_by_waiting_between_any_two_places():
    points = places(25, spread_m=40_000)
    source = StraightLine.covering(points, projection=HANGZHOU)
    times = source.breakpoints_s(VAN, start_s=0, end_s=86_400)
    durations = source.matrix(points, points, profile=VAN, breakpoints_s=times).duration_s
    for (t0, t1), (before, after) in zip(pairwise(times), pairwise(durations), strict=True):
        assert (before - after <= t1 - t0).all()


def test_a_source_made_for_a_district_refuses_a_longer_trip_when_speeds_vary():
    source = StraightLine.covering(places(20, spread_m=2_000), projection=HANGZHOU)
    far = places(2, spread_m=40_000)
    with pytest.raises(GeoError, match="covering over all places") as caught:
        source.matrix(far, far, profile=VAN, breakpoints_s=(0,))
    assert caught.value.code == "straight_line.too_long"
    assert source.matrix(far, far, profile=EBIKE, breakpoints_s=(0,)).distance_m.max() > 2_000


def test_no_places_give_empty_matrices():
    source = StraightLine.covering([], projection=HANGZHOU)
    matrix = source.matrix([], places(3), profile=EBIKE, breakpoints_s=(0,))
    assert matrix.duration_s.shape == (1, 0, 3)
    assert matrix.distance_m.shape == (0, 3)


@pytest.mark.parametrize("breakpoints", [(), (5, 5), (9, 3)])
def test_breakpoints_must_ascend(breakpoints):
    source = StraightLine.covering(places(2), projection=HANGZHOU)
    with pytest.raises(GeoError) as caught:
        source.matrix(places(2), places(2), profile=EBIKE, breakpoints_s=breakpoints)
    assert caught.value.code == "travel_times.breakpoints"


@given(root=st.integers(0, 2**26 - 1), off=st.integers(-1, 1))
def test_integer_root_is_exact_around_squares(root, off):
    square = max(root * root + off, 0)
    assert floor_sqrt(np.array([square]))[0] == math.isqrt(square)


def test_integer_root_refuses_what_it_cannot_do_exactly():
    assert floor_sqrt(np.array([2**52 - 1]))[0] == math.isqrt(2**52 - 1)
    for value in (2**52, -1):
        with pytest.raises(GeoError):
            floor_sqrt(np.array([value]))


@pytest.mark.parametrize(
    ("detour", "speeds", "code"),
    [
        (999, (4000,), "profile.detour"),
        (1300, (), "profile.speed_count"),
        (1300, (4000,) * 23, "profile.speed_count"),
        (1300, (4000,) * 23 + (0,), "profile.speed"),
        (1300, (200_000,), "profile.speed"),
    ],
)
def test_impossible_profiles_are_refused(detour, speeds, code):
    with pytest.raises(GeoError, match="'van'") as caught:
        SpeedProfile("van", detour, speeds)
    assert caught.value.code == code
