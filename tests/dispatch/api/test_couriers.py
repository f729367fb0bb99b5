"""A courier's day over HTTP, and what the returns system is told of it."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from dispatch.service.ticking import tick
from tests.dispatch.api.conftest import book
from tests.dispatch.service_cities import CITY, StandingClock

EVENTS = f"/v1/cities/{CITY}/couriers/{{}}/events"
TASKS = f"/v1/cities/{CITY}/couriers/{{}}/tasks"


def publish(client: TestClient) -> None:
    tick(client.app.state.door.service.city(CITY))


def told(client: TestClient, courier_id: str, **event: Any) -> Any:
    return client.post(EVENTS.format(courier_id), json=event)


@pytest.fixture
def assigned(shop: TestClient) -> dict[str, Any]:
    """A pickup that is asked for now, planned for somebody."""
    pickup = book(shop, 0, customer={"ref": "c-1"}, insured=True)
    publish(shop)
    found: dict[str, Any] = shop.get(f"/v1/pickups/{pickup['id']}").json()
    assert found["status"] == "assigned"
    return found


def kinds(client: TestClient, pickup_id: str) -> list[str]:
    steps = client.get(f"/v1/pickups/{pickup_id}/history").json()["steps"]
    return [step["kind"] for step in steps]


def test_from_the_first_task_to_the_settled_fee(
    shop: TestClient, rider: TestClient, assigned: dict[str, Any], clock: StandingClock
) -> None:
    who, pickup_id = assigned["courier_id"], assigned["id"]
    assert told(rider, who, type="shift_started").json() == {"outcome": "applied", "why": ""}
    tasks = rider.get(TASKS.format(who)).json()
    assert (tasks["status"], tasks["tasks"][0]["kind"]) == ("free", "collect")
    first = tasks["tasks"][0]
    assert first["pickup_id"] == pickup_id
    assert first["contact"]["phone"] == "+8613800001234"
    assert first["promise"] == assigned["promise"]
    assert told(rider, who, type="departed", pickup_id=pickup_id).status_code == 200
    assert shop.get(f"/v1/pickups/{pickup_id}").json()["status"] == "underway"
    assert rider.get(TASKS.format(who)).json()["tasks"][0]["committed"] is True
    clock.advance(minutes=10)
    assert told(rider, who, type="arrived", pickup_id=pickup_id).status_code == 200
    weighed = {"weight_g": 2_500, "items_match": True, "packed": True}
    answer = told(rider, who, type="collected", pickup_id=pickup_id, **weighed)
    assert answer.json()["outcome"] == "applied"
    again = told(rider, who, type="collected", pickup_id=pickup_id, **weighed)
    assert again.json()["outcome"] == "repeated"
    done = shop.get(f"/v1/pickups/{pickup_id}").json()
    assert done["status"] == "collected"
    # 2.5 kg: the insurance pays the first kilogram, the shopper two further steps.
    assert done["fee"]["shopper_fen"] == 0
    assert done["settlement"]["final"]["shopper_fen"] == 400
    assert done["settlement"]["shopper_difference_fen"] == 400
    assert kinds(shop, pickup_id) == ["booked", "assigned", "underway", "arrived", "collected"]
    standing = shop.get("/v1/customers/c-1/standing", params={"city": CITY}).json()
    assert standing["points"] == 0


def test_weighed_again_at_another_weight_is_refused(
    shop: TestClient, rider: TestClient, assigned: dict[str, Any]
) -> None:
    body = {"pickup_id": assigned["id"], "items_match": True, "packed": True}
    who = assigned["courier_id"]
    assert told(rider, who, type="collected", weight_g=900, **body).status_code == 200
    answer = told(rider, who, type="collected", weight_g=5_000, **body)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    settled = shop.get(f"/v1/pickups/{assigned['id']}").json()["settlement"]
    assert settled["final"]["shopper_fen"] == 0


def test_an_empty_box_is_remembered(
    shop: TestClient, rider: TestClient, assigned: dict[str, Any]
) -> None:
    told(rider, assigned["courier_id"], type="arrived", pickup_id=assigned["id"])
    answer = told(
        rider,
        assigned["courier_id"],
        type="failed",
        pickup_id=assigned["id"],
        reason="empty_box",
    )
    assert answer.status_code == 200
    assert shop.get(f"/v1/pickups/{assigned['id']}").json()["status"] == "failed"
    assert kinds(shop, assigned["id"])[-1] == "failed"
    standing = shop.get("/v1/customers/c-1/standing", params={"city": CITY}).json()
    assert standing["points"] > 0
    assert "empty box" in " ".join(reason["text"] for reason in standing["reasons"])


def test_a_refused_pickup_goes_to_somebody_else(
    shop: TestClient, rider: TestClient, assigned: dict[str, Any]
) -> None:
    first = assigned["courier_id"]
    assert told(rider, first, type="refused", pickup_id=assigned["id"]).status_code == 200
    publish(shop)
    now = shop.get(f"/v1/pickups/{assigned['id']}").json()
    assert now["courier_id"] not in (None, first)
    assert kinds(shop, assigned["id"]) == ["booked", "assigned", "assigned"]


def test_what_cannot_be_true_is_refused_and_changes_nothing(
    shop: TestClient, rider: TestClient, assigned: dict[str, Any], clock: StandingClock
) -> None:
    who = assigned["courier_id"]
    ahead = {"type": "arrived", "pickup_id": assigned["id"], "at": "2026-06-10T12:00:00+08:00"}
    answer = told(rider, who, **ahead)
    assert (answer.status_code, answer.json()["code"]) == (409, "cannot_be_true")
    answer = told(rider, who, type="unloaded", hub_id="H9")
    assert answer.status_code == 404
    answer = told(rider, who, type="departed", pickup_id=assigned["id"], hub_id="H1")
    assert answer.status_code == 422
    answer = told(rider, who, type="arrived", pickup_id=assigned["id"], date="2030-01-01")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert shop.get(f"/v1/pickups/{assigned['id']}").json()["status"] == "assigned"


def test_the_last_position_outlives_a_restart(
    shop: TestClient, rider: TestClient, assigned: dict[str, Any]
) -> None:
    who = assigned["courier_id"]
    answer = told(rider, who, type="position", lon=120.16, lat=30.28)
    assert answer.json()["outcome"] == "applied"
    publish(shop)
    service = shop.app.state.door.service
    day = service.city(CITY).days()[0].date
    from dispatch.storage import day_events

    with service.database.read() as tx:
        kept = {
            one.courier_id: (one.lon, one.lat) for one in day_events.positions_of(tx, CITY, day)
        }
    assert kept == {who: (120.16, 30.28)}
