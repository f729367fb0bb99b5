"""Cities and their days, as they are configured."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from dispatch.storage.rows import all_of, insert_into, one_or_none
from dispatch.storage.tables.cities import cities, city_days


@dataclass(frozen=True, slots=True, kw_only=True)
class CityRecord:
    """A city with its configuration, which the service gives a meaning."""

    id: str
    config: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime


def put(tx: Connection, city: str, config: Mapping[str, Any], *, at: datetime) -> None:
    """Adds the city, or replaces its configuration."""
    tx.execute(
        insert_into(tx, cities)
        .values(id=city, config=config, created_at=at, updated_at=at)
        .on_conflict_do_update(index_elements=["id"], set_={"config": config, "updated_at": at})
    )


def get(tx: Connection, city: str) -> CityRecord | None:
    """The city."""
    return one_or_none(tx, CityRecord, select(cities).where(cities.c.id == city))


def list_all(tx: Connection) -> list[CityRecord]:
    """Every city, by id."""
    return all_of(tx, CityRecord, select(cities).order_by(cities.c.id))


def put_day(
    tx: Connection, city: str, day: date, config: Mapping[str, Any], *, at: datetime
) -> None:
    """Says what is different in a city on one day."""
    tx.execute(
        insert_into(tx, city_days)
        .values(city=city, date=day, config=config, updated_at=at)
        .on_conflict_do_update(
            index_elements=["city", "date"], set_={"config": config, "updated_at": at}
        )
    )


def get_day(tx: Connection, city: str, day: date) -> Mapping[str, Any] | None:
    """What is different in a city on one day, if anything."""
    query = select(city_days.c.config).where(city_days.c.city == city, city_days.c.date == day)
    config: Mapping[str, Any] | None = tx.execute(query).scalar_one_or_none()
    return config
