import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.coordinates import Crs, as_points, from_wgs84, great_circle_m, in_china, to_wgs84
from geo.errors import GeoError

SHIFTED = [Crs.GCJ02, Crs.BD09]

# Reference values published with googollee/eviltransform (MIT).
WGS84_AND_GCJ02 = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]

NEIGHBOURS = {
    "Seoul": (126.98, 37.57),
    "Pyongyang": (125.75, 39.03),
    "Tokyo": (139.69, 35.69),
    "Hanoi": (105.85, 21.03),
    "Singapore": (103.82, 1.35),
    "Delhi": (77.21, 28.61),
    "Ulaanbaatar": (106.92, 47.92),
    "Vladivostok": (131.89, 43.12),
    "London": (-0.13, 51.51),
    "New York": (-74.01, 40.71),
    "Sydney": (151.21, -33.87),
}


@pytest.mark.parametrize(("wgs84", "gcj02"), WGS84_AND_GCJ02)
def test_gcj02_matches_published_values_both_ways(wgs84, gcj02):
    assert great_circle_m(from_wgs84([wgs84], Crs.GCJ02), [gcj02])[0] < 0.01
    assert great_circle_m(to_wgs84([gcj02], Crs.GCJ02), [wgs84])[0] < 0.01


def test_bd09_matches_a_published_value():
    # gcj02tobd09(116.404, 39.915) in wandergis/coordtransform (MIT).
    wgs84 = to_wgs84([(116.404, 39.915)], Crs.GCJ02)
    bd09 = from_wgs84(wgs84, Crs.BD09)
    assert great_circle_m(bd09, [(116.41036949371029, 39.92133699351021)])[0] < 0.01


@pytest.mark.parametrize("crs", SHIFTED)
@given(lon=st.floats(73.5, 135.0), lat=st.floats(18.0, 53.5))
def test_round_trip_is_exact_everywhere_inside_china(crs, lon, lat):
    point = np.array([(lon, lat)])
    if not in_china(point)[0]:
        return
    shifted = from_wgs84(point, crs)
    assert 50 < great_circle_m(shifted, point)[0] < 2500
    assert great_circle_m(to_wgs84(shifted, crs), point)[0] < 0.001


@pytest.mark.parametrize("crs", SHIFTED)
@pytest.mark.parametrize("place", NEIGHBOURS)
def test_places_outside_china_are_untouched(crs, place):
    point = np.array([NEIGHBOURS[place]])
    np.testing.assert_array_equal(from_wgs84(point, crs), point)
    np.testing.assert_array_equal(to_wgs84(point, crs), point)


def test_inside_and_outside_may_be_mixed():
    mixed = [(120.15, 30.28), (-0.13, 51.51)]
    shifted = from_wgs84(mixed, Crs.GCJ02)
    assert shifted[0].tolist() != [120.15, 30.28]
    assert shifted[1].tolist() == [-0.13, 51.51]


@pytest.mark.parametrize("crs", list(Crs))
def test_no_points_convert_to_no_points(crs):
    assert to_wgs84([], crs).shape == (0, 2)
    assert from_wgs84(np.empty((0, 2)), crs).shape == (0, 2)


def test_conversion_leaves_its_input_alone():
    points = np.array([(120.15, 30.28)])
    for crs in Crs:
        to_wgs84(points, crs)[0, 0] = 0.0
        from_wgs84(points, crs)[0, 0] = 0.0
    assert points.tolist() == [[120.15, 30.28]]


@pytest.mark.parametrize(
    ("points", "code", "named"),
    [
        ([1.0, 2.0, 3.0], "coordinates.shape", "(3,)"),
        ([[1.0, 2.0, 3.0]], "coordinates.shape", "(1, 3)"),
        ([[1.0, 2.0], [np.nan, 2.0]], "coordinates.not_finite", "point 1"),
        ([[1.0, 2.0], [30.2, 120.1]], "coordinates.out_of_range", "120.1"),
    ],
)
def test_bad_points_are_refused_by_row_and_value(points, code, named):
    with pytest.raises(GeoError) as caught:
        as_points(points)
    assert caught.value.code == code
    assert named in caught.value.cause
    assert caught.value.action in str(caught.value)


def test_great_circle_of_a_degree_of_meridian_and_of_half_the_globe():
    assert great_circle_m([(0, 0)], [(0, 1)])[0] == pytest.approx(111_195, abs=1)
    assert great_circle_m([(0, 0)], [(180, 0)])[0] == pytest.approx(20_015_115, abs=1)


def test_great_circle_broadcasts_to_all_pairs():
    a = np.array([(120.0, 30.0), (121.0, 31.0), (122.0, 30.0)])
    table = great_circle_m(a[:, None], a[None, :])
    assert table.shape == (3, 3)
    np.testing.assert_allclose(table, table.T)
    assert table[0, 1] == great_circle_m(a[0], a[1])
