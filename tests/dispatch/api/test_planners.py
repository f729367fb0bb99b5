"""The live plan, stopped sales, cities, solves, webhook endpoints, the audit trail."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from dispatch.service.ticking import tick
from dispatch.storage.tables.access import idempotency
from tests.dispatch.api.conftest import asking, book
from tests.dispatch.service_cities import CENTRE, CITY, city_config


def test_the_plan_tells_every_pickup_and_adds_up(shop: TestClient, planner: TestClient) -> None:
    pickups = {book(shop, number)["id"] for number in (0, 1, 2)}
    tick(shop.app.state.door.service.city(CITY))
    plan = planner.get(f"/v1/cities/{CITY}/plan").json()
    planned = {
        task["pickup_id"]
        for courier in plan["couriers"]
        for task in courier["tasks"]
        if task["kind"] == "collect"
    }
    assert planned == pickups
    figures = plan["figures"]
    assert (figures["open_pickups"], figures["late_pickups"], figures["left_out"]) == (3, 0, 0)
    assert plan["revision"] >= 1
    answer = planner.get(f"/v1/cities/{CITY}/plan", params={"date": "2027-01-01"})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_stopped_sales_come_and_go_and_are_in_the_trail(
    shop: TestClient, planner: TestClient, admin: TestClient
) -> None:
    body = {
        "starts_at": "2026-06-10T09:00:00+08:00",
        "ends_at": "2026-06-10T23:00:00+08:00",
        "class": "parcel",
        "reason": "storm",
    }
    stop = planner.post(f"/v1/cities/{CITY}/stop-sales", json=body)
    assert stop.status_code == 201
    answer = shop.post("/v1/slots", json=asking(latest="2026-06-10T20:00:00+08:00")).json()
    assert {one["reason"] for one in answer["unavailable"]} == {"stopped"}
    assert answer["next_available"]["start_at"] == "2026-06-11T08:00:00+08:00"
    path = f"/v1/cities/{CITY}/stop-sales"
    assert [one["id"] for one in planner.get(path).json()["stop_sales"]] == [stop.json()["id"]]
    assert planner.delete(f"{path}/{stop.json()['id']}").json()["lifted_at"] is not None
    assert planner.get(path).json()["stop_sales"] == []
    assert shop.post("/v1/slots", json=asking()).json()["slots"]
    deeds = admin.get("/v1/audit", params={"city": CITY}).json()["deeds"]
    assert [deed["action"] for deed in deeds] == ["sales.resume", "sales.stop"]


def test_a_city_is_added_and_served_and_a_bad_one_refused(admin: TestClient) -> None:
    config = city_config().model_dump(mode="json")
    service = admin.app.state.door.service
    assert admin.put("/v1/cities/second", json=config).status_code == 200
    assert admin.get("/v1/cities/second").json()["config"]["name"] == "Hangzhou"
    assert service.wait_until_ready(60)
    assert admin.get("/health/ready").json()["cities"] == {CITY: True, "second": True}
    answer = admin.post("/v1/slots", json=asking(city="second"))
    assert answer.status_code == 200
    config["day"]["couriers"][1]["shift_end"] = "07:00"
    answer = admin.put("/v1/cities/third", json=config)
    assert (answer.status_code, answer.json()["code"]) == (422, "day_invalid")
    assert answer.json()["errors"][0]["field"].startswith("day.couriers.1")
    assert admin.get("/v1/cities/third").status_code == 404
    answer = admin.put("/v1/cities/third", json={"name": "x", "colour": 1})
    assert {one["field"] for one in answer.json()["errors"]} == {"day", "colour"}


def day_document() -> dict[str, Any]:
    lon, lat = CENTRE
    document = dict(city_config().day)
    document["city"] = {**document["city"], "date": "2026-06-10"}
    document["requests"] = [
        {
            "id": "R1",
            "lon": lon,
            "lat": lat,
            "class": "parcel",
            "window_start": "10:00",
            "window_end": "12:00",
        }
    ]
    return document


def test_a_day_is_queued_listed_and_stopped(planner: TestClient) -> None:
    made = planner.post("/v1/solves", json={"day": day_document(), "seconds": 1})
    assert (made.status_code, made.json()["status"]) == (202, "queued")
    solve_id = made.json()["id"]
    assert planner.get(f"/v1/solves/{solve_id}").json() == made.json()
    answer = planner.get(f"/v1/solves/{solve_id}/plan")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert planner.delete(f"/v1/solves/{solve_id}").json()["status"] == "stopped"
    assert [one["id"] for one in planner.get("/v1/solves").json()["solves"]] == [solve_id]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seconds": 1_000}, "solve_refused"),
        ({"engine": "magic"}, "solve_refused"),
        ({"day": {}}, "day_invalid"),
        ({"day": {"city": 1, "requests": 2, "couriers": 3, "hubs": 4}}, "day_invalid"),
        ({"seed": -1}, "invalid"),
    ],
)
def test_a_day_that_cannot_be_solved_is_refused(
    planner: TestClient, changes: dict[str, Any], code: str
) -> None:
    answer = planner.post("/v1/solves", json={"day": day_document(), **changes})
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert planner.get("/v1/solves").json()["solves"] == []


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/hook",
        "https://[::1]/hook",
        "http://10.0.0.5:8080/",
        "https://169.254.169.254/latest",
        "ftp://8.8.8.8/",
        "nonsense",
    ],
)
def test_nothing_is_sent_inside_the_network(shop: TestClient, url: str) -> None:
    answer = shop.post("/v1/webhook-endpoints", json={"url": url})
    assert (answer.status_code, answer.json()["code"]) == (422, "endpoint_refused"), answer.text
    assert shop.get("/v1/webhook-endpoints").json()["endpoints"] == []


def test_an_endpoint_shows_its_secret_once(shop: TestClient) -> None:
    made = shop.post("/v1/webhook-endpoints", json={"url": "https://8.8.8.8/hooks"})
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    listed = shop.get("/v1/webhook-endpoints").json()["endpoints"]
    assert [one["id"] for one in listed] == [made.json()["id"]]
    assert "secret" not in listed[0]
    rotated = shop.post(f"/v1/webhook-endpoints/{made.json()['id']}/rotate-secret").json()
    assert rotated["secret"] != made.json()["secret"]
    assert shop.delete(f"/v1/webhook-endpoints/{made.json()['id']}").status_code == 204
    assert shop.get("/v1/webhook-failures").json()["failures"] == []
    assert shop.post("/v1/webhook-failures/resend").json() == {"resent": 0}


def test_a_secret_is_answered_again_and_kept_with_the_endpoint_alone(shop: TestClient) -> None:
    headers = {"Idempotency-Key": "once"}
    body = {"url": "https://8.8.8.8/hooks"}
    first = shop.post("/v1/webhook-endpoints", json=body, headers=headers)
    again = shop.post("/v1/webhook-endpoints", json=body, headers=headers)
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.status_code, again.json()) == (201, first.json())
    with shop.app.state.door.service.database.read() as tx:
        answers = [row.body for row in tx.execute(idempotency.select())]
    assert answers == [""]
    shop.delete(f"/v1/webhook-endpoints/{first.json()['id']}")
    gone = shop.post("/v1/webhook-endpoints", json=body, headers=headers)
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")


def test_figures_count_what_happened_without_ids(shop: TestClient, admin: TestClient) -> None:
    pickup = book(shop)
    text = admin.get("/metrics").text
    assert f'dispatch_pickups_total{{city="{CITY}",what="booked"}} 1.0' in text
    assert f'dispatch_slots_total{{answer="offered",city="{CITY}"}}' in text
    assert pickup["id"] not in text
    assert shop.get("/metrics").status_code == 403


def test_a_pickup_is_given_to_another_courier_and_left_free_again(
    shop: TestClient, planner: TestClient, admin: TestClient
) -> None:
    pickup = book(shop, 1)
    tick(shop.app.state.door.service.city(CITY))
    first = shop.get(f"/v1/pickups/{pickup['id']}").json()["courier_id"]
    other = "E2" if first == "E1" else "E1"
    path = f"/v1/cities/{CITY}/plan/locks"
    body = {"pickup_id": pickup["id"], "level": "courier", "courier_id": other}
    locked = planner.post(path, json=body)
    assert (locked.status_code, locked.json()["courier_id"]) == (200, other)
    tick(shop.app.state.door.service.city(CITY))
    assert shop.get(f"/v1/pickups/{pickup['id']}").json()["courier_id"] == other
    free = planner.post(path, json={"pickup_id": pickup["id"], "level": "free"})
    assert free.status_code == 200
    steps = shop.get(f"/v1/pickups/{pickup['id']}/history").json()["steps"]
    assert [step["kind"] for step in steps] == [
        "booked",
        "assigned",
        "locked",
        "assigned",
        "unlocked",
    ]
    assert admin.get("/v1/audit").json()["deeds"][0]["action"] == "plan.lock"


def test_a_lock_that_breaks_a_promise_is_refused_and_leaves_no_trace(
    shop: TestClient, planner: TestClient
) -> None:
    sofa = book(shop, 1, items=[{"class": "bulky"}])
    tick(shop.app.state.door.service.city(CITY))
    path = f"/v1/cities/{CITY}/plan/locks"
    for courier_id, status, code in (("E1", 409, "plan_refused"), ("E99", 409, "plan_refused")):
        body = {"pickup_id": sofa["id"], "level": "courier", "courier_id": courier_id}
        answer = planner.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    tick(shop.app.state.door.service.city(CITY))
    assert shop.get(f"/v1/pickups/{sofa['id']}").json()["courier_id"] == "V1"
    steps = shop.get(f"/v1/pickups/{sofa['id']}/history").json()["steps"]
    assert [step["kind"] for step in steps] == ["booked", "assigned"]
