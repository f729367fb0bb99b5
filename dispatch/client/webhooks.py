"""Where a returns system is told of changes, and what it could not be told."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import AwareDatetime

from dispatch.client.transport import Transport, path_of
from dispatch.client.types import Received

_ENDPOINTS = "webhook-endpoints"
_FAILURES = "webhook-failures"


class Endpoint(Received):
    """An address of yours; ``secret`` is given only when it is made or changed."""

    id: str
    url: str
    event_types: tuple[str, ...]
    cities: tuple[str, ...]
    enabled: bool
    disabled_reason: str | None = None
    created_at: AwareDatetime
    secret: str | None = None


class Failure(Received):
    """An event that could not be delivered, whatever was tried."""

    id: str
    endpoint_id: str
    event_id: str
    type: str
    pickup_id: str
    occurred_at: AwareDatetime
    attempts: int
    last_status: int | None = None
    last_error: str | None = None


class WebhooksClient:
    """Endpoints and failed deliveries.

    Args:
        transport: To the service.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def add(
        self, url: str, *, event_types: Sequence[str] = (), cities: Sequence[str] = ()
    ) -> Endpoint:
        """Has events sent to an address; all types and all cities where none are named."""
        body = {"url": url, "event_types": list(event_types), "cities": list(cities)}
        return Endpoint.model_validate(self._transport.post(path_of(_ENDPOINTS), body))

    def endpoints(self) -> tuple[Endpoint, ...]:
        """All of yours."""
        answer = self._transport.get(path_of(_ENDPOINTS))
        return tuple(Endpoint.model_validate(one) for one in answer["endpoints"])

    def remove(self, endpoint_id: str) -> None:
        """Sends nothing there any more."""
        self._transport.delete(path_of(_ENDPOINTS, endpoint_id))

    def enable(self, endpoint_id: str) -> Endpoint:
        """Sends there again, after it was switched off."""
        return Endpoint.model_validate(
            self._transport.post(path_of(_ENDPOINTS, endpoint_id, "enable"))
        )

    def rotate_secret(self, endpoint_id: str) -> Endpoint:
        """Signs with a new secret; the old one signs beside it for a day."""
        path = path_of(_ENDPOINTS, endpoint_id, "rotate-secret")
        return Endpoint.model_validate(self._transport.post(path))

    def failures(self) -> Iterator[Failure]:
        """What was given up, the newest first, fetched as it is asked for."""
        before: str | None = None
        while True:
            page: dict[str, Any] = self._transport.get(path_of(_FAILURES), {"before": before})
            yield from (Failure.model_validate(one) for one in page["failures"])
            before = page.get("next_before")
            if before is None:
                return

    def resend(self, failure_id: str | None = None) -> int:
        """Tries one failed delivery again, or all; how many that are."""
        which = [] if failure_id is None else [failure_id]
        answer: dict[str, int] = self._transport.post(path_of(_FAILURES, *which, "resend"))
        return answer["resent"]
