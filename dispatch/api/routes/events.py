"""Following a city: server-sent events of everything that happens to pickups."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from dispatch.api.auth import ReturnsOrPlanner
from dispatch.api.door import TheDoor
from dispatch.api.problems import problems
from dispatch.api.routes.pickups import step_body
from dispatch.api.schemas.common import CityId
from dispatch.service.service import Service
from dispatch.storage import history
from dispatch.storage.history import Step

router = APIRouter(tags=["pickups"])

_EVERY_S = 0.5
_SILENCE_S = 15.0
_AT_ONCE = 200

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "One event for each step, as in the history of a pickup.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


@router.get(
    "/cities/{city}/events",
    summary="Follow what happens to pickups",
    response_class=Response,
    responses=_STREAM | problems(404),
)
async def follow(
    city: CityId,
    request: Request,
    door: TheDoor,
    caller: ReturnsOrPlanner,
    last_event_id: Annotated[
        int | None,
        Header(ge=0, le=2**53, description="Goes on after this one; else from now on."),
    ] = None,
) -> StreamingResponse:
    """Yours, or all of the city with a key for planners, as `text/event-stream`.

    Any process can be asked, also one that does not serve the city. Who was cut off goes on with
    `Last-Event-ID`, as browsers do by themselves.
    """
    caller.refuse_other_city(city)
    await run_in_threadpool(door.service.record, city)
    after = last_event_id
    if after is None:
        after = await run_in_threadpool(_last, door.service, city)
    stream = stream_steps(request, door.service, city, caller.sees_only, after)
    return StreamingResponse(
        stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


async def stream_steps(
    request: Request, service: Service, city: str, client_id: str | None, after: int
) -> AsyncIterator[str]:
    """What happens from a step on, as text/event-stream, until somebody ends it."""
    yield ": following\n\n"
    silent_s = 0.0
    while not service.is_stopping and not await request.is_disconnected():
        steps = await run_in_threadpool(_since, service, city, client_id, after)
        for step in steps:
            after = step.id
            data = step_body(step).model_dump_json()
            yield f"id: {step.id}\nevent: {step.kind}\ndata: {data}\n\n"
        if len(steps) == _AT_ONCE:
            continue
        silent_s = 0.0 if steps else silent_s + _EVERY_S
        if silent_s >= _SILENCE_S:
            silent_s = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(_EVERY_S)


def _last(service: Service, city: str) -> int:
    with service.database.read() as tx:
        return history.last_id(tx, city)


def _since(service: Service, city: str, client_id: str | None, after: int) -> list[Step]:
    with service.database.read() as tx:
        return history.of_city(tx, city, after=after, limit=_AT_ONCE, client_id=client_id)
