from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.by_hour import ByHour
from geo.cities import find_city
from geo.errors import GeoError
from geo.straight_line import StraightLine
from geo.travel_times import UNREACHABLE, SpeedProfile, TravelMatrix, TravelTimes

RUSH = SpeedProfile("van", 1300, (8000,) * 7 + (4000,) * 2 + (8000,) * 15)


class Constant:
    """A source whose times are given and do not depend on the departure."""

    def __init__(self, duration_s):
        self.duration_s = np.array(duration_s, dtype=np.int32)

    def breakpoints_s(self, _profile, **_span):
        return (0,)

    def matrix(self, _origins, _destinations, *, breakpoints_s, **_profile):
        durations = np.stack([self.duration_s] * len(breakpoints_s))
        return TravelMatrix(tuple(breakpoints_s), durations, self.duration_s * 10)


def by_hour(duration_s, start_s, end_s, profile=RUSH, **settings):
    source: TravelTimes = ByHour(source=Constant(duration_s), **settings)
    times = source.breakpoints_s(profile, start_s=start_s, end_s=end_s)
    return source.matrix([], [], profile=profile, breakpoints_s=times)


def at(matrix, time_s):
    """Durations at a departure, as a solver takes them."""
    k = int(np.searchsorted(matrix.breakpoints_s, time_s, side="right")) - 1
    low, high = (
        matrix.breakpoints_s[k],
        matrix.breakpoints_s[min(k + 1, len(matrix.duration_s) - 1)],
    )
    if high == low:
        return matrix.duration_s[k]
    share = (time_s - low) / (high - low)
    return matrix.duration_s[k] + share * (
        matrix.duration_s[k + 1].astype(float) - matrix.duration_s[k]
    )


def test_an_hour_of_half_the_speed_takes_twice_as_long():
    matrix = by_hour([[0, 600], [601, 0]], 3 * 3600, 12 * 3600, longest_s=900)
    assert at(matrix, 4 * 3600).tolist() == [[0, 600], [601, 0]]
    assert at(matrix, 8 * 3600).tolist() == [[0, 1200], [1202, 0]]
    assert at(matrix, 11 * 3600).tolist() == [[0, 600], [601, 0]]
    assert matrix.distance_m.tolist() == [[0, 6000], [6010, 0]]


def test_one_speed_leaves_the_source_as_it_is():
    matrix = by_hour([[0, 99_999]], 0, 86_400, SpeedProfile("van", 1300, (6000,)))
    assert matrix.breakpoints_s == (0,)
    assert matrix.duration_s.tolist() == [[[0, 99_999]]]


def test_no_way_stays_no_way():
    matrix = by_hour([[0, UNREACHABLE]], 3 * 3600, 12 * 3600)
    assert (matrix.duration_s[:, 0, 1] == UNREACHABLE).all()


@given(
    speeds=st.lists(st.integers(1500, 16_000), min_size=24, max_size=24),
    trips=st.lists(st.integers(0, 20_000), min_size=1, max_size=5),
)
@settings(max_examples=50, deadline=None)
def test_nobody_overtakes_by_waiting_and_no_time_is_shorter_than_the_table(speeds, trips):
    profile = SpeedProfile("van", 1300, tuple(speeds))
    matrix = by_hour([trips], 0, 86_400, profile)
    for k, (start, end) in enumerate(pairwise(matrix.breakpoints_s)):
        fall = matrix.duration_s[k].astype(np.int64) - matrix.duration_s[k + 1]
        assert fall.max() <= end - start
    for hour in range(24):
        middle = at(matrix, hour * 3600 + 1800)
        assert (middle >= np.array([trips]) * max(speeds) / speeds[hour] - 1e-6).all()


def test_a_long_trip_does_not_change_the_short_ones_beside_it():
    alone = by_hour([[600]], 3 * 3600, 12 * 3600)
    beside = by_hour([[600, 30_000]], 3 * 3600, 12 * 3600)
    assert beside.breakpoints_s == alone.breakpoints_s
    np.testing.assert_array_equal(beside.duration_s[:, :, :1], alone.duration_s)


def test_a_source_with_hours_of_its_own_is_refused():
    points = [(117.0, 36.6), (117.1, 36.7)]
    straight = StraightLine.covering(points, projection=find_city("jinan").projection)
    with pytest.raises(GeoError) as caught:
        ByHour(source=straight).breakpoints_s(RUSH, start_s=0, end_s=86_400)
    assert caught.value.code == "by_hour.source"
