import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from dispatch.client import (
    ApiError,
    Contact,
    DispatchClient,
    Item,
    NoAnswerError,
    PickupClass,
    PickupStatus,
    Place,
)
from dispatch.client.transport import Patience

WINDOW = {"start_at": "2026-06-10T14:00:00+08:00", "end_at": "2026-06-10T16:00:00+08:00"}
FEE = {
    "chargeable_g": 900,
    "insured": True,
    "lines": [
        {
            "kind": "first_weight",
            "payer": "insurer",
            "count": 1,
            "unit_fen": 1000,
            "amount_fen": 1000,
        }
    ],
    "total_fen": 1000,
    "insurer_fen": 1000,
    "shopper_fen": 0,
}
HOLD = {
    "id": "hd_1",
    "city": "wuhan",
    "window": WINDOW,
    "fee": FEE,
    "expires_at": "2026-06-10T10:05:00+08:00",
    "new_in_a_later_version": True,
}
Answer = httpx.Response | Exception


def pickup(pickup_id: str) -> dict[str, Any]:
    return {
        "id": pickup_id,
        "city": "wuhan",
        "date": "2026-06-10",
        "status": "booked",
        "promise": WINDOW,
        "class": "parcel",
        "fee": FEE,
        "created_at": "2026-06-10T10:00:00+08:00",
        "updated_at": "2026-06-10T10:00:00+08:00",
    }


def problem(status: int, code: str, headers: dict[str, str] | None = None) -> httpx.Response:
    body = {"status": status, "code": code, "detail": "it is so", "action": "do that"}
    return httpx.Response(
        status, json=body, headers={"content-type": "application/problem+json"} | (headers or {})
    )


