import json
from dataclasses import replace

import numpy as np
import pytest
import shapely

from geo.cities import find_city, load_cities
from geo.errors import GeoError
from geo.service_area import ServiceArea, served_districts

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[120.0, 30.0], [120.2, 30.0], [120.2, 30.2], [120.0, 30.2], [120.0, 30.0]]],
}


@pytest.mark.parametrize("city", load_cities(), ids=lambda city: city.name)
def test_every_city_is_served_at_the_labels_of_its_dense_districts(city):
    area = ServiceArea.of_city(city)
    served = served_districts(city)
    assert area.contains([(d.label_lon, d.label_lat) for d in served]).all()
    assert all(d.density_per_km2 >= 1500 for d in served)


@pytest.mark.parametrize("city", load_cities(), ids=lambda city: city.name)
def test_every_city_is_served_without_holes_and_about_as_large_as_its_districts(city):
    area = ServiceArea.of_city(city)
    assert not any(len(piece.interiors) for piece in shapely.get_parts(area.polygon))
    planar = shapely.transform(area.polygon, city.projection.to_xy)
    assert planar.area / 1e6 == pytest.approx(
        sum(d.area_km2 for d in served_districts(city)), rel=0.2
    )


@pytest.mark.parametrize("city", load_cities(), ids=lambda city: city.name)
def test_every_city_is_served_around_its_centre_but_jinhua(city):
    lon, lat = city.centre_lon, city.centre_lat
    around = [
        (lon, lat),
        (lon, lat + 0.04),
        (lon + 0.04, lat),
        (lon, lat - 0.04),
        (lon - 0.04, lat),
    ]
    inside = ServiceArea.of_city(city).contains(around)
    assert inside.all() if city.name != "Jinhua (Yiwu)" else not inside.any()


@pytest.mark.parametrize("city", load_cities(), ids=lambda city: city.name)
def test_only_what_lies_apart_is_a_piece_of_its_own(city):
    pieces = shapely.get_parts(ServiceArea.of_city(city).polygon)
    # Shangjie is an exclave of Zhengzhou, 38 km from its centre.
    assert len(pieces) == (2 if city.name == "Zhengzhou" else 1)


def test_what_lies_between_the_districts_of_hangzhou_is_served():
    by_the_west_lake, by_the_canal, by_the_river = (120.18, 30.25), (120.17, 30.27), (120.2, 30.23)
    area = ServiceArea.of_city(find_city("Hangzhou"))
    assert area.contains([by_the_west_lake, by_the_canal, by_the_river]).all()


def test_hangzhou_leaves_the_countryside_out_and_the_new_districts_in():
    served = {d.name_zh for d in served_districts(find_city("Hangzhou"))}
    assert {"上城区", "西湖区", "临平区", "钱塘区"} <= served
    assert not served & {"淳安县", "临安区", "富阳区"}


def test_jinhua_is_served_in_yiwu_beyond_40_km():
    assert [d.name_zh for d in served_districts(find_city("Jinhua"))] == ["义乌市"]


def test_a_city_without_a_dense_district_needs_a_polygon():
    city = find_city("Quanzhou")
    rural = replace(city, districts=tuple(d for d in city.districts if d.density_per_km2 < 1500))
    with pytest.raises(GeoError, match="give a polygon"):
        ServiceArea.of_city(rural)


def test_inside_outside_and_on_the_border():
    area = ServiceArea.from_geojson(json.dumps(SQUARE))
    found = area.contains([(120.1, 30.1), (120.3, 30.1), (120.2, 30.1), (120.1, 29.9)])
    assert found.tolist() == [True, False, True, False]
    assert area.contains([]).tolist() == []


def test_swapped_coordinates_are_recognised():
    area = ServiceArea.of_city(find_city("Hangzhou"))
    assert area.contains_swapped([(30.28, 120.15), (120.15, 30.28)]).tolist() == [True, False]


def test_geojson_round_trip_keeps_the_area():
    area = ServiceArea.of_city(find_city("Shanghai"))
    text = area.to_geojson({"city": "上海"})
    assert json.loads(text)["features"][0]["properties"] == {"city": "上海"}
    again = ServiceArea.from_geojson(text)
    assert again.polygon.symmetric_difference(area.polygon).area < 1e-6 * area.polygon.area


def test_outer_rings_are_written_counter_clockwise():
    clockwise = {"type": "Polygon", "coordinates": [SQUARE["coordinates"][0][::-1]]}
    text = ServiceArea.from_geojson(json.dumps(clockwise)).to_geojson()
    ring = json.loads(text)["features"][0]["geometry"]["coordinates"][0]
    assert shapely.LinearRing(ring).is_ccw


def test_several_polygons_are_united():
    east = shapely.transform(shapely.geometry.shape(SQUARE), lambda xy: xy + np.array([0.1, 0.0]))
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": None, "geometry": SQUARE},
            {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(east)},
        ],
    }
    area = ServiceArea.from_geojson(json.dumps(collection))
    assert area.contains([(120.25, 30.1), (120.05, 30.1)]).all()
    assert area.bounds_points.tolist() == [[120.0, 30.0], [pytest.approx(120.3), 30.2]]


BOW_TIE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "geojson.syntax"),
        ("[]", "geojson.type"),
        ('{"type": "Topology"}', "geojson.type"),
        ('{"type": "FeatureCollection", "features": []}', "geojson.empty"),
        ('{"type": "Feature", "geometry": null}', "geojson.geometry"),
        ('{"type": "FeatureCollection", "features": [1]}', "geojson.geometry"),
        (
            '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}}',
            "geojson.geometry",
        ),
        (
            json.dumps({"type": "Feature", "properties": [1], "geometry": SQUARE}),
            "geojson.properties",
        ),
        (json.dumps(BOW_TIE), "geojson.invalid"),
        ('{"type": "Polygon", "coordinates": []}', "geojson.invalid"),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}', "geojson.invalid"),
        ('{"type": "Polygon", "coordinates": "x"}', "geojson.invalid"),
        ('{"type": "Polygon"}', "geojson.invalid"),
        (
            '{"type": "Polygon", "coordinates": [[[30, 120], [31, 120], [31, 121], [30, 120]]]}',
            "geojson.range",
        ),
    ],
)
def test_anything_but_valid_polygons_is_refused(text, code):
    with pytest.raises(GeoError) as caught:
        ServiceArea.from_geojson(text)
    assert caught.value.code == code
