"""Requests that are answered once, however often they have to be sent."""

import json
import random
import time
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from dispatch.client.errors import ApiError, NoAnswerError

_TRY_AGAIN = frozenset({429, 502, 503, 504})
_NOT_FOUND = 404
_IN_FLIGHT = "idempotency_key_in_flight"
_FIRST_WAIT_S = 0.2
_LONGEST_WAIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the client keeps trying.

    Attributes:
        timeout_s: Seconds for one try.
        tries: Most tries of one request.
    """

    timeout_s: float = 30.0
    tries: int = 4


class Transport:
    """Sends requests with a key, and again where that can do no harm.

    A POST carries an idempotency key, so that sending it again does nothing twice.

    Args:
        base_url: Of the service, without ``/v1``.
        api_key: A key's token.
        patience: How long to keep trying.
        transport: Of httpx, for tests.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        patience: Patience,
        *,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(
            base_url=base_url,
            headers={"authorization": f"Bearer {api_key}"},
            timeout=patience.timeout_s,
            transport=transport,
        )
        self._patience = patience

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """What is at a path."""
        return self._call("GET", path, params=_given(params or {}))

    def delete(self, path: str) -> Any:
        """Removes what is at a path; what was, where that is answered."""
        return self._call("DELETE", path)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Puts a body to a path."""
        return self._call("PUT", path, json=body)

    def post(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Any:
        """The answer to a body, the same for the same key."""
        key = idempotency_key or uuid.uuid4().hex
        headers = {"idempotency-key": key}
        if body is None:
            return self._call("POST", path, headers=headers, key=key)
        headers["content-type"] = "application/json"
        content = json.dumps(_given(body)).encode()
        return self._call("POST", path, content=content, headers=headers, key=key)

    def stream(
        self, path: str, headers: Mapping[str, str]
    ) -> AbstractContextManager[httpx.Response]:
        """An answer that goes on for ever."""
        timeout = httpx.Timeout(self._patience.timeout_s, read=None)
        return self._http.stream("GET", path, headers=dict(headers), timeout=timeout)

    def _call(self, method: str, path: str, *, key: str | None = None, **sent: Any) -> Any:
        tries = 0
        while True:
            tries += 1
            error: Exception
            try:
                return read(self._http.request(method, path, **sent))
            except httpx.TransportError as failure:
                if tries == self._patience.tries:
                    raise NoAnswerError(
                        f"{method} {path}: no answer after {tries} tries: {failure}", key
                    ) from failure
                error = failure
            except ApiError as refusal:
                if method == "DELETE" and tries > 1 and refusal.status == _NOT_FOUND:
                    return None  # an earlier try was done, and only its answer was lost
                may_help = refusal.status in _TRY_AGAIN or refusal.code == _IN_FLIGHT
                if not may_help or tries == self._patience.tries:
                    raise
                error = refusal
            time.sleep(_wait_s(tries, error))


def path_of(*parts: str) -> str:
    """The path of the API with these parts, whatever signs are in them."""
    return "/".join(("/v1", *(quote(part, safe="") for part in parts)))


def read(response: httpx.Response) -> Any:
    """The JSON of an answer, ``None`` if it has no body.

    Raises:
        ApiError: The service refused.
    """
    if response.is_success:
        return response.json() if response.content else None
    try:
        members = response.json()
    except ValueError:
        members = {"detail": response.text[:200]}
    raise ApiError(
        response.status_code,
        members if isinstance(members, dict) else {},
        retry_after_s=_retry_after_s(response),
        request_id=response.headers.get("x-request-id"),
    )


def _wait_s(tries: int, error: Exception) -> float:
    """Seconds before the next try: what the service asks for, or more each time."""
    asked_s = error.retry_after_s if isinstance(error, ApiError) else None
    wait_s = _FIRST_WAIT_S * 2 ** (tries - 1) if asked_s is None else asked_s
    return min(_LONGEST_WAIT_S, wait_s) * (1 + 0.25 * random.random())


def _retry_after_s(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isdecimal() else None


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
