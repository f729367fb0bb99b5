import numpy as np
import pytest

from geo.cities import load_cities
from geo.coordinates import great_circle_m
from geo.errors import GeoError
from geo.projection import LocalProjection


@pytest.mark.parametrize("city", load_cities(), ids=lambda city: city.name)
def test_planar_distance_is_great_circle_distance_within_60_km(city):
    projection = city.projection
    rng = np.random.default_rng(7)
    angle, radius = rng.random(300) * 2 * np.pi, 60_000 * np.sqrt(rng.random(300))
    xy = np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))
    points = projection.to_lonlat(xy)
    placed = projection.to_xy_m(points)
    planar = np.hypot(*np.moveaxis(placed[:, None] - placed[None, :], -1, 0))
    true = great_circle_m(points[:, None], points[None, :])
    # Each end is rounded by up to 0.71 m.
    assert (np.abs(planar - true) <= 1e-4 * true + 1.5).all()


def test_there_and_back_is_the_same_place():
    projection = LocalProjection(centre_lon=120.2, centre_lat=30.2)
    points = np.array([(120.2, 30.2), (119.5, 30.9), (121.0, 29.7)])
    np.testing.assert_allclose(projection.to_lonlat(projection.to_xy(points)), points, atol=1e-11)


def test_x_grows_to_the_east_and_y_to_the_north_in_whole_metres():
    projection = LocalProjection(centre_lon=120.2, centre_lat=30.2)
    xy = projection.to_xy_m([(120.2, 30.2), (120.3, 30.2), (120.2, 30.3)])
    assert xy.dtype == np.int64
    assert xy[0].tolist() == [0, 0]
    assert xy[1, 0] == pytest.approx(9610, abs=2)
    assert xy[2].tolist() == [0, 11120]


def test_a_place_in_another_part_of_the_country_is_refused():
    projection = LocalProjection(centre_lon=120.2, centre_lat=30.2)
    with pytest.raises(GeoError, match=r"point 1 .*1132 km") as caught:
        projection.to_xy_m([(120.2, 30.2), (116.4, 39.9)])
    assert caught.value.code == "projection.too_far"


def test_a_centre_with_swapped_coordinates_is_refused():
    with pytest.raises(GeoError, match=r"latitude 120\.2; give longitude .* first"):
        LocalProjection(centre_lon=30.2, centre_lat=120.2)
