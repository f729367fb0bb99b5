"""A live city on each database."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from dispatch.service.config import CityConfig
from dispatch.service.live_city import LiveCity
from dispatch.service.observer import Observer
from dispatch.service.quoting import quote_slots
from dispatch.service.requests import Asked
from dispatch.service.slot_ids import Slot
from dispatch.standing import Decision
from dispatch.storage import leases
from dispatch.storage.database import Database
from tests.dispatch.service_cities import CITY, StandingClock, city_config

Opened = Callable[..., LiveCity]


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def open_city(database: Database, clock: StandingClock) -> Iterator[Opened]:
    """Opens the city, as another process would: whoever had it before has it no more."""
    opened: list[LiveCity] = []

    def open_city(config: CityConfig | None = None) -> LiveCity:
        holder = f"test#{len(opened)}"
        lease = leases.acquire(database, CITY, holder, ttl_s=60, known_dead="test#")
        assert lease is not None
        opened.append(LiveCity(database, lease, config or city_config(), clock, Observer()))
        return opened[-1]

    yield open_city
    for city in opened:
        city.close()


@pytest.fixture
def city(open_city: Opened) -> LiveCity:
    return open_city()


def slots_for(
    city: LiveCity,
    asked: Asked,
    *,
    standing: Decision | None = None,
    latest_at: datetime | None = None,
    client_id: str = "shop",
) -> list[Slot]:
    """What is offered."""
    quoted = quote_slots(
        city, asked, client_id=client_id, standing=standing, earliest_at=None, latest_at=latest_at
    )
    return [offer.slot for offer in quoted.offers]
