"""The planners' side of the client, against the application itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from dispatch.client import (
    ApiError,
    DispatchClient,
    Item,
    Place,
    SolveStatus,
)
from dispatch.client.transport import Patience
from dispatch.service.ticking import tick
from tests.dispatch.service_cities import CENTRE, CITY, NINE, city_config


class Through(httpx.BaseTransport):
    """Hands requests to an application in this process."""

    def __init__(self, application: TestClient) -> None:
        self._application = application

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._application.request(
            request.method, str(request.url), content=request.read(), headers=request.headers
        )
        headers = {"content-type": answer.headers.get("content-type", "")}
        return httpx.Response(answer.status_code, content=answer.content, headers=headers)


@pytest.fixture
def client(admin: TestClient) -> Iterator[DispatchClient]:
    """With a key for everything."""
    token = admin.headers["Authorization"].removeprefix("Bearer ")
    with DispatchClient(
        "http://testserver", token, patience=Patience(tries=1), transport=Through(admin)
    ) as client:
        yield client


def book(client: DispatchClient) -> Any:
    lon, lat = CENTRE
    found = client.slots(city=CITY, place=Place(lon=lon + 0.01, lat=lat), items=[Item()])
    return client.book(slot_id=found.slots[1].id)


def test_a_pickup_is_given_to_another_courier_and_left_free_again(
    client: DispatchClient, admin: TestClient
) -> None:
    pickup = book(client)
    tick(admin.app.state.door.service.city(CITY))
    planner = client.planner(CITY)
    before = client.pickup(pickup.id).courier_id
    other = "E1" if before == "E2" else "E2"
    assert planner.lock(pickup.id, other).courier_id == other
    plan = planner.plan(NINE.date())
    assert plan.figures.open_pickups == 1
    (route,) = plan.couriers
    assert (route.courier_id, route.tasks[0].pickup_id) == (other, pickup.id)
    start_at = pickup.promise.start_at + timedelta(minutes=30)
    assert planner.lock(pickup.id, other, level="exact", start_at=start_at).eta_at == start_at
    assert planner.free(pickup.id).courier_id is not None
    deeds = list(client.cities.audit(city=CITY, subject=pickup.id))
    assert [deed.detail["level"] for deed in deeds] == ["free", "exact", "courier"]


def test_selling_is_stopped_and_begun_again(client: DispatchClient) -> None:
    planner = client.planner(CITY)
    ring = [[120.1, 30.2], [120.2, 30.2], [120.2, 30.3], [120.1, 30.3], [120.1, 30.2]]
    made = planner.stop_selling(
        NINE,
        NINE + timedelta(hours=2),
        reason="marathon",
        area={"type": "Polygon", "coordinates": [ring]},
    )
    assert (made.reason, made.lifted_at) == ("marathon", None)
    assert planner.stop_sales() == (made,)
    assert planner.sell_again(made.id).lifted_at is not None
    assert planner.stop_sales() == ()


def test_cities_are_listed_and_configured(client: DispatchClient) -> None:
    assert [city.id for city in client.cities.list()] == [CITY]
    config = client.cities.get(CITY).config
    config["name"] = "Hangzhou and around"
    assert client.cities.put(CITY, config).config["name"] == "Hangzhou and around"
    with pytest.raises(ApiError, match="not_found"):
        client.cities.get("nowhere")


def test_a_day_is_sent_to_be_planned_and_stopped(client: DispatchClient) -> None:
    day = dict(city_config().day)
    day["city"] = {**day["city"], "date": "2026-06-10"}
    lon, lat = CENTRE
    window = {"window_start": "10:00", "window_end": "12:00"}
    day["requests"] = [{"id": "R1", "lon": lon, "lat": lat, "class": "parcel", **window}]
    queued = client.solves.submit(day, seconds=1, seed=2)
    assert (queued.status, queued.has_ended) == (SolveStatus.QUEUED, False)
    with pytest.raises(ApiError, match="has no plan"):
        client.solves.plan(queued.id)
    following = client.solves.follow(queued.id, every_s=0)
    assert next(following) == queued
    assert client.solves.stop(queued.id).status is SolveStatus.STOPPED
    (ended,) = following
    assert ended.has_ended
    assert [one.id for one in client.solves.list(SolveStatus.STOPPED)] == [queued.id]
    assert list(client.solves.list(SolveStatus.DONE)) == []


def test_a_time_without_an_offset_is_not_sent(client: DispatchClient) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        client.planner(CITY).lock("pk_1", "E1", level="exact", start_at=datetime(2026, 6, 10))
