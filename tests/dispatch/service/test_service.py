"""Which process serves, and what happens when it ends."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from dispatch.service.errors import Code, ServiceError
from dispatch.service.observer import Observer
from dispatch.service.service import Service
from dispatch.storage import cities
from dispatch.storage.database import Database
from tests.dispatch.service_cities import CITY, NINE, StandingClock, city_config


@contextmanager
def running(database: Database, instance: str) -> Iterator[Service]:
    service = Service(database, StandingClock(), Observer(), instance=instance)
    service.start()
    try:
        yield service
    finally:
        service.stop()


@pytest.fixture
def with_city(database: Database) -> Database:
    with database.write() as tx:
        cities.put(tx, CITY, city_config().model_dump(mode="json"), at=NINE)
    return database


def test_the_second_process_waits_and_takes_over_when_the_first_ends(with_city: Database) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(running(with_city, "a:1"))
        assert first.wait_until_ready(60)
        second = stack.enter_context(running(with_city, "b:1"))
        second.look_for_cities()
        with pytest.raises(ServiceError) as error:
            second.city(CITY)
        assert error.value.code is Code.CITY_NOT_READY
        assert not second.is_ready
        first.stop()
        assert second.wait_until_ready(60)
        assert second.city(CITY).is_ready
        with pytest.raises(ServiceError):
            first.city(CITY)


def test_a_city_that_cannot_be_opened_leaves_the_others_alone(with_city: Database) -> None:
    with with_city.write() as tx:
        cities.put(tx, "broken", {"name": "x"}, at=NINE)
    with running(with_city, "a:1") as service:
        assert not service.wait_until_ready(0)
        service.wait_until(lambda: service.states().get(CITY, False), 60)
        assert service.states() == {"broken": False, CITY: True}
