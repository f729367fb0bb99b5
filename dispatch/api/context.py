"""Around every request: its id, a limit to its body, its time, a line in the log."""

import json
import logging
import re
import time
from typing import Any, Protocol

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.storage.ids import new_id

log = logging.getLogger("dispatch.access")

_REQUEST_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_PROBLEM = "application/problem+json"


class Timings(Protocol):
    """Is told how long answers take."""

    def answered(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered."""
        ...


def request_id_of(scope: Scope) -> str:
    """The id of the request, as it is logged and answered."""
    found: str = scope.get("state", {}).get("request_id", "")
    return found


def add_header(scope: Scope, name: str, value: str) -> None:
    """Sends this header with whatever the answer will be."""
    scope["state"].setdefault("headers", {})[name] = value


class RequestContext:
    """The outermost layer of the application.

    Args:
        app: What is inside.
        timings: Is told how long answers take.
        most_bytes: Of a body.
    """

    def __init__(self, app: ASGIApp, *, timings: Timings, most_bytes: int) -> None:
        self._app = app
        self._timings = timings
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        state = scope.setdefault("state", {})
        state["request_id"] = _given_id(scope) or new_id("req")
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = state["request_id"]
                for name, value in state.get("headers", {}).items():
                    headers[name] = value
            await send(message)

        try:
            limited = _Limited(receive, self._most_bytes)
            if limited.is_announced_too_large(scope):
                await self._refuse(scope, sending)
            else:
                await self._answer(scope, limited, sending)
        finally:
            self._tell(scope, status, time.perf_counter() - began)

    async def _answer(self, scope: Scope, limited: "_Limited", send: Send) -> None:
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            # Whatever was made of a body that was cut off is not what counts.
            if limited.is_exceeded and not started:
                return
            started = True
            await send(message)

        await self._app(scope, limited.receive, sending)
        if limited.is_exceeded and not started:
            await self._refuse(scope, send)

    async def _refuse(self, scope: Scope, send: Send) -> None:
        body = json.dumps(
            {
                "type": "urn:pickup-dispatch:problem:body_too_large",
                "title": "The body is too large",
                "status": 413,
                "code": "body_too_large",
                "detail": f"a body may have {self._most_bytes} bytes",
                "action": "send less at a time",
                "request_id": request_id_of(scope),
            }
        ).encode()
        headers = [(b"content-type", _PROBLEM.encode()), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route: Any = scope.get("route")
        # The path itself may hold what must not be logged, such as a customer's reference.
        path = getattr(route, "path", "none")
        self._timings.answered(method=scope["method"], route=path, status=status, seconds=seconds)
        log.info(
            "%s %s %d",
            scope["method"],
            path,
            status,
            extra={
                "request_id": request_id_of(scope),
                "key_id": scope["state"].get("key_id"),
                "status": status,
                "ms": round(seconds * 1000, 1),
            },
        )


class _Limited:
    """The body of a request, as far as it is not too large."""

    def __init__(self, receive: Receive, most_bytes: int) -> None:
        self._receive = receive
        self._left = most_bytes
        self._most = most_bytes
        self.is_exceeded = False

    def is_announced_too_large(self, scope: Scope) -> bool:
        """Whether the length that the client announces is too large already."""
        announced = next((v for name, v in scope["headers"] if name == b"content-length"), b"0")
        return announced.isdigit() and int(announced) > self._most

    async def receive(self) -> Message:
        """The next part, or a disconnection where the body has become too large."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                self.is_exceeded = True
                return {"type": "http.disconnect"}
        return message


def _given_id(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text = value.decode("latin-1")
            return text if _REQUEST_ID.fullmatch(text) else None
    return None
