"""What endpoints share: the service, and doing a POST once whatever the client repeats."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from sqlalchemy import Connection
from starlette.responses import Response

from dispatch.api.auth import Caller
from dispatch.service.command import Command
from dispatch.service.errors import Code, ServiceError
from dispatch.service.live_city import LiveCity
from dispatch.service.service import Service
from dispatch.storage import idempotency
from dispatch.storage.idempotency import Answer

_KEPT_FOR = timedelta(hours=24)
_JSON = "application/json"
REPLAYED = "Idempotency-Replayed"

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Of your choice, new for each request: the same key and body is answered as "
        "before without being done again, for 24 hours.",
    ),
]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, and is to be answered.

    Attributes:
        status: Of the answer.
        body: Of the answer.
        subject: What it is about: a pickup, or what the answer can be shown of again.
    """

    status: int
    body: BaseModel
    subject: str | None = None


class Door:
    """The service with what is needed to answer for it.

    Args:
        service: Behind the door.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self._in_flight: set[tuple[str, str, str, str]] = set()
        self._lock = threading.Lock()

    def in_city(
        self,
        city: LiveCity,
        once: "Once",
        work: Callable[[Command], Done],
    ) -> Response:
        """Does something in a city, once, and answers."""
        once.caller.refuse_other_city(city.id)
        with self._alone(once), city.command() as command:
            return once.done(command.tx, city.clock.now(), lambda: work(command))

    def elsewhere(
        self,
        once: "Once",
        work: Callable[[Connection], Done],
        show: "Show | None" = None,
    ) -> Response:
        """Does something that is of no city, once, and answers.

        Args:
            once: The request.
            work: Does it.
            show: Makes the answer to a repetition, where the first one holds what must not be kept.
        """
        with self._alone(once), self.service.database.write() as tx:
            return once.done(tx, self.service.clock.now(), lambda: work(tx), show)

    @contextmanager
    def _alone(self, once: "Once") -> Iterator[None]:
        """Keeps a second request under the same key out while one is under way."""
        place = once.place
        if place is None:
            yield
            return
        with self._lock:
            if place in self._in_flight:
                raise ServiceError(
                    Code.KEY_IN_FLIGHT,
                    f"a request with the Idempotency-Key '{once.key}' is being answered",
                    "wait for its answer, or send it again later",
                    retry_after_s=1,
                )
            self._in_flight.add(place)
        try:
            yield
        finally:
            with self._lock:
                self._in_flight.discard(place)


Show = Callable[[Connection, str], BaseModel]
"""The answer about a subject, as it is now."""


class Once:
    """One request that is to be done once.

    Attributes:
        caller: Who asks.
        key: Under which key, if any.

    Args:
        request: The request.
        caller: Who asks.
        key: As sent.
        body: As understood.
    """

    def __init__(
        self, request: Request, caller: Caller, key: str | None, body: BaseModel | None
    ) -> None:
        self.caller = caller
        self.key = key
        self._method = request.method
        self._path = request.url.path
        content = None if body is None else body.model_dump(mode="json", by_alias=True)
        self._hash = hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def place(self) -> tuple[str, str, str, str] | None:
        """Where its answer is kept; ``None`` without a key."""
        if self.key is None:
            return None
        return self.caller.client_id, self._method, self._path, self.key

    def done(
        self, tx: Connection, now: datetime, work: Callable[[], Done], show: Show | None = None
    ) -> Response:
        """The answer of before, or that of doing it now, which is kept unless it can be shown.

        Raises:
            ServiceError: The key was used for another request.
        """
        if self.key is None:
            return _response(work())
        known = idempotency.get(
            tx,
            client_id=self.caller.client_id,
            method=self._method,
            path=self._path,
            key=self.key,
            at=now,
        )
        if known is not None:
            return self._again(tx, known, show)
        done = work()
        response = _response(done)
        idempotency.put(
            tx,
            Answer(
                client_id=self.caller.client_id,
                method=self._method,
                path=self._path,
                key=self.key,
                request_hash=self._hash,
                status=done.status,
                headers={},
                body="" if show else bytes(response.body).decode(),
                subject=done.subject,
                created_at=now,
                expires_at=now + _KEPT_FOR,
            ),
        )
        return response

    def _again(self, tx: Connection, known: Answer, show: Show | None) -> Response:
        if known.request_hash != self._hash:
            raise ServiceError(
                Code.KEY_REUSED,
                f"the Idempotency-Key '{self.key}' was used for another body here",
                "take a new key for a new request",
            )
        body = known.body if show is None else _json(show(tx, known.subject or ""))
        return Response(
            body, status_code=known.status, media_type=_JSON, headers={REPLAYED: "true"}
        )


def _response(done: Done) -> Response:
    return Response(_json(done.body), status_code=done.status, media_type=_JSON)


def _json(body: BaseModel) -> str:
    values = body.model_dump(mode="json", by_alias=True)
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


async def _door(request: Request) -> Door:
    # Not in a thread of its own: there is nothing to wait for.
    door: Door = request.app.state.door
    return door


TheDoor = Annotated[Door, Depends(_door)]
