"""A city that is opened again goes on from the plans that were published."""

from dispatch.service.booking import book_slot
from dispatch.service.day_plan import DayPlan
from dispatch.service.live_city import LiveCity
from dispatch.service.ticking import tick
from dispatch.storage import day_routes
from tests.dispatch.service.conftest import Opened, slots_for
from tests.dispatch.service_cities import CITY, city_config, parcel


def tomorrow(city: LiveCity) -> DayPlan:
    return city.days()[-1]


def routes_now(city: LiveCity) -> dict[str, list[str]]:
    plan = tomorrow(city)
    plan.publish(plan.dispatcher.decide())
    return plan.routes()


def test_later_days_keep_their_routes(open_city: Opened) -> None:
    city = open_city(city_config(couriers=3))
    for number in range(6):
        slot = slots_for(city, parcel(lat=30.25 + number * 0.01))[-1]
        with city.command() as command:
            book_slot(command, slot, customer_ref=None, contact=None)
    tick(city)
    published = tomorrow(city).routes()
    # Not what insertion would come to by itself.
    turned = {"E1": sorted((one for route in published.values() for one in route), reverse=True)}
    with city.database.write() as tx:
        day_routes.put(tx, CITY, tomorrow(city).date, turned)
    assert routes_now(open_city()) == turned


def test_routes_that_are_out_of_date_do_no_harm(open_city: Opened) -> None:
    city = open_city()
    slot = slots_for(city, parcel())[-1]
    with city.command() as command:
        pickup = book_slot(command, slot, customer_ref=None, contact=None)
    with city.database.write() as tx:
        day_routes.put(tx, CITY, slot.date, {"E1": ["pk_gone"], "nobody": [pickup.id]})
    ((planned,),) = routes_now(open_city()).values()
    assert planned == pickup.id