class Server:
    """Answers in turn, and remembers what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers: Iterator[Answer] = iter(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.asked]

    def keys(self) -> list[str | None]:
        return [request.headers.get("idempotency-key") for request in self.asked]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr("dispatch.client.transport.random.random", lambda: 0.0)
    monkeypatch.setattr("time.sleep", waited.append)
    return waited


@pytest.fixture
def client_of(waits: list[float]) -> Iterator[Callable[[Server], DispatchClient]]:
    made: list[DispatchClient] = []

    def make(server: Server) -> DispatchClient:
        client = DispatchClient(
            "https://dispatch.example",
            "dsp_key",
            patience=Patience(tries=3),
            transport=httpx.MockTransport(server),
        )
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


ClientOf = Callable[[Server], DispatchClient]


def test_slots_are_asked_for_in_the_words_of_the_api(client_of: ClientOf) -> None:
    server = Server(httpx.Response(200, json={"city": "wuhan", "slots": [], "unavailable": []}))
    found = client_of(server).slots(
        city="wuhan",
        place=Place(lon=114.3, lat=30.6, floor=3),
        items=[Item(pickup_class=PickupClass.BULKY, weight_g=40_000)],
        latest=datetime(2026, 6, 10, 8, tzinfo=UTC),
    )
    assert found.slots == ()
    assert server.bodies() == [
        {
            "city": "wuhan",
            "place": {"lon": 114.3, "lat": 30.6, "crs": "wgs84", "floor": 3, "lift": True},
            "items": [{"class": "bulky", "weight_g": 40_000, "pieces": 1, "disassembly": False}],
            "latest": "2026-06-10T08:00:00+00:00",
            "insured": False,
        }
    ]
    (request,) = server.asked
    assert request.headers["authorization"] == "Bearer dsp_key"
    assert str(request.url) == "https://dispatch.example/v1/slots"


def test_what_is_misspelt_or_has_no_time_zone_is_not_sent(client_of: ClientOf) -> None:
    server = Server()
    with pytest.raises(ValidationError):
        Place.model_validate({"lon": 1.0, "lat": 2.0, "flor": 3})
    with pytest.raises(ValueError, match="no time zone"):
        client_of(server).slots(
            city="wuhan",
            place=Place(lon=1, lat=2),
            items=[Item()],
            earliest=datetime(2026, 6, 10),
        )
    assert server.asked == []


def test_a_lost_answer_is_asked_for_again_under_the_same_key(
    client_of: ClientOf, waits: list[float]
) -> None:
    server = Server(
        httpx.ConnectError("refused"),
        problem(503, "city_not_ready"),
        httpx.Response(201, json=HOLD),
    )
    hold = client_of(server).hold("sl_1")
    assert (hold.id, hold.fee.shopper_fen) == ("hd_1", 0)
    first, *others = server.keys()
    assert first
    assert others == [first, first]
    assert waits == [0.2, 0.4]


def test_every_call_has_a_key_of_its_own_or_yours(client_of: ClientOf) -> None:
    server = Server(*(httpx.Response(201, json=HOLD) for _ in range(3)))
    client = client_of(server)
    client.hold("sl_1")
    client.hold("sl_1")
    client.hold("sl_1", idempotency_key="mine")
    first, second, third = server.keys()
    assert first != second
    assert third == "mine"


def test_it_waits_as_long_as_it_is_asked_to(client_of: ClientOf, waits: list[float]) -> None:
    server = Server(
        problem(429, "rate_limited", {"retry-after": "3"}), httpx.Response(201, json=HOLD)
    )
    client_of(server).hold("sl_1")
    assert waits == [3.0]


def test_a_request_in_flight_is_waited_for(client_of: ClientOf, waits: list[float]) -> None:
    server = Server(problem(409, "idempotency_key_in_flight"), httpx.Response(201, json=HOLD))
    client_of(server).hold("sl_1")
    assert waits == [0.2]


def test_a_refusal_is_told_whole_and_not_tried_again(client_of: ClientOf) -> None:
    body = {
        "code": "invalid",
        "title": "The request is not valid",
        "detail": "lon is 500",
        "action": "give -180 to 180",
        "request_id": "req_1",
        "errors": [{"field": "place.lon", "message": "is 500", "action": "correct it"}],
    }
    server = Server(httpx.Response(422, json=body))
    with pytest.raises(ApiError) as caught:
        client_of(server).hold("sl_1")
    error = caught.value
    assert (error.status, error.code, error.request_id) == (422, "invalid", "req_1")
    assert str(error) == "422 invalid: lon is 500; give -180 to 180"
    assert [one.field for one in error.fields] == ["place.lon"]


def test_an_answer_that_is_no_problem_document_is_an_error_too(client_of: ClientOf) -> None:
    server = Server(httpx.Response(404, text="<h1>Not here</h1>"))
    with pytest.raises(ApiError, match="404 unknown: <h1>Not here</h1>"):
        client_of(server).pickup("pk_1")


def test_when_nobody_answers_the_key_is_told(client_of: ClientOf) -> None:
    server = Server(*(httpx.ReadTimeout("slow") for _ in range(3)))
    with pytest.raises(NoAnswerError, match="no answer after 3 tries") as caught:
        client_of(server).book(slot_id="sl_1")
    assert caught.value.idempotency_key == server.keys()[0]


def test_a_release_whose_answer_was_lost_is_done(client_of: ClientOf) -> None:
    client_of(Server(httpx.ReadTimeout("slow"), problem(404, "not_found"))).release("hd_1")
    with pytest.raises(ApiError):
        client_of(Server(problem(404, "not_found"))).release("hd_1")


def test_a_pickup_is_booked_with_whom_to_ask_for(client_of: ClientOf) -> None:
    server = Server(httpx.Response(201, json=pickup("pk_1")))
    booked = client_of(server).book(
        hold_id="hd_1", contact=Contact(name="Li", phone="13800000000", address="Road 1")
    )
    assert (booked.id, booked.status) == ("pk_1", PickupStatus.BOOKED)
    assert server.bodies() == [
        {
            "hold_id": "hd_1",
            "contact": {"name": "Li", "phone": "13800000000", "address": "Road 1"},
        }
    ]


def test_lists_go_on_until_there_is_no_more(client_of: ClientOf) -> None:
    server = Server(
        httpx.Response(200, json={"pickups": [pickup("pk_1")], "next_after": "pk_1"}),
        httpx.Response(200, json={"pickups": [pickup("pk_2")], "next_after": None}),
    )
    found = client_of(server).pickups(city="wuhan", statuses=[PickupStatus.BOOKED])
    assert [one.id for one in found] == ["pk_1", "pk_2"]
    assert [request.url.params.get("after") for request in server.asked] == [None, "pk_1"]
    assert server.asked[0].url.params.get_list("status") == ["booked"]


def test_a_courier_tells_what_happened(client_of: ClientOf) -> None:
    server = Server(httpx.Response(200, json={"outcome": "applied", "why": ""}))
    courier = client_of(server).courier("wuhan", "E1")
    assert courier.tell("collected", pickup_id="pk_1", weight_g=900).outcome == "applied"
    assert server.asked[0].url.path == "/v1/cities/wuhan/couriers/E1/events"
    assert server.bodies() == [{"type": "collected", "pickup_id": "pk_1", "weight_g": 900}]


def test_a_customer_may_be_called_anything(client_of: ClientOf) -> None:
    server = Server(httpx.Response(200, json={"pickups": 2, "open_pickups": 1}))
    forgotten = client_of(server).forget("a/b?c")
    assert (forgotten.pickups, forgotten.open_pickups) == (2, 1)
    assert server.asked[0].url.raw_path == b"/v1/customers/a%2Fb%3Fc"


def test_failed_deliveries_are_listed_and_sent_again(client_of: ClientOf) -> None:
    failure = {
        "id": "dl_1",
        "endpoint_id": "we_1",
        "event_id": "ev_1",
        "type": "pickup.failed",
        "pickup_id": "pk_1",
        "occurred_at": "2026-06-10T10:00:00+08:00",
        "attempts": 10,
        "last_status": 500,
    }
    server = Server(
        httpx.Response(200, json={"failures": [failure], "next_before": "dl_1"}),
        httpx.Response(200, json={"failures": [], "next_before": None}),
        httpx.Response(200, json={"resent": 1}),
    )
    webhooks = client_of(server).webhooks
    assert [one.last_status for one in webhooks.failures()] == [500]
    assert webhooks.resend("dl_1") == 1
    assert server.asked[2].url.path == "/v1/webhook-failures/dl_1/resend"


def test_following_goes_on_after_the_last_step_seen(client_of: ClientOf) -> None:
    def events(*ids: int) -> httpx.Response:
        steps = [
            {"id": n, "pickup_id": "pk_1", "at": "2026-06-10T10:00:00Z", "kind": "k", "detail": {}}
            for n in ids
        ]
        told = "".join(f"id: {one['id']}\nevent: k\ndata: {json.dumps(one)}\n\n" for one in steps)
        return httpx.Response(200, text=": following\n\n" + told)

    server = Server(
        events(4, 5), httpx.ReadError("cut off"), events(6), problem(403, "scope_missing")
    )
    following = client_of(server).follow("wuhan")
    assert [next(following).id for _ in range(3)] == [4, 5, 6]
    with pytest.raises(ApiError, match="scope_missing"):
        next(following)
    assert [request.headers.get("last-event-id") for request in server.asked] == [
        None,
        "5",
        "5",
        "6",
    ]
