import numpy as np
import pytest

from geo.local_travel import local_travel_s
from geo.projection import LocalProjection
from geo.travel_times import SpeedProfile

PLANE = LocalProjection(centre_lon=120.2, centre_lat=30.2)
EBIKE = SpeedProfile("ebike", 1300, (4000,))


def travel_s(xy):
    return local_travel_s(PLANE.to_lonlat(xy), profile=EBIKE, projection=PLANE)


def test_random_places_cost_about_the_legs_of_a_shortest_tour():
    side_m, count = 10_000, 2_000
    xy = np.random.default_rng(1).uniform(0, side_m, (count, 2))
    leg_m = 0.7124 * np.sqrt(side_m**2 / count)
    assert travel_s(xy).mean() == pytest.approx(leg_m * 1.3 / 4.0, rel=0.1)


def test_remote_places_cost_more_and_shared_ones_less():
    xy = np.array([(0, 0), (100, 0), (100, 0), (100, 100), (9000, 0)])
    work = travel_s(xy)
    assert work[4] > 10 * work[0]
    assert work[1] == work[2] < work[0]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_one_place_needs_no_driving(count):
    assert travel_s(np.zeros((count, 2))).tolist() == [0] * count
