"""A sampled day looks like the city it is for, and everything in it can be used."""

from collections import Counter
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from dispatch.domain.day import Day
from dispatch.domain.requests import PickupClass
from dispatch.files import read_day, write_day
from dispatch.sampling import sample_day
from dispatch.translation import request_points, translate
from geo.cities import find_city, load_cities
from geo.coordinates import great_circle_m
from geo.errors import GeoError
from geo.roads.build import build_network
from geo.roads.snapping import Snapper
from geo.service_area import ServiceArea, served_districts
from tests.geo.roads.extracts import write_extract

TWO_HOURS = timedelta(hours=2)


@pytest.fixture(scope="module")
def hangzhou() -> Day:
    return sample_day("hangzhou", requests=1290, bulky_share=0.07, seed=1)


def leads_min(day: Day) -> list[float]:
    """Leads of the parcels from asking to the first window, minutes."""
    return [
        (request.windows[0].start_at - request.asked_at).total_seconds() / 60
        for request in day.requests
        if request.pickup_class is PickupClass.PARCEL and request.asked_at is not None
    ]


def test_numbers_asked_for(hangzhou: Day) -> None:
    kinds = Counter(request.pickup_class for request in hangzhou.requests)
    assert kinds == {PickupClass.PARCEL: 1200, PickupClass.BULKY: 90}
    ids = [request.id for request in hangzhou.requests]
    assert len(set(ids)) == len(ids)
    assert {courier.vehicle_class for courier in hangzhou.couriers} == {"ebike", "van"}
    assert len(hangzhou.hubs) == 8


def test_places_lie_in_the_service_area_and_where_people_live(hangzhou: Day) -> None:
    points = request_points(hangzhou.requests)
    assert ServiceArea.of_city(find_city("Hangzhou")).contains(points).all()
    city = find_city("Hangzhou")
    densest = sorted(served_districts(city), key=lambda d: d.density_per_km2)[-3:]
    labels = [(d.label_lon, d.label_lat) for d in densest]
    radii_m = np.sqrt([d.area_km2 * 1e6 / np.pi for d in densest])
    metres = great_circle_m(points[:, None], np.array(labels)[None])
    inside = (metres <= radii_m).any(axis=1).mean()
    # A seventh of the area and a quarter of the people.
    share_of_area = sum(d.area_km2 for d in densest) / sum(
        d.area_km2 for d in served_districts(city)
    )
    assert inside > 1.5 * share_of_area


def test_windows_follow_the_recorded_days(hangzhou: Day) -> None:
    parcels = [r for r in hangzhou.requests if r.pickup_class is PickupClass.PARCEL]
    lengths = Counter(r.windows[0].end_at - r.windows[0].start_at for r in parcels)
    assert 0.91 <= lengths[TWO_HOURS] / len(parcels) <= 0.995
    morning = sum(
        r.windows[0].start_at.hour == 9
        and r.windows[0].start_at.minute == 0
        and r.windows[0].end_at.hour == 11
        for r in parcels
    )
    assert 0.22 <= morning / len(parcels) <= 0.45
    now = sum(r.asked_at == r.windows[0].start_at for r in parcels)
    assert 0.02 <= now / len(parcels) <= 0.24
    same_day = sum(
        r.asked_at is not None and r.asked_at.date() == date(2026, 6, 10) for r in parcels
    )
    assert same_day / len(parcels) == pytest.approx(0.95, abs=0.03)
    asked = Counter(r.asked_at.hour for r in parcels if r.asked_at is not None)
    assert {hour for hour, _ in asked.most_common(2)} == {7, 8}
    assert 64 <= np.median(leads_min(hangzhou)) <= 120


def test_couriers_follow_the_work(hangzhou: Day) -> None:
    riders = [c for c in hangzhou.couriers if c.vehicle_class == "ebike"]

    def on_shift(hour: int) -> int:
        return sum(c.shift.start_at.hour < hour <= c.shift.end_at.hour for c in riders)

    assert on_shift(10) > on_shift(16)
    assert any(courier.end is None for courier in riders)
    assert any(courier.end is not None for courier in riders)
    lengths = {c.shift.end_at - c.shift.start_at for c in hangzhou.couriers}
    assert len(lengths) >= 4


def test_same_arguments_same_day(hangzhou: Day) -> None:
    again = sample_day("杭州", requests=1290, bulky_share=0.07, seed=1)
    assert again == hangzhou
    assert sample_day("杭州", requests=1290, bulky_share=0.07, seed=2) != hangzhou


def test_requests_do_not_depend_on_the_fleet(hangzhou: Day) -> None:
    lean = sample_day("hangzhou", requests=1290, bulky_share=0.07, seed=1, utilisation=0.95)
    assert lean.requests == hangzhou.requests
    assert len(lean.couriers) < len(hangzhou.couriers)


def test_reads_back_as_it_was_made(hangzhou: Day, tmp_path: Path) -> None:
    write_day(hangzhou, tmp_path)
    assert read_day(tmp_path) == hangzhou
    assert len(translate(hangzhou).problem.stops) == 1290


@pytest.mark.parametrize("city", [city.name for city in load_cities()])
def test_every_city_gives_a_sound_day(city: str, tmp_path: Path) -> None:
    day = sample_day(city, requests=40, bulky_share=0.2, seed=5)
    write_day(day, tmp_path)
    assert read_day(tmp_path) == day


@pytest.mark.parametrize(("requests", "bulky_share"), [(0, 0.0), (1, 0.0), (1, 1.0), (7, 0.5)])
def test_small_days_are_sound(requests: int, bulky_share: float, tmp_path: Path) -> None:
    for seed in range(5):
        day = sample_day("Xiamen", requests=requests, bulky_share=bulky_share, seed=seed)
        write_day(day, tmp_path, replace=True)
        assert read_day(tmp_path) == day


def test_everybody_is_near_the_streets_given(tmp_path: Path) -> None:
    # A ring of streets: the middle of people who live all around it is far from any.
    corners = [(120.10, 30.22), (120.25, 30.22), (120.25, 30.33), (120.10, 30.33)]
    nodes = dict(enumerate(corners, start=1))
    ring = ([1, 2, 3, 4, 1], {"highway": "secondary"})
    streets = build_network(write_extract(tmp_path / "ring.osm.pbf", nodes, [ring])).network
    day = sample_day("hangzhou", requests=150, bulky_share=0.3, seed=1, streets=streets)
    places = [request.place for request in day.requests]
    places += [courier.start for courier in day.couriers] + [hub.place for hub in day.hubs]
    points = np.array([(place.lon, place.lat) for place in places])
    for vehicle_class in ("ebike", "van"):
        far = Snapper.of(streets, vehicle_class).snap(points).far
        assert len(far) == 0, f"{len(far)} of {len(points)} places are far from streets"


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(GeoError, match="Hangzhou"):
        sample_day("Hangzou", requests=1, bulky_share=0, seed=1)
    for wrong in ({"requests": -1}, {"bulky_share": 1.5}, {"seed": -1}, {"utilisation": 0.0}):
        (name,) = wrong
        with pytest.raises(ValueError, match=name):
            sample_day("Hangzhou", **({"requests": 1, "bulky_share": 0, "seed": 1} | wrong))


def test_bundled_day_is_sound_and_of_the_size_it_claims() -> None:
    bundled = resources.files("dispatch") / "data" / "hangzhou"
    with resources.as_file(bundled) as folder:
        day = read_day(folder)
    kinds = Counter(request.pickup_class for request in day.requests)
    assert kinds == {PickupClass.PARCEL: 1200, PickupClass.BULKY: 90}
    assert day.settings.city == "Hangzhou"
