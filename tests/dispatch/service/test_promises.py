"""What was promised is not sold again for cheaper routes."""

from dispatch.service.booking import book_slot
from dispatch.service.config import RulesConfig
from dispatch.service.lateness import late_s
from solvers.engines.protocol import Limits
from tests.dispatch.service.conftest import Opened, slots_for
from tests.dispatch.service_cities import city_config, parcel


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
