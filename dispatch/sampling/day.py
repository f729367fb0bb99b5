"""A synthetic day, put together."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from dispatch.defaults import (
    HUB_UNLOAD_FIXED_S,
    HUB_UNLOAD_PER_PIECE_S,
    PRICES,
    SERVICE_TIMES,
    TIMEZONE,
    VEHICLES,
)
from dispatch.domain.city import CitySettings, DrivesAs
from dispatch.domain.couriers import Courier
from dispatch.domain.day import Day
from dispatch.domain.hubs import Hub
from dispatch.domain.places import Place, Window
from dispatch.domain.requests import PickupClass
from dispatch.files.writing import day_fingerprint
from dispatch.sampling.fleet import draw_couriers
from dispatch.sampling.population import Population, spread_over
from dispatch.sampling.requests import draw_requests
from dispatch.sampling.workload import work_curve
from geo.cities import find_city
from geo.roads.network import RoadNetwork
from geo.roads.snapping import Snapper

DEFAULT_DATE = date(2026, 6, 10)

_REQUESTS_PER_HUB = 160
_MOST_HUBS = 20
_HUB_HOURS_H = (7.5, 21.0)
_PEOPLE_PER_HUB = 200


def sample_day(
    city: str,
    *,
    requests: int,
    bulky_share: float,
    seed: int,
    utilisation: float = 0.8,
    day_date: date = DEFAULT_DATE,
    streets: RoadNetwork | None = None,
) -> Day:
    """A realistic synthetic day; the same arguments give the same day.

    Requests do not depend on ``utilisation``: their random streams are their own.

    Args:
        city: English or Chinese name of a city of the catalogue.
        requests: How many, of both classes.
        bulky_share: Share of them that is bulky, 0 to 1.
        seed: Of all random choices, 0 or more.
        utilisation: Share of their shifts without breaks that couriers are to be busy with
            driving, serving and unloading, more than 0 and at most 1.
        day_date: The day.
        streets: Requests, hubs and couriers are near streets of this network, for e-bikes and
            vans; anywhere in the city without it.

    Raises:
        GeoError: There is no such city.
        ValueError: A number lies outside its range.
    """
    _check(requests, bulky_share, seed, utilisation)
    settings = default_settings(find_city(city).name, day_date)
    midnight_at = datetime.combine(day_date, time(), settings.timezone)
    streams = np.random.SeedSequence(seed).spawn(5)
    town, demand, hub_sites, riders, crews = (np.random.default_rng(s) for s in streams)
    population = Population.of_city(find_city(city), town, snappers_of(streets))
    bulky = round(requests * bulky_share)
    drawn = draw_requests(
        population, parcels=requests - bulky, bulky=bulky, midnight_at=midnight_at, rng=demand
    )
    hubs = draw_hubs(population, requests, midnight_at, hub_sites)
    couriers: list[Courier] = []
    for kind, rng in ((PickupClass.PARCEL, riders), (PickupClass.BULKY, crews)):
        couriers += draw_couriers(
            kind,
            work_curve(kind, drawn, settings, population.city.projection),
            [request for request in drawn if request.pickup_class is kind],
            utilisation=utilisation,
            population=population,
            hubs=hubs,
            midnight_at=midnight_at,
            rng=rng,
        )
    day = Day(
        settings=settings, requests=drawn, couriers=tuple(couriers), hubs=hubs, fingerprint=""
    )
    return replace(day, fingerprint=day_fingerprint(day))


def _check(requests: int, bulky_share: float, seed: int, utilisation: float) -> None:
    if requests < 0:
        raise ValueError(f"requests must be 0 or more, not {requests}")
    if not 0 <= bulky_share <= 1:
        raise ValueError(f"bulky_share must lie in 0 to 1, not {bulky_share}")
    if seed < 0:
        raise ValueError(f"seed must be 0 or more, not {seed}")
    if not 0 < utilisation <= 1:
        raise ValueError(f"utilisation must be more than 0 and at most 1, not {utilisation}")


def snappers_of(streets: RoadNetwork | None) -> tuple[Snapper, ...]:
    """What finds the streets near a place, one for each way of driving; none without streets."""
    if streets is None:
        return ()
    return tuple(Snapper.of(streets, vehicle_class) for vehicle_class in DrivesAs)


def default_settings(city: str, day_date: date) -> CitySettings:
    """Settings of a day with the default figures."""
    return CitySettings(
        city=city,
        date=day_date,
        timezone=ZoneInfo(TIMEZONE),
        vehicle_classes={name: vehicle.settings for name, vehicle in VEHICLES.items()},
        service_times=SERVICE_TIMES,
        prices=PRICES,
    )


def draw_hubs(
    population: Population, requests: int, midnight_at: datetime, rng: np.random.Generator
) -> tuple[Hub, ...]:
    """Hubs in the middle of equal parts of the people, from west to east."""
    count = min(_MOST_HUBS, max(1, round(requests / _REQUESTS_PER_HUB)))
    projection = population.city.projection
    people = projection.to_xy(population.draw(_PEOPLE_PER_HUB * count, rng))
    middles = population.near_streets(spread_over(people, count, rng), people)
    sites = projection.to_lonlat(middles).round(6)
    opens_at, closes_at = (midnight_at + timedelta(hours=hour) for hour in _HUB_HOURS_H)
    return tuple(
        Hub(
            id=f"H{number:02d}",
            place=Place(lon=lon, lat=lat),
            hours=(Window(opens_at, closes_at),),
            unload_fixed_s=HUB_UNLOAD_FIXED_S,
            unload_per_piece_s=HUB_UNLOAD_PER_PIECE_S,
        )
        for number, (lon, lat) in enumerate(sorted(sites.tolist()), start=1)
    )
