"""Whatever is sent, the answer is a clear problem and nothing has changed."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.dispatch.api.conftest import asking, book
from tests.dispatch.service_cities import CENTRE, CITY

LON, LAT = CENTRE


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["status"] == status
    assert body["type"] == f"urn:pickup-dispatch:problem:{code}"
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["detail"]
    assert body["action"]
    return body


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"city": "Hang Zhou!"}, "city"),
        ({"colour": "red"}, "colour"),
        ({"items": []}, "items"),
        ({"items": [{"class": "parcel"}] * 51}, "items"),
        ({"items": [{"class": "piano"}]}, "items.0.class"),
        ({"items": [{"weight_g": -1}]}, "items.0.weight_g"),
        ({"items": [{"weight_g": 1e99}]}, "items.0.weight_g"),
        ({"items": [{"length_mm": 300}]}, "items.0"),
        ({"items": [{"pieces": True, "weight": 3}]}, "items.0.weight"),
        ({"place": {"lon": LON}}, "place.lat"),
        ({"place": {"lon": "x", "lat": LAT}}, "place.lon"),
        ({"place": {"lon": 200, "lat": LAT}}, "place.lon"),
        ({"place": {"lon": LON, "lat": LAT, "crs": "mars"}}, "place.crs"),
        ({"earliest": "2026-06-10T09:00:00"}, "earliest"),
        ({"earliest": "tomorrow"}, "earliest"),
        ({"earliest": 1_781_053_200}, "earliest"),
        ({"earliest": "0001-01-01T00:00:00+23:59"}, "earliest"),
        ({"latest": "9999-12-31T23:59:59-23:59"}, "latest"),
        ({"items": [{"weight_g": True}]}, "items.0.weight_g"),
        ({"items": [{"weight_g": "900"}]}, "items.0.weight_g"),
        ({"insured": 1}, "insured"),
        ({"place": {"lon": str(LON), "lat": LAT}}, "place.lon"),
        ({"customer": {"ref": "x" * 201}}, "customer.ref"),
        ({"customer": {"ref": "c", "age": 40}}, "customer.age"),
    ],
)
def test_the_field_at_fault_is_named(shop: TestClient, changes: dict[str, Any], field: str) -> None:
    body = problem(shop.post("/v1/slots", json=asking(**changes)), 422, "invalid")
    assert field in [one["field"] for one in body["errors"]]


def test_places_outside_are_refused_with_what_to_check(shop: TestClient) -> None:
    for lon, lat in ((LAT, LON - 90), (123.5, 30.0), (0, 0)):
        answer = shop.post("/v1/slots", json=asking(place={"lon": lon, "lat": lat}))
        body = problem(answer, 422, "out_of_area")
        assert "longitude first" in body["action"]


def test_a_place_in_another_coordinate_system_is_put_right(shop: TestClient) -> None:
    slots = shop.post("/v1/slots", json=asking(place={"lon": LON, "lat": LAT})).json()["slots"]
    pickup = shop.post("/v1/pickups", json={"slot_id": slots[1]["id"]}).json()
    shifted = asking(place={"lon": LON, "lat": LAT, "crs": "gcj02"})
    slots = shop.post("/v1/slots", json=shifted).json()["slots"]
    moved = shop.post("/v1/pickups", json={"slot_id": slots[1]["id"]}).json()
    metres = abs(moved["place"]["lon"] - pickup["place"]["lon"]) * 96_000
    assert 200 < metres < 1_000


def test_windows_in_the_past_are_refused(shop: TestClient) -> None:
    past = {"earliest": "2026-06-09T08:00:00+08:00", "latest": "2026-06-09T12:00:00+08:00"}
    answer = shop.post("/v1/slots", json=asking(latest=past["latest"]))
    assert problem(answer, 422, "invalid")["errors"][0]["field"] == "latest"
    turned = asking(earliest="2026-06-10T12:00:00+08:00", latest="2026-06-10T10:00:00+08:00")
    problem(shop.post("/v1/slots", json=turned), 422, "invalid")


def test_the_next_window_lies_after_what_was_asked_for(shop: TestClient) -> None:
    earliest = "2026-06-11T07:00:00+08:00"
    short = asking(earliest=earliest, latest="2026-06-11T07:30:00+08:00")
    answer = shop.post("/v1/slots", json=short).json()
    assert answer["slots"] == []
    assert answer["next_available"]["start_at"] == "2026-06-11T08:00:00+08:00"
    never = shop.post("/v1/slots", json=asking(earliest="2100-01-01T00:00:00+08:00")).json()
    assert (never["slots"], never["next_available"]) == ([], None)


def test_a_refusal_tells_its_own_status_beside_that_of_the_pickup(
    shop: TestClient, rider: TestClient
) -> None:
    pickup = book(shop, 0)
    told = {"pickup_id": pickup["id"], "weight_g": 900, "items_match": True, "packed": True}
    rider.post(f"/v1/cities/{CITY}/couriers/E1/events", json={"type": "collected", **told})
    body = problem(shop.post(f"/v1/pickups/{pickup['id']}/cancel"), 409, "wrong_state")
    assert body["pickup_status"] == "collected"


def test_a_misspelt_parameter_is_not_passed_over(shop: TestClient) -> None:
    params = {"city": CITY, "stauts": "booked"}
    body = problem(shop.get("/v1/pickups", params=params), 422, "invalid")
    assert body["errors"][0]["field"] == "stauts"


@pytest.mark.parametrize("at", ["2026-06-09T23:59:00+08:00", "2026-06-10T10:00:00+08:00"])
def test_what_a_wrong_clock_tells_is_refused(rider: TestClient, at: str) -> None:
    told = {"type": "shift_started", "at": at}
    for event in (told, {**told, "type": "position", "lon": LON, "lat": LAT}):
        answer = rider.post(f"/v1/cities/{CITY}/couriers/E1/events", json=event)
        assert at in problem(answer, 409, "cannot_be_true")["detail"]
    assert rider.get(f"/v1/cities/{CITY}/couriers/E1/tasks").json()["status"] == "off"


def test_selling_is_not_stopped_for_what_is_over(planner: TestClient) -> None:
    over = {
        "starts_at": "2026-06-09T09:00:00+08:00",
        "ends_at": "2026-06-10T08:59:00+08:00",
        "reason": "too late",
    }
    answer = planner.post(f"/v1/cities/{CITY}/stop-sales", json=over)
    assert problem(answer, 422, "invalid")["errors"][0]["field"] == "ends_at"


def test_an_unknown_city_pickup_courier_or_path_is_not_found(
    shop: TestClient, rider: TestClient, planner: TestClient
) -> None:
    problem(shop.post("/v1/slots", json=asking(city="atlantis")), 404, "not_found")
    problem(shop.get("/v1/pickups/pk_nothing"), 404, "not_found")
    problem(shop.get("/v1/nothing"), 404, "not_found")
    problem(rider.get(f"/v1/cities/{CITY}/couriers/E99/tasks"), 404, "not_found")
    problem(planner.get("/v1/cities/atlantis/plan"), 404, "not_found")
    problem(planner.delete(f"/v1/cities/{CITY}/stop-sales/st_none"), 404, "not_found")
    problem(planner.get("/v1/solves/sv_none"), 404, "not_found")


def test_a_method_that_is_not_there_names_those_that_are(shop: TestClient) -> None:
    answer = shop.put("/v1/slots", json={})
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"
    answer = shop.patch("/v1/holds/hd_1")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "DELETE, GET"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{" * 5_000, b'{"city": NaN}']
)
def test_a_body_that_is_no_question_is_refused(shop: TestClient, content: bytes) -> None:
    answer = shop.post("/v1/slots", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["code"] in ("malformed", "invalid")


def test_booking_takes_a_hold_or_a_slot_not_both(shop: TestClient) -> None:
    for body in ({}, {"hold_id": "hd_1", "slot_id": "sl_1"}):
        problem(shop.post("/v1/pickups", json=body), 422, "invalid")
    problem(shop.post("/v1/pickups", json={"hold_id": "hd_1"}), 404, "not_found")


def test_an_error_of_ours_is_a_problem_too(
    shop: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("dispatch.api.routes.slots.quote_slots", broken)
    body = problem(shop.post("/v1/slots", json=asking()), 500, "internal")
    assert "ZeroDivision" not in json.dumps(body)


def test_a_request_id_of_the_client_is_kept_if_it_is_one(shop: TestClient) -> None:
    given = shop.get("/v1/cities", headers={"X-Request-Id": "order-17"})
    assert given.headers["x-request-id"] == "order-17"
    odd = shop.get("/v1/cities", headers={"X-Request-Id": "a b\tc"})
    assert odd.headers["x-request-id"].startswith("req_")
