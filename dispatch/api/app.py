"""The application: built from settings and a service, with nothing done at import."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass

import anyio.to_thread
from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware

from dispatch.api.auth import KeyRing
from dispatch.api.context import RequestContext
from dispatch.api.door import Door
from dispatch.api.limits import Limiter
from dispatch.api.metrics import Metrics
from dispatch.api.openapi import document_of
from dispatch.api.problems import handle_problems
from dispatch.api.queries import refuse_unknown_queries
from dispatch.api.routes import (
    cities,
    couriers,
    customers,
    events,
    health,
    holds,
    pickups,
    plans,
    slots,
    solves,
    stop_sales,
    webhooks,
)
from dispatch.service.service import Service
from dispatch.versions import own_version
from dispatch.webhooks.addresses import AddressRules

_DESCRIPTION = """
Quote, hold, book and follow pickups that really can be kept.

All times are RFC 3339 with an offset; a window bounds the moment the courier rings the bell, both
ends inclusive. Coordinates are degrees, longitude first. Money is whole fen, weights are grams.
Unknown fields are refused. Every refusal is `application/problem+json` with a stable `code` and
what to do. Every POST but the question for slots takes an `Idempotency-Key`.
"""


_MODULES = (
    slots,
    holds,
    pickups,
    events,
    couriers,
    plans,
    stop_sales,
    solves,
    cities,
    customers,
    webhooks,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiOptions:
    """What the door itself needs to know.

    Attributes:
        per_s: Requests a second that a key may go on with.
        burst: Requests that it may make at once.
        most_bytes: Of a body.
        origins: Web pages that browsers may call from; none by default.
        threads: Requests that are worked on at once.
    """

    per_s: float = 50.0
    burst: int = 200
    most_bytes: int = 10_000_000
    origins: tuple[str, ...] = ()
    threads: int = 40


def create_app(
    service: Service,
    metrics: Metrics,
    options: ApiOptions,
    addresses: AddressRules,
    solving: solves.Solving,
    beside: Callable[[], AbstractContextManager[None]],
) -> FastAPI:
    """The door to a service.

    Args:
        service: Started and stopped with the application.
        metrics: What the service counts in.
        options: Of the door.
        addresses: Where webhooks may be sent.
        solving: How days are solved for planners.
        beside: What else runs as long as the application does.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = options.threads
        service.start()
        try:
            with beside():
                yield
        finally:
            await anyio.to_thread.run_sync(service.stop)

    app = FastAPI(
        title="Pickup dispatch",
        version=own_version(),
        description=_DESCRIPTION,
        lifespan=lifespan,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.metrics = metrics
    app.state.addresses = addresses
    app.state.solving = solving
    app.state.door = Door(service)
    app.state.keys = KeyRing(service.database, service.clock)
    app.state.limiter = Limiter(per_s=options.per_s, burst=options.burst)
    v1 = APIRouter(prefix="/v1", dependencies=[Depends(refuse_unknown_queries)])
    for module in _MODULES:
        v1.include_router(module.router)
    app.include_router(v1)
    app.include_router(health.router)
    handle_problems(app)
    app.openapi = document_of(app)  # type: ignore[method-assign]
    if options.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(options.origins),
            allow_methods=["GET", "POST", "DELETE", "PUT"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id"],
        )
    app.add_middleware(RequestContext, timings=metrics, most_bytes=options.most_bytes)
    return app
