"""What the returns system is told by webhooks."""

import json
from typing import Any

from starlette.testclient import TestClient

from dispatch.storage.tables.webhooks import outbox
from tests.dispatch.api.conftest import book
from tests.dispatch.service_cities import CITY

EVENTS = f"/v1/cities/{CITY}/couriers/E1/events"


def told(client: TestClient) -> list[dict[str, Any]]:
    with client.app.state.door.service.database.read() as tx:
        rows = tx.execute(outbox.select().order_by(outbox.c.seq)).all()
    return [{"type": row.type, **row.data} for row in rows]


def test_what_people_wrote_is_in_the_history_and_not_in_webhooks(
    shop: TestClient, rider: TestClient
) -> None:
    cancelled, collected, failed = (book(shop, 0)["id"] for _ in range(3))
    shop.post(f"/v1/pickups/{cancelled}/cancel", json={"reason": "Li Wei has moved"})
    seen = {"weight_g": 900, "items_match": True, "packed": True, "note": "Li Wei was kind"}
    rider.post(EVENTS, json={"type": "collected", "pickup_id": collected, **seen})
    shut = {"reason": "nobody_home", "note": "Li Wei is away"}
    rider.post(EVENTS, json={"type": "failed", "pickup_id": failed, **shut})
    events = told(shop)
    assert "Li Wei" not in json.dumps(events)
    assert [event["type"] for event in events[3:]] == [
        "pickup.cancelled",
        "pickup.collected",
        "pickup.failed",
    ]
    assert events[-1]["reason"] == "nobody_home"
    for pickup_id in (cancelled, collected, failed):
        history = shop.get(f"/v1/pickups/{pickup_id}/history").json()["steps"]
        assert "Li Wei" in json.dumps(history[-1]["detail"])


def test_promises_are_told_in_the_time_of_the_city(shop: TestClient) -> None:
    pickup = book(shop, 0)
    shop.post(f"/v1/pickups/{pickup['id']}/cancel")
    for event in told(shop):
        assert event["promise"] == pickup["promise"]
