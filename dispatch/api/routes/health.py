"""Whether the process lives and is ready, and its figures."""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from dispatch.api.auth import Admin
from dispatch.api.door import TheDoor
from dispatch.api.metrics import Metrics
from dispatch.api.problems import problems

router = APIRouter(tags=["operations"])


class Live(BaseModel):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(BaseModel):
    """Whether every city is open here."""

    status: Literal["ready", "not_ready"]
    cities: dict[str, bool]


@router.get("/health/live", summary="Does the process live?")
def live() -> Live:
    """Needs no key."""
    return Live()


@router.get(
    "/health/ready",
    summary="Is every city open here?",
    responses={503: {"model": Ready, "description": "Not yet, or another process serves some."}},
)
def ready(door: TheDoor, response: Response) -> Ready:
    """Needs no key. 503 while plans are built from the database, and in a process that waits."""
    states = door.service.states()
    is_ready = door.service.is_ready
    if not is_ready:
        response.status_code = 503
    return Ready(status="ready" if is_ready else "not_ready", cities=states)


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **problems()},
)
def metrics(request: Request, caller: Admin) -> Response:  # noqa: ARG001
    """Needs a key with the scope ``admin``."""
    figures: Metrics = request.app.state.metrics
    return Response(figures.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
