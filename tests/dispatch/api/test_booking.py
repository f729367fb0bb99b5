"""From the question to the booking, over HTTP."""

import threading
from datetime import datetime

import pytest
from starlette.testclient import TestClient

from tests.dispatch.api.conftest import CONTACT, asking, book
from tests.dispatch.service_cities import CITY, StandingClock


def slots(client: TestClient, **changes: object) -> list[dict]:
    found: list[dict] = client.post("/v1/slots", json=asking(**changes)).json()["slots"]
    return found


def test_a_slot_says_what_was_asked_for(shop: TestClient) -> None:
    answer = shop.post("/v1/slots", json=asking(insured=True, customer={"ref": "c-1"})).json()
    first = answer["slots"][0]
    assert first["window"] == {
        "start_at": "2026-06-10T09:00:00+08:00",
        "end_at": "2026-06-10T11:00:00+08:00",
    }
    assert first["certainty"]["basis"] == "live_plan"
    assert answer["slots"][-1]["certainty"]["basis"] == "planned_shifts"
    # Within the first weight an insured shopper pays nothing, also where no sides are given.
    assert (first["fee"]["shopper_fen"], first["fee"]["insurer_fen"]) == (0, 1_000)
    assert answer["standing"]["allowed"] is True
    assert answer["next_available"] is None
    expires = datetime.fromisoformat(first["expires_at"])
    assert (expires - datetime.fromisoformat(first["window"]["start_at"])).total_seconds() == 900


def test_sides_are_paid_for_where_they_are_given(shop: TestClient) -> None:
    box = {"class": "parcel", "weight_g": 900, "length_mm": 400, "width_mm": 300, "height_mm": 200}
    fee = slots(shop, items=[box])[0]["fee"]
    assert fee["chargeable_g"] == 3_000  # 24 l at 8 l a kilogram
    assert sum(line["amount_fen"] for line in fee["lines"]) == fee["total_fen"]


def test_hold_book_follow_cancel(shop: TestClient, planner: TestClient) -> None:
    held = shop.post("/v1/holds", json={"slot_id": slots(shop)[1]["id"]})
    assert held.status_code == 201
    hold_id = held.json()["id"]
    assert shop.get(f"/v1/holds/{hold_id}").json() == held.json()
    booked = shop.post("/v1/pickups", json={"hold_id": hold_id, "contact": CONTACT})
    assert booked.status_code == 201
    pickup = booked.json()
    assert pickup["status"] == "booked"
    assert pickup["promise"] == held.json()["window"]
    assert shop.get(f"/v1/pickups/{pickup['id']}").json() == pickup
    assert shop.get(f"/v1/holds/{hold_id}").status_code == 404
    listed = planner.get("/v1/pickups", params={"city": CITY, "status": "booked"}).json()
    assert [one["id"] for one in listed["pickups"]] == [pickup["id"]]
    cancelled = shop.post(f"/v1/pickups/{pickup['id']}/cancel", json={"reason": "kept it"})
    assert cancelled.json()["status"] == "cancelled"
    steps = shop.get(f"/v1/pickups/{pickup['id']}/history").json()["steps"]
    assert [step["kind"] for step in steps] == ["booked", "cancelled"]


def test_a_released_hold_is_gone(shop: TestClient) -> None:
    held = shop.post("/v1/holds", json={"slot_id": slots(shop)[1]["id"]}).json()
    assert shop.delete(f"/v1/holds/{held['id']}").status_code == 204
    assert shop.delete(f"/v1/holds/{held['id']}").status_code == 404
    assert shop.post("/v1/pickups", json={"hold_id": held["id"]}).status_code == 404


def test_an_expired_slot_cannot_be_booked(shop: TestClient, clock: StandingClock) -> None:
    slot = slots(shop)[1]
    clock.advance(minutes=16)
    answer = shop.post("/v1/pickups", json={"slot_id": slot["id"]})
    assert (answer.status_code, answer.json()["code"]) == (410, "slot_expired")


