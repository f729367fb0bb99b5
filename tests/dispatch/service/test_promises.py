"""What was promised is not sold again for cheaper routes."""

from unittest.mock import patch

import pytest

from dispatch.service.booking import book_slot
from dispatch.service.config import RulesConfig
from dispatch.service.lateness import late_s
from dispatch.service.ticking import tick
from solvers.engines.protocol import Limits
from tests.dispatch.service.conftest import Opened, slots_for
from tests.dispatch.service_cities import StandingClock, city_config, parcel


def lateness_after_search(open_city: Opened, late_times: int) -> float:
    """Seconds late after a search, with sofas that two vans can collect in time, and one nearly."""
    config = city_config(couriers=1)
    van = config.day["couriers"][-1]
    day = {**config.day, "couriers": [van, {**van, "id": "V2"}]}
    rules = RulesConfig(late_times=late_times)
    city = open_city(config.model_copy(update={"day": day, "rules": rules}))
    for number in range(5):
        sofa = parcel(
            pickup_class="bulky",
            weight_g=30_000,
            volume_ml=300_000,
            lat=30.25 + 0.015 * number,
        )
        slot = next(one for one in slots_for(city, sofa) if one.start_at.hour == 10)
        with city.command() as command:
            book_slot(command, slot, customer_ref=None, contact=None)
    plan = city.days()[0]
    plan.dispatcher.search(Limits(iterations=2_000))
    return sum(late_s(plan.dispatcher.decide()).values())


def test_no_promise_is_broken_to_save_a_van(open_city: Opened) -> None:
    assert lateness_after_search(open_city, RulesConfig().late_times) == 0


def test_where_lateness_is_cheap_it_is_bought(open_city: Opened) -> None:
    assert lateness_after_search(open_city, 1) > 0


@pytest.mark.parametrize(("passed_h", "searches"), [(0, 1), (4, 2)])
def test_before_a_broken_promise_is_said_there_is_another_search(
    open_city: Opened, clock: StandingClock, passed_h: int, searches: int
) -> None:
    city = open_city(city_config(planning={"search_s": 0.01}))
    slot = slots_for(city, parcel())[0]
    with city.command() as command:
        book_slot(command, slot, customer_ref=None, contact=None)
    tick(city)
    # Nobody sets out: four hours later the promise cannot be kept.
    clock.advance(hours=passed_h)
    dispatcher = city.days()[0].dispatcher
    with patch.object(dispatcher, "search", wraps=dispatcher.search) as search:
        tick(city)
    assert search.call_count == searches
