"""Forgetting a customer while the day goes on."""

import json
from datetime import date
from typing import Any

from starlette.testclient import TestClient

from dispatch.domain.places import Place
from dispatch.service.customers import blurred
from dispatch.service.live_city import LiveCity
from dispatch.service.ticking import tick
from dispatch.storage import day_events
from tests.dispatch.api.conftest import book
from tests.dispatch.service_cities import CENTRE, CITY

EVENTS = f"/v1/cities/{CITY}/couriers/E1/events"
DAY = date(2026, 6, 10)


def collect(rider: TestClient, pickup_id: str) -> None:
    seen = {"weight_g": 7_000, "items_match": True, "packed": True}
    told = {"type": "collected", "pickup_id": pickup_id, **seen}
    assert rider.post(EVENTS, json=told).json()["outcome"] == "applied"


def test_a_day_goes_on_the_same_after_a_customer_was_forgotten(
    shop: TestClient, rider: TestClient
) -> None:
    city: LiveCity = shop.app.state.door.service.city(CITY)
    lon, lat = CENTRE
    place = {"lon": lon + 0.0123, "lat": lat - 0.0234, "address_id": "Wensan Road 1"}
    gone = book(shop, 0, customer={"ref": "c-1"}, place=place)
    other = book(shop, 1, customer={"ref": "c-2"})
    tick(city)
    rider.post(EVENTS, json={"type": "shift_started"})
    collect(rider, gone["id"])
    answer = shop.delete("/v1/customers/c-1")
    assert answer.json() == {"pickups": 1, "open_pickups": 0}

    before = city.day(DAY).dispatcher.ledger.couriers["E1"].carried
    city._rebuild()
    ledger = city.day(DAY).dispatcher.ledger
    assert ledger.couriers["E1"].carried == before
    assert ledger.couriers["E1"].carried[0].weight_g == 7_000
    assert not ledger.requests[other["id"]].has_ended
    with city.database.read() as tx:
        log = json.dumps([dict(one.payload) for one in day_events.of_day(tx, CITY, DAY)])
    assert "Wensan" not in log
    assert str(place["lon"]) not in log
    assert str(place["lat"]) not in log


def test_telling_of_a_forgotten_pickup_again_is_refused(
    shop: TestClient, rider: TestClient
) -> None:
    gone = book(shop, 0, customer={"ref": "a/b c"})
    collect(rider, gone["id"])
    assert shop.delete("/v1/customers/a%2Fb%20c").json()["pickups"] == 1
    told = {"weight_g": 9_000, "items_match": True, "packed": True, "pickup_id": gone["id"]}
    assert rider.post(EVENTS, json={"type": "collected", **told}).status_code == 404
    left = shop.get(f"/v1/pickups/{gone['id']}").json()
    assert (left["status"], left["customer_ref"], left["place"]) == ("collected", None, None)


def test_a_door_is_blurred_towards_the_middle_and_not_past_it() -> None:
    def moved(lon: float, lat: float) -> tuple[float, float]:
        place: dict[str, Any] = {"lon": lon, "lat": lat}
        payload = {"at": 1, "request": {"id": "pk_1", "place": place, "address_id": "A"}}
        found = blurred(payload, Place(lon=120.155, lat=30.274))
        assert found["request"]["address_id"] is None
        return found["request"]["place"]["lon"], found["request"]["place"]["lat"]

    assert moved(120.1111, 30.3333) == (120.12, 30.33)
    assert moved(120.1534, 30.2761) == (120.155, 30.274)
    assert moved(120.155, 30.274) == (120.155, 30.274)
