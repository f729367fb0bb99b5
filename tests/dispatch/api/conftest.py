"""The whole application in this process, on a clock that stands still."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from dispatch.api.app import ApiOptions, create_app
from dispatch.api.metrics import Metrics
from dispatch.api.routes.solves import Solving
from dispatch.jobs import JobLimits
from dispatch.service.service import Service
from dispatch.storage import cities, keys
from dispatch.storage.database import Database
from dispatch.storage.keys import Scope
from dispatch.webhooks.addresses import AddressRules
from tests.dispatch.service_cities import CENTRE, CITY, StandingClock, city_config

MakeClient = Callable[..., TestClient]


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def options() -> ApiOptions:
    return ApiOptions(per_s=1_000, burst=1_000, most_bytes=100_000)


@pytest.fixture
def door(
    sqlite_database: Database, clock: StandingClock, options: ApiOptions
) -> Iterator[TestClient]:
    """Open, without a key."""
    with sqlite_database.write() as tx:
        config = city_config().model_dump(mode="json")
        cities.put(tx, CITY, config, at=clock.now())
    metrics = Metrics()
    service = Service(sqlite_database, clock, metrics, instance="test")
    solving = Solving(
        limits=JobLimits(seconds=60, requests=100, unfinished=2),
        keep=timedelta(hours=1),
        wake=lambda: None,
    )
    app = create_app(service, metrics, options, AddressRules(), solving, nullcontext)
    with TestClient(app, raise_server_exceptions=False) as client:
        assert service.wait_until_ready(60)
        yield client


@pytest.fixture
def client_for(door: TestClient, sqlite_database: Database, clock: StandingClock) -> MakeClient:
    """Makes clients with keys of their own."""

    def client_for(
        *scopes: Scope, client_id: str = "shop", towns: tuple[str, ...] = (), **more: Any
    ) -> TestClient:
        with sqlite_database.write() as tx:
            issued = keys.issue(
                tx,
                name="test",
                client_id=client_id,
                scopes=scopes,
                cities=towns,
                at=clock.now(),
                **more,
            )
        made = TestClient(door.app, raise_server_exceptions=False)
        made.headers["Authorization"] = f"Bearer {issued.token}"
        return made

    return client_for


@pytest.fixture
def shop(client_for: MakeClient) -> TestClient:
    """The returns system."""
    return client_for(Scope.RETURNS)


@pytest.fixture
def planner(client_for: MakeClient) -> TestClient:
    return client_for(Scope.PLANNER, client_id="office")


@pytest.fixture
def rider(client_for: MakeClient) -> TestClient:
    return client_for(Scope.COURIER, client_id="riders")


@pytest.fixture
def admin(client_for: MakeClient) -> TestClient:
    return client_for(Scope.ADMIN, client_id="operations")


def asking(**changes: Any) -> dict[str, Any]:
    """A question for slots for one parcel."""
    lon, lat = CENTRE
    return {
        "city": CITY,
        "place": {"lon": lon + 0.01, "lat": lat},
        "items": [{"class": "parcel", "weight_g": 900}],
        **changes,
    }


CONTACT = {"name": "Li Wei", "phone": "+8613800001234", "address": "Wensan Road 1"}


def book(client: TestClient, number: int = 1, **changes: Any) -> dict[str, Any]:
    """Books one of the slots offered."""
    slots = client.post("/v1/slots", json=asking(**changes)).json()["slots"]
    body = {"slot_id": slots[number]["id"], "contact": CONTACT}
    answer = client.post("/v1/pickups", json=body)
    assert answer.status_code == 201, answer.text
    pickup: dict[str, Any] = answer.json()
    return pickup
