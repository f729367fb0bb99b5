"""Where there is no room as the plan stands, others are moved within their promises."""

from contextlib import suppress
from random import Random

import pytest

from dispatch.service.booking import book_slot
from dispatch.service.errors import ServiceError
from dispatch.service.lateness import late_s
from dispatch.service.live_city import LiveCity
from tests.dispatch.service.conftest import Opened, slots_for
from tests.dispatch.service_cities import CENTRE, city_config, parcel


def fill(city: LiveCity, asked: int) -> int:
    """Books parcels all over the city into the windows of the day, as long as it offers any."""
    chance, booked = Random(3), 0
    lon, lat = CENTRE
    for _ in range(asked):
        place = {"lon": lon + chance.uniform(-0.09, 0.09), "lat": lat + chance.uniform(-0.09, 0.09)}
        slots = slots_for(city, parcel(**place))
        if not slots:
            continue
        slot = chance.choice(slots)
        with suppress(ServiceError), city.command() as command:
            book_slot(command, slot, customer_ref=None, contact=None)
            booked += 1
    return booked


@pytest.mark.parametrize("repair", [0, 20])
def test_a_full_day_keeps_every_promise(open_city: Opened, repair: int) -> None:
    slots = {"days_ahead": 0, "repair": repair, "starts": ["10:00", "12:00"]}
    city = open_city(city_config(couriers=1, slots=slots))
    booked = fill(city, 30)
    (plan,) = city.days()
    revision = plan.dispatcher.decide()
    assert set(late_s(revision).values()) == {0.0}
    assert len(revision.pickups()) == booked
    assert 5 <= booked < 30
