"""How full a window is, and whom its last places are kept for."""

from datetime import timedelta

import pytest

from dispatch.domain.requests import PickupClass
from dispatch.service.booking import book_slot
from dispatch.service.errors import Code, ServiceError
from dispatch.service.live_city import LiveCity
from dispatch.service.scarcity import full_percent
from dispatch.service.ticking import tick
from tests.dispatch.service.conftest import Opened, slots_for
from tests.dispatch.service_cities import NINE, city_config, parcel

TEN = NINE + timedelta(hours=1)
NOON = NINE + timedelta(hours=3)


def book_at_ten(city: LiveCity, count: int, **changes: object) -> None:
    for number in range(count):
        asked = parcel(lat=30.274 + number * 0.002, **changes)
        slot = next(one for one in slots_for(city, asked) if one.start_at == TEN)
        with city.command() as command:
            book_slot(command, slot, customer_ref=None, contact=None)


def test_promises_fill_their_own_window_only(open_city: Opened) -> None:
    city = open_city(city_config(couriers=1))
    plan = city.day(NINE.date())
    assert full_percent(plan, PickupClass.PARCEL, TEN, NOON) is None
    book_at_ten(city, 10)
    tick(city)
    some = full_percent(plan, PickupClass.PARCEL, TEN, NOON)
    book_at_ten(city, 3)
    tick(city)
    more = full_percent(plan, PickupClass.PARCEL, TEN, NOON)
    assert some is not None
    assert more is not None
    assert 10 < some < more <= 100
    later = full_percent(plan, PickupClass.PARCEL, NOON, NOON + timedelta(hours=2))
    assert later == 0


def test_the_last_places_are_kept_for_higher_ranks(open_city: Opened) -> None:
    tiers = {"usual": {"most_open": 99, "rank": 2}, "gold": {"most_open": 99, "rank": 8}}
    reserves = [{"from_full_percent": 10, "least_rank": 5}]
    standing = {"tiers": tiers, "usual_tier": "usual", "reserves": reserves}
    city = open_city(city_config(couriers=1, standing=standing))
    book_at_ten(city, 10)
    tick(city)
    with pytest.raises(ServiceError) as error:
        book_at_ten(city, 1)
    assert error.value.code is Code.STANDING
    assert "kept for rank 5" in error.value.detail
    book_at_ten(city, 1, tier="gold")
