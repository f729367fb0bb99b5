"""Keys, scopes, limits, masking: nothing works without, and nobody sees too much."""

from datetime import timedelta

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from dispatch.api.app import ApiOptions
from dispatch.api.logs import masked_numbers
from dispatch.storage.keys import Scope
from tests.dispatch.api.conftest import MakeClient, asking, book
from tests.dispatch.service_cities import CITY, StandingClock

PROBLEM = "application/problem+json"
FREE = {"/health/live", "/health/ready", "/v1/openapi.json"}


def test_nothing_works_without_a_key_except_health(door: TestClient) -> None:
    document = door.get("/v1/openapi.json").json()
    tried = 0
    for path, operations in document["paths"].items():
        if path in FREE:
            continue
        for method in operations:
            filled = path.replace("{city}", CITY).replace("{", "").replace("}", "")
            answer = door.request(method.upper(), filled, json={})
            assert answer.status_code == 401, (method, path, answer.text)
            assert answer.headers["content-type"] == PROBLEM
            assert answer.headers["www-authenticate"] == "Bearer"
            tried += 1
    assert tried > 30
    assert door.get("/health/live").json() == {"status": "live"}
    assert door.get("/health/ready").json() == {"status": "ready", "cities": {CITY: True}}


def test_a_key_opens_only_what_it_is_for(
    shop: TestClient, rider: TestClient, planner: TestClient, client_for: MakeClient
) -> None:
    for client in (rider, planner):
        answer = client.post("/v1/slots", json=asking())
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert shop.get(f"/v1/cities/{CITY}/plan").status_code == 403
    assert shop.get(f"/v1/cities/{CITY}/couriers/E1/tasks").status_code == 403
    assert planner.get(f"/v1/cities/{CITY}").status_code == 403
    elsewhere = client_for(Scope.RETURNS, towns=("chengdu",))
    answer = elsewhere.post("/v1/slots", json=asking())
    assert (answer.status_code, answer.json()["code"]) == (403, "city_not_allowed")


def test_an_expired_or_foreign_key_opens_nothing(
    door: TestClient, client_for: MakeClient, clock: StandingClock
) -> None:
    short = client_for(Scope.RETURNS, expires_at=clock.now() + timedelta(minutes=5))
    assert short.post("/v1/slots", json=asking()).status_code == 200
    clock.advance(minutes=6)
    answer = short.post("/v1/slots", json=asking())
    assert (answer.status_code, answer.json()["code"]) == (401, "key_expired")
    for header in ("Bearer dsp_nonsense_x", "Basic dXNlcjpwYXNz", "Bearer "):
        answer = door.post("/v1/slots", json=asking(), headers={"Authorization": header})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_clients_see_nothing_of_each_other(shop: TestClient, client_for: MakeClient) -> None:
    other = client_for(Scope.RETURNS, client_id="rival")
    pickup = book(shop)
    for method, path in (
        ("GET", f"/v1/pickups/{pickup['id']}"),
        ("GET", f"/v1/pickups/{pickup['id']}/history"),
        ("POST", f"/v1/pickups/{pickup['id']}/cancel"),
    ):
        assert other.request(method, path, json={}).status_code == 404
    assert other.get("/v1/pickups", params={"city": CITY}).json()["pickups"] == []
    slot = shop.post("/v1/slots", json=asking()).json()["slots"][2]
    answer = other.post("/v1/holds", json={"slot_id": slot["id"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "slot_invalid")
    held = shop.post("/v1/holds", json={"slot_id": slot["id"]}).json()
    assert other.delete(f"/v1/holds/{held['id']}").status_code == 404
    assert other.post("/v1/pickups", json={"hold_id": held["id"]}).status_code == 404


def test_a_slot_id_that_was_changed_is_refused(shop: TestClient) -> None:
    slot_id = shop.post("/v1/slots", json=asking()).json()["slots"][1]["id"]
    head, question, window, signature = slot_id.split(".")
    for forged in (
        f"{head}.{question[:-2]}AA.{window}.{signature}",
        f"{head}.{question}.{window[:-2]}AA.{signature}",
        f"sl_other.{question}.{window}.{signature}",
        f"{head}.{question}.{window}.{signature[:-2]}xx",
        f"{head}.{question}.{window}",
        "sl_1",
        "é.é.é",
    ):
        answer = shop.post("/v1/holds", json={"slot_id": forged})
        assert (answer.status_code, answer.json()["code"]) == (422, "slot_invalid"), forged


def test_persons_are_masked_for_who_need_not_know_them(
    shop: TestClient, planner: TestClient
) -> None:
    pickup = book(shop)
    assert pickup["contact"]["phone"] == "+8613800001234"
    seen = planner.get(f"/v1/pickups/{pickup['id']}").json()["contact"]
    assert seen == {"name": "***", "phone": "***34", "address": "***", "note": None}


def test_a_telephone_number_does_not_get_into_the_log() -> None:
    assert masked_numbers("call +86 138 0000 1234 now") == "call ***34 now"
    assert masked_numbers("13800001234") == "***34"
    assert masked_numbers("port 8000, 24 s, 2026-06-10T09:00:00") == (
        "port 8000, 24 s, 2026-06-10T09:00:00"
    )


class TestLimits:
    @pytest.fixture
    def options(self) -> ApiOptions:
        return ApiOptions(per_s=0.001, burst=3, most_bytes=2_000)

    def test_too_many_requests_are_told_when_to_come_back(self, shop: TestClient) -> None:
        left = [shop.get("/v1/cities").headers["ratelimit-remaining"] for _ in range(3)]
        assert left == ["2", "1", "0"]
        answer = shop.get("/v1/cities")
        assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["ratelimit-limit"] == "3"

    def test_a_body_too_large_is_refused_announced_or_not(self, shop: TestClient) -> None:
        large = b'{"city": "' + b"x" * 3_000 + b'"}'
        announced = shop.post("/v1/slots", content=large)
        assert (announced.status_code, announced.json()["code"]) == (413, "body_too_large")

        def parts():
            for _ in range(30):
                yield b"x" * 100

        streamed = shop.post("/v1/slots", content=parts())
        assert (streamed.status_code, streamed.json()["code"]) == (413, "body_too_large")


def test_browsers_of_other_pages_get_no_permission(door: TestClient) -> None:
    answer = door.get("/health/live", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers
    assert not [
        route for route in door.app.routes if isinstance(route, Route) and "docs" in route.path
    ]
