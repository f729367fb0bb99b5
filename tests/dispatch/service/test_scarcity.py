"""How full a window is, and whom its last places are kept for."""

from datetime import timedelta

import pytest

from dispatch.domain.requests import PickupClass
from dispatch.service.booking import book_slot
from dispatch.service.config import CityConfig
from dispatch.service.errors import Code, ServiceError
from dispatch.service.live_city import LiveCity
from dispatch.service.quoting import Quoted, WhyNot, quote_slots
from dispatch.service.standing import standing_of
from dispatch.service.ticking import tick
from dispatch.standing import Decision
from tests.dispatch.service.conftest import Opened, slots_for
from tests.dispatch.service_cities import NINE, city_config, parcel

TEN = NINE + timedelta(hours=1)
NOON = NINE + timedelta(hours=3)


def book_at_ten(city: LiveCity, count: int) -> None:
    for number in range(count):
        asked = parcel(lat=30.274 + number * 0.002)
        slot = next(one for one in slots_for(city, asked) if one.start_at == TEN)
        with city.command() as command:
            book_slot(command, slot, customer_ref=None, contact=None)


def test_pickups_fill_their_own_window_only(open_city: Opened) -> None:
    city = open_city(city_config(couriers=1))
    plan = city.day(NINE.date())
    assert plan.full_percent(PickupClass.PARCEL, TEN, NOON) is None
    book_at_ten(city, 3)
    tick(city)
    some = plan.full_percent(PickupClass.PARCEL, TEN, NOON)
    book_at_ten(city, 3)
    tick(city)
    more = plan.full_percent(PickupClass.PARCEL, TEN, NOON)
    assert some is not None
    assert more is not None
    assert 5 < some < more <= 100
    assert plan.full_percent(PickupClass.PARCEL, NOON, NOON + timedelta(hours=2)) == 0
    assert plan.full_percent(PickupClass.BULKY, TEN, NOON) == 0


def test_waiting_for_windows_to_open_takes_no_place(open_city: Opened) -> None:
    city = open_city(city_config(couriers=1))
    asked = parcel()
    for start_at in (TEN, NOON, NOON + timedelta(hours=2)):
        slot = next(one for one in slots_for(city, asked) if one.start_at == start_at)
        with city.command() as command:
            book_slot(command, slot, customer_ref=None, contact=None)
    tick(city)
    full = city.day(NINE.date()).full_percent(PickupClass.PARCEL, TEN, NOON)
    assert full is not None
    assert 0 < full < 10


@pytest.fixture
def scarce(open_city: Opened) -> LiveCity:
    """A city that keeps windows that are begun for the golden."""
    city = open_city(scarce_config())
    book_at_ten(city, 6)
    tick(city)
    return city


def scarce_config() -> CityConfig:
    tiers = {"usual": {"most_open": 1, "rank": 2}, "gold": {"most_open": 99, "rank": 8}}
    reserves = [{"from_full_percent": 5, "least_rank": 5}]
    standing = {"tiers": tiers, "usual_tier": "usual", "reserves": reserves}
    return city_config(couriers=1, standing=standing)


def standing(city: LiveCity, tier: str) -> Decision:
    with city.database.read() as tx:
        return standing_of(
            tx, city.config, client_id="shop", customer_ref="c-1", tier=tier, at=city.clock.now()
        )


def quoted(city: LiveCity, tier: str | None) -> Quoted:
    return quote_slots(
        city,
        parcel(customer_ref=None if tier is None else "c-1", tier=tier),
        client_id="shop",
        standing=None if tier is None else standing(city, tier),
        earliest_at=TEN,
        latest_at=TEN,
    )


@pytest.mark.parametrize("tier", [None, "usual"])
def test_the_last_places_are_not_offered_to_lower_ranks(scarce: LiveCity, tier: str | None) -> None:
    found = quoted(scarce, tier)
    assert not found.offers
    (refusal,) = found.refusals
    assert refusal.why is WhyNot.KEPT_FOR_OTHERS
    assert "from 5% on its places are kept for rank 5 and above" in refusal.text
    assert found.next is not None
    assert found.next.start_at == NOON


def test_higher_ranks_get_them(scarce: LiveCity) -> None:
    (offer,) = quoted(scarce, "gold").offers
    with scarce.command() as command:
        assert book_slot(command, offer.slot, customer_ref=None, contact=None).status == "booked"


def test_what_was_offered_is_booked_though_the_window_has_filled_up(open_city: Opened) -> None:
    city = open_city(scarce_config())
    (offer,) = quoted(city, "usual").offers
    book_at_ten(city, 6)
    tick(city)
    assert not quoted(city, "usual").offers
    with city.command() as command:
        assert book_slot(command, offer.slot, customer_ref=None, contact=None).status == "booked"


def test_nothing_is_offered_to_who_has_enough_open(open_city: Opened) -> None:
    city = open_city(scarce_config())
    first, second = (quoted(city, "usual").offers[0] for _ in range(2))
    with city.command() as command:
        book_slot(command, first.slot, customer_ref=None, contact=None)
    found = quoted(city, "usual")
    assert [(one.why, one.text) for one in found.refusals] == [
        (WhyNot.TOO_MANY_OPEN, "1 booking open, 1 allowed")
    ]
    assert found.next is None
    with pytest.raises(ServiceError) as error, city.command() as command:
        book_slot(command, second.slot, customer_ref=None, contact=None)
    assert error.value.code is Code.STANDING
