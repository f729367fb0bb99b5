"""A demo city, for whoever starts the service without any configuration."""

import csv
import io
import tomllib
from datetime import date
from typing import Any

from dispatch.files.writing import render_day
from dispatch.sampling.day import sample_day
from dispatch.service.config import CityConfig

DEMO_CITY = "hangzhou"

_NAME = "Hangzhou"
_REQUESTS = 300
_BULKY_SHARE = 0.1
_SEED = 7


def demo_config(day: date) -> CityConfig:
    """Couriers, crews and hubs for some 300 pickups a day in Hangzhou; nothing of it is real."""
    sampled = sample_day(
        _NAME, requests=_REQUESTS, bulky_share=_BULKY_SHARE, seed=_SEED, day_date=day
    )
    files = render_day(sampled)
    city = tomllib.loads(files["city.toml"].decode())
    del city["date"]
    return CityConfig(
        name=_NAME,
        day={
            "city": city,
            "couriers": _rows(files["couriers.csv"]),
            "hubs": _rows(files["hubs.csv"]),
        },
    )


def _rows(content: bytes) -> list[dict[str, Any]]:
    """Rows of a table as entries of the JSON form, without empty cells."""
    reader = csv.DictReader(io.StringIO(content.decode()))
    return [{name: cell for name, cell in row.items() if cell} for row in reader]
