"""From a city's configuration to the day of a date."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dispatch.domain.day import Day
from dispatch.files import read_day_document
from dispatch.service.config import CityConfig


def build_day(config: CityConfig, override: Mapping[str, Any] | None, day: date) -> Day:
    """Couriers and hubs of the city on a day.

    Args:
        config: Of the city.
        override: Parts of the day document that are different on this day, if any are.
        day: The date.

    Raises:
        DayError: The document cannot be used; names everything that is wrong with it.
    """
    document = {**config.day, **(override or {})}
    city = document.get("city")
    dated = {**city, "date": day.isoformat()} if isinstance(city, dict) else city
    return read_day_document({**document, "city": dated, "requests": []})
