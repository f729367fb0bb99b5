"""Following a city as it happens."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from starlette.testclient import TestClient

from dispatch.api.routes.events import stream_steps
from tests.dispatch.api.conftest import book
from tests.dispatch.service_cities import CITY


class Connected:
    """A request whose client does not hang up."""

    async def is_disconnected(self) -> bool:
        return False


async def first(chunks: AsyncIterator[str], count: int) -> list[str]:
    found = [await anext(chunks) for _ in range(count)]
    await chunks.aclose()
    return found


@pytest.mark.parametrize(("client_id", "seen"), [(None, 3), ("shop", 3), ("rival", 0)])
def test_every_step_is_told_to_whom_it_concerns(
    shop: TestClient, client_id: str | None, seen: int
) -> None:
    pickups = [book(shop), book(shop, 2)]
    shop.post(f"/v1/pickups/{pickups[0]['id']}/cancel", json={})
    service = shop.app.state.door.service
    chunks = asyncio.run(first(stream_steps(Connected(), service, CITY, client_id, 0), 1 + seen))
    events = [
        dict(line.split(": ", 1) for line in chunk.splitlines() if line) for chunk in chunks[1:]
    ]
    assert [event["event"] for event in events] == ["booked", "booked", "cancelled"][:seen]
    for event in events:
        assert json.loads(event["data"])["id"] == int(event["id"])
    if seen:
        after = int(events[0]["id"])
        rest = asyncio.run(first(stream_steps(Connected(), service, CITY, client_id, after), seen))
        assert "event: booked" in rest[1]
        assert f"id: {after}\n" not in "".join(rest)
