import csv

import pytest

from geo.cities import find_city, load_cities
from geo.coordinates import great_circle_m
from geo.errors import GeoError


def test_the_catalogue_has_the_30_cities_with_their_districts():
    cities = load_cities()
    assert len(cities) == 30
    assert len({city.name for city in cities}) == 30
    assert sum(len(city.districts) for city in cities) == 371
    statuses = [city.status for city in cities]
    assert statuses.count("parcels and bulky live") == 6
    assert statuses.count("parcels live") == 10
    assert statuses.count("target") == 14


def test_figures_are_those_of_the_published_tables(shared_data):
    with (shared_data / "cities" / "cities.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            city = find_city(row["city"])
            assert (city.name_zh, city.population) == (row["city_zh"], int(row["population_2020"]))
            assert (city.centre_lon, city.centre_lat) == (
                float(row["centre_lon"]),
                float(row["centre_lat"]),
            )
    with (shared_data / "cities" / "districts.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            by_code = {d.adcode: d for d in find_city(row["city"]).districts}
            district = by_code[row["district_adcode"]]
            assert district.name_zh == row["district_zh"]
            assert district.area_km2 == float(row["area_km2"])
            assert str(district.census_population or "") == row["population_2020"]


@pytest.mark.parametrize("city", load_cities(), ids=lambda city: city.name)
def test_districts_add_up_to_no_more_than_their_city(city):
    assert sum(d.population for d in city.districts) <= city.population + len(city.districts)
    assert sum(d.area_km2 for d in city.districts) == pytest.approx(city.area_km2, rel=0.001)
    labels = [(d.label_lon, d.label_lat) for d in city.districts]
    assert great_circle_m(labels, (city.centre_lon, city.centre_lat)).min() < 42_000


def test_the_new_hangzhou_districts_are_estimated_and_say_so():
    by_name = {d.name_zh: d for d in find_city("Hangzhou").districts}
    linping, qiantang, xihu = by_name["临平区"], by_name["钱塘区"], by_name["西湖区"]
    assert linping.census_population is None
    assert qiantang.census_population is None
    assert linping.population + qiantang.population == pytest.approx(1_973_636, abs=1)
    assert linping.density_per_km2 == pytest.approx(2444, abs=1)
    assert xihu.census_population == xihu.population == 1_112_992


def test_kinmen_has_no_figure_and_gets_no_one():
    kinmen = next(d for d in find_city("Quanzhou").districts if d.name_zh == "金门县")
    assert kinmen.census_population is None
    assert kinmen.population == 0


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Hangzhou", "Hangzhou"),
        ("hangZHOU", "Hangzhou"),
        ("杭州", "Hangzhou"),
        ("杭州市", "Hangzhou"),
        (" Xian ", "Xi'an"),
        ("xi'an", "Xi'an"),
        ("Jinhua", "Jinhua (Yiwu)"),
        ("yiwu", "Jinhua (Yiwu)"),
        ("Jinhua (Yiwu)", "Jinhua (Yiwu)"),
    ],
)
def test_a_city_is_found_by_any_of_its_names(name, found):
    assert find_city(name).name == found


def test_a_misspelt_city_is_answered_with_the_nearest_names():
    with pytest.raises(GeoError, match=r"'Hangzou'; did you mean Hangzhou") as caught:
        find_city("Hangzou")
    assert caught.value.code == "cities.unknown"


@pytest.mark.parametrize("name", ["Paris", "", "市"])
def test_an_unknown_city_is_answered_with_all_names(name):
    with pytest.raises(GeoError, match=r"give one of: Beijing, .*Kunming"):
        find_city(name)
