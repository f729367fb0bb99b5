"""A city to serve: the fleet and the demand of a drawn day."""

import csv
import io
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.client import Item, PickupClass, Place
from dispatch.defaults import TIMEZONE
from dispatch.domain.day import Day
from dispatch.domain.requests import PickupRequest
from dispatch.files.writing import render_day
from dispatch.sampling.day import sample_day
from dispatch.service.config import CityConfig, PlanningConfig, SlotsConfig
from dispatch.storage import cities, keys
from dispatch.storage.database import open_database
from dispatch.storage.keys import Scope
from dispatch.storage.migrating import upgrade

CITY = "hangzhou"
_NAME = "Hangzhou"
_DAY = date(2026, 6, 10)
_BULKY_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Errand:
    """What a shopper asks for: goods at a door, and when in the day it is asked."""

    place: Place
    items: tuple[Item, ...]
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Town:
    """A city's configuration, and shoppers of its day in the order they ask."""

    config: CityConfig
    errands: tuple[Errand, ...]


def at(clock: time) -> datetime:
    """A moment of the served day."""
    return datetime.combine(_DAY, clock, ZoneInfo(TIMEZONE))


def draw_town(
    requests: int, *, seed: int, days_ahead: int = 2, search_s: float = 1.0, hold_s: int = 300
) -> Town:
    """Shoppers of a day and the couriers for them.

    Args:
        requests: Shoppers, for which the fleet is sized.
        seed: Of the day.
        days_ahead: Days that can be booked beside today.
        search_s: Seconds of search of each tick.
        hold_s: Seconds for which a hold counts.
    """
    sampled = sample_day(
        _NAME, requests=requests, bulky_share=_BULKY_SHARE, seed=seed, day_date=_DAY
    )
    config = CityConfig(
        name=_NAME,
        day=day_section(sampled),
        slots=SlotsConfig(days_ahead=days_ahead, hold_s=hold_s),
        planning=PlanningConfig(search_s=search_s),
    )
    errands = sorted((_errand(one) for one in sampled.requests), key=lambda one: one.asked_at)
    return Town(config, tuple(errands))


def day_section(day: Day) -> dict[str, Any]:
    """Couriers, hubs and settings of a day, as a city's configuration has them."""
    files = render_day(day)
    settings = tomllib.loads(files["city.toml"].decode())
    del settings["date"]
    return {
        "city": settings,
        "couriers": _rows(files["couriers.csv"]),
        "hubs": _rows(files["hubs.csv"]),
    }


def settle(url: str, town: Town) -> str:
    """Makes the tables, the city and a key for everything; the key's token."""
    database = open_database(url)
    try:
        upgrade(database)
        now = at(time(0))
        with database.write() as tx:
            cities.put(tx, CITY, town.config.model_dump(mode="json"), at=now)
            issued = keys.issue(
                tx, name="benchmark", client_id="benchmark", scopes=frozenset(Scope), at=now
            )
    finally:
        database.close()
    return issued.token


def _errand(request: PickupRequest) -> Errand:
    load = request.load
    side_mm = max(1, round((load.volume_ml / load.pieces * 1_000) ** (1 / 3)))
    item = Item(
        pickup_class=PickupClass(request.pickup_class.value),
        weight_g=max(1, load.weight_g // load.pieces),
        length_mm=side_mm,
        width_mm=side_mm,
        height_mm=side_mm,
        pieces=load.pieces,
        disassembly=request.disassembly,
    )
    place = Place(
        lon=request.place.lon, lat=request.place.lat, floor=request.floor, lift=request.lift
    )
    return Errand(place, (item,), request.asked_at or request.windows[0].start_at)


def _rows(content: bytes) -> list[dict[str, Any]]:
    """Rows of a table as entries of the JSON form, without empty cells."""
    reader = csv.DictReader(io.StringIO(content.decode()))
    return [{name: cell for name, cell in row.items() if cell} for row in reader]
