"""A city that is opened again goes on from the plans as they were."""

from dispatch.live.tasks import Collect, RouteTask, Unload
from dispatch.service.booking import book_slot, cancel
from dispatch.service.day_plan import DayPlan
from dispatch.service.live_city import LiveCity
from dispatch.service.route_log import rows_of
from dispatch.service.ticking import tick
from dispatch.storage import day_routes
from dispatch.storage.day_routes import RouteRows
from dispatch.storage.pickups import Pickup
from tests.dispatch.service.conftest import Opened, slots_for
from tests.dispatch.service_cities import CITY, city_config, parcel


def tomorrow(city: LiveCity) -> DayPlan:
    return city.days()[-1]


def routes_now(city: LiveCity) -> dict[str, list[RouteTask]]:
    return tomorrow(city).dispatcher.routes()


def book(city: LiveCity, number: int = 0) -> Pickup:
    slot = slots_for(city, parcel(lat=30.25 + number * 0.01))[-1]
    with city.command() as command:
        return book_slot(command, slot, customer_ref=None, contact=None)


def put_by_hand(city: LiveCity, routes: dict[str, list[RouteTask]]) -> None:
    with city.database.write() as tx:
        day_routes.put(tx, CITY, tomorrow(city).date, rows_of(routes))


def kept(city: LiveCity) -> RouteRows:
    with city.database.read() as tx:
        rows = day_routes.of_day(tx, CITY, tomorrow(city).date)
    return {courier_id: row for courier_id, row in rows.items() if row}


def test_bookings_since_the_last_plan_keep_their_places(open_city: Opened) -> None:
    city = open_city(city_config(couriers=3))
    first = book(city)
    # Not what insertion would come to by itself: an unloading on the way, and another courier.
    turned: dict[str, list[RouteTask]] = {"E1": [], "E3": [Unload("H1"), Collect(first.id)]}
    put_by_hand(city, turned)
    city = open_city(city_config(couriers=3))
    assert routes_now(city) == {"E3": turned["E3"]}
    tick(city)
    for number in range(1, 5):
        book(city, number)
        assert kept(city) == rows_of(routes_now(city))
    routes = routes_now(city)
    assert sum(isinstance(task, Collect) for route in routes.values() for task in route) == 5
    assert routes_now(open_city(city_config(couriers=3))) == routes


def test_what_was_cancelled_is_on_no_route(open_city: Opened) -> None:
    city = open_city()
    pickup = book(city)
    with city.command() as command:
        cancel(command, pickup, by="client", reason=None)
    assert kept(city) == {}
    assert routes_now(open_city()) == {}


def test_a_search_leaves_its_routes_behind(open_city: Opened) -> None:
    city = open_city(city_config(couriers=3))
    for number in range(6):
        book(city, number)
    tick(city)
    tick(city)
    assert routes_now(open_city(city_config(couriers=3))) == routes_now(city)


def test_routes_that_are_out_of_date_do_no_harm(open_city: Opened) -> None:
    city = open_city()
    pickup = book(city)
    put_by_hand(city, {"E1": [Collect("pk_gone")], "nobody": [Collect(pickup.id)]})
    assert [one for (one,) in routes_now(open_city()).values()] == [Collect(pickup.id)]