class TestIdempotency:
    def test_the_same_request_is_done_once(self, shop: TestClient) -> None:
        body = {"slot_id": slots(shop)[1]["id"], "contact": CONTACT}
        key = {"Idempotency-Key": "order-1"}
        first = shop.post("/v1/pickups", json=body, headers=key)
        again = shop.post("/v1/pickups", json=body, headers=key)
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.content == first.content
        assert "idempotency-replayed" not in first.headers
        assert again.headers["idempotency-replayed"] == "true"
        assert len(shop.get("/v1/pickups", params={"city": CITY}).json()["pickups"]) == 1

    def test_booking_a_hold_twice_is_answered_alike(self, shop: TestClient) -> None:
        held = shop.post("/v1/holds", json={"slot_id": slots(shop)[1]["id"]}).json()
        key = {"Idempotency-Key": "order-1"}
        answers = [
            shop.post("/v1/pickups", json={"hold_id": held["id"]}, headers=key) for _ in range(2)
        ]
        assert answers[0].content == answers[1].content
        assert answers[0].status_code == 201

    def test_another_body_under_the_same_key_is_refused(self, shop: TestClient) -> None:
        key = {"Idempotency-Key": "order-1"}
        first, second = slots(shop)[1:3]
        shop.post("/v1/holds", json={"slot_id": first["id"]}, headers=key)
        answer = shop.post("/v1/holds", json={"slot_id": second["id"]}, headers=key)
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")

    def test_what_was_refused_may_be_tried_again(self, shop: TestClient) -> None:
        key = {"Idempotency-Key": "order-1"}
        bad = shop.post("/v1/holds", json={"slot_id": "sl_1"}, headers=key)
        assert bad.status_code == 422
        good = shop.post("/v1/holds", json={"slot_id": slots(shop)[1]["id"]}, headers=key)
        assert good.status_code == 201

    @pytest.mark.parametrize("key", ["", "x" * 256, "a b", "é"])
    def test_a_key_that_is_none_is_refused(self, shop: TestClient, key: str) -> None:
        answer = shop.post(
            "/v1/holds", json={"slot_id": "sl_1"}, headers={"Idempotency-Key": key.encode()}
        )
        assert answer.status_code == 422

    def test_at_once_one_is_done_and_the_others_wait_or_repeat(self, shop: TestClient) -> None:
        body = {"slot_id": slots(shop)[1]["id"]}
        seen: list[tuple[int, str]] = []

        def send() -> None:
            answer = shop.post("/v1/pickups", json=body, headers={"Idempotency-Key": "k"})
            seen.append((answer.status_code, answer.json().get("id") or answer.json()["code"]))

        threads = [threading.Thread(target=send) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        booked = {what for status, what in seen if status == 201}
        assert len(booked) == 1
        assert {what for status, what in seen if status != 201} <= {"idempotency_key_in_flight"}
        assert len(shop.get("/v1/pickups", params={"city": CITY}).json()["pickups"]) == 1


def test_many_after_few_places_never_sell_one_twice(shop: TestClient) -> None:
    wardrobe = {"class": "bulky", "weight_g": 400_000}
    question = asking(items=[wardrobe])  # the van takes two of them between unloadings
    offers = [
        one
        for one in shop.post("/v1/slots", json=question).json()["slots"]
        if one["window"]["start_at"].startswith("2026-06-10T16")
    ]
    assert len(offers) == 1
    ids = [
        next(
            one["id"]
            for one in shop.post("/v1/slots", json=question).json()["slots"]
            if one["window"] == offers[0]["window"]
        )
        for _ in range(8)
    ]
    results: list[int] = []

    def take(slot_id: str) -> None:
        results.append(shop.post("/v1/pickups", json={"slot_id": slot_id}).status_code)

    threads = [threading.Thread(target=take, args=(one,)) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pickups = shop.get("/v1/pickups", params={"city": CITY}).json()["pickups"]
    assert results.count(201) == len(pickups)
    assert 1 <= len(pickups) < 8
    assert set(results) == {201, 409}


def test_a_customer_is_forgotten(shop: TestClient) -> None:
    pickup = book(shop, customer={"ref": "c-1"})
    first = shop.delete("/v1/customers/c-1").json()
    assert first == {"pickups": 0, "open_pickups": 1}
    assert shop.post(f"/v1/pickups/{pickup['id']}/cancel").json()["status"] == "cancelled"
    assert shop.delete("/v1/customers/c-1").json() == {"pickups": 1, "open_pickups": 0}
    left = shop.get(f"/v1/pickups/{pickup['id']}").json()
    assert (left["contact"], left["customer_ref"], left["place"]) == (None, None, None)
    assert left["fee"]["total_fen"] == pickup["fee"]["total_fen"]
