from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.speed_curve import speed_curve

DAY_S, HOUR_S = 86_400, 3_600

hourly = st.lists(st.integers(500, 20_000), min_size=24, max_size=24)


def duration_s(curve, distance_m, departure_s):
    """Travel time as the solvers interpolate it."""
    span = curve.between(start_s=departure_s, end_s=departure_s)
    at = [-(-distance_m * 1000 // speed) for speed in span.speeds_mm_s]
    if len(at) == 1:
        return at[0]
    (t0, t1), (d0, d1) = span.breakpoints_s, at
    return d0 + (d1 - d0) * (departure_s - t0) // (t1 - t0)


@settings(max_examples=200)
@given(speeds=hourly, longest_m=st.integers(1_000, 200_000), share=st.floats(0, 1))
def test_nobody_overtakes_by_waiting_over_any_distance(speeds, longest_m, share):
    curve = speed_curve(speeds, longest_m=longest_m).between(start_s=-HOUR_S, end_s=DAY_S + HOUR_S)
    metres = int(share * longest_m)
    times = [-(-metres * 1000 // speed) for speed in curve.speeds_mm_s]
    for (t0, t1), (d0, d1) in zip(pairwise(curve.breakpoints_s), pairwise(times), strict=True):
        assert t0 < t1
        assert d0 - d1 <= t1 - t0


@settings(max_examples=200)
@given(speeds=hourly, longest_m=st.integers(1_000, 200_000))
def test_mid_hour_speeds_are_those_of_the_table_or_slower(speeds, longest_m):
    curve = speed_curve(speeds, longest_m=longest_m)
    for hour, speed in enumerate(speeds):
        assert curve.speed_mm_s(hour * HOUR_S + HOUR_S // 2) <= speed


@given(speeds=hourly)
def test_short_trips_keep_the_table_outside_ten_minutes_around_the_hour(speeds):
    curve = speed_curve(speeds, longest_m=100)
    for hour, speed in enumerate(speeds):
        for second in (300, 1800, 3300):
            assert curve.speed_mm_s(hour * HOUR_S + second) == speed


@settings(max_examples=50)
@given(speeds=hourly, days=st.integers(-3, 3), second=st.integers(0, DAY_S - 1))
def test_every_day_is_like_the_other(speeds, days, second):
    curve = speed_curve(speeds, longest_m=60_000)
    assert curve.speed_mm_s(second) == curve.speed_mm_s(second + days * DAY_S)


def test_arrivals_never_fall_through_a_day_of_rush_hours():
    speeds = (7000,) * 7 + (3500,) * 2 + (6000,) * 8 + (3000,) * 2 + (7000,) * 5
    curve = speed_curve(speeds, longest_m=60_000)
    for metres in (500, 12_345, 60_000):
        arrivals = [t + duration_s(curve, metres, t) for t in range(0, DAY_S + HOUR_S, 7)]
        assert arrivals == sorted(arrivals)


def test_a_jump_too_steep_for_one_hour_slows_the_hours_after_it():
    speeds = [2000] * 12 + [8000] * 12
    curve = speed_curve(speeds, longest_m=60_000)
    mid = [curve.speed_mm_s(hour * HOUR_S + HOUR_S // 2) for hour in range(11, 21)]
    assert mid[0] == 2000
    assert mid == sorted(mid)
    assert mid[1] < 8000
    assert mid[-1] == 8000


def test_one_speed_all_day_is_one_breakpoint():
    assert speed_curve((5000,), longest_m=50_000).speeds_mm_s == (5000,)
    assert speed_curve((5000,) * 24, longest_m=50_000).speeds_mm_s == (5000,)


def test_a_window_without_a_change_is_one_breakpoint():
    curve = speed_curve([5000] * 12 + [4000] * 12, longest_m=1_000)
    assert curve.between(start_s=8 * HOUR_S, end_s=11 * HOUR_S).speeds_mm_s == (5000,)
    assert len(curve.between(start_s=8 * HOUR_S, end_s=13 * HOUR_S).speeds_mm_s) == 4


def test_a_window_that_ends_before_it_starts_is_refused():
    curve = speed_curve([5000] * 12 + [4000] * 12, longest_m=1_000)
    with pytest.raises(GeoError, match="100 s to 50 s"):
        curve.between(start_s=100, end_s=50)
