"""Around every request: its id, a limit to its body, its time, a line in the log."""

import json
import logging
import re
import time
from typing import Any, Protocol

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.service.errors import PROBLEMS, Code, ServiceError
from dispatch.storage.ids import new_id

log = logging.getLogger("dispatch.access")

_REQUEST_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
MEDIA_TYPE = "application/problem+json"
_INTERNAL = ServiceError(
    Code.INTERNAL,
    "the request could not be answered because of an error here",
    "tell whoever runs the service the request_id",
)


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
        self._too_large = ServiceError(
            Code.BODY_TOO_LARGE, f"a body may have {most_bytes} bytes", "send less at a time"
        )

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
                await _refuse(scope, sending, self._too_large)
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

        try:
            await self._app(scope, limited.receive, sending)
        except Exception:
            log.exception("an error here", extra={"request_id": request_id_of(scope)})
            if started:
                raise
            if not limited.is_exceeded:
                await _refuse(scope, send, _INTERNAL)
        if limited.is_exceeded and not started:
            await _refuse(scope, send, self._too_large)

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


async def _refuse(scope: Scope, send: Send, error: ServiceError) -> None:
    """Answers where the application could not."""
    body = json.dumps(problem_of(error, request_id_of(scope))).encode()
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def problem_of(error: ServiceError, request_id: str) -> dict[str, Any]:
    """A refusal as its answer has it (RFC 9457)."""
    body: dict[str, Any] = {
        **error.extra,
        "type": f"urn:pickup-dispatch:problem:{error.code}",
        "title": PROBLEMS[error.code].title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        "action": error.action,
        "request_id": request_id,
    }
    if error.errors:
        body["errors"] = [one._asdict() for one in error.errors]
    return body


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
