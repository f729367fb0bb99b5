"""GET requests for JSON that are repeated while there is hope, up to a common deadline.

Repeated are timeouts, broken connections and the statuses 429, 502, 503 and 504: the server may
answer the next time, and asking twice changes nothing there. Pauses grow exponentially and are
random within their upper half, so that clients that failed together do not come back together
(Brooker, *Exponential Backoff and Jitter*, AWS Architecture Blog, 2015, "equal jitter"). A pause
the server asks for holds for all requests of the same call.
"""

import json
import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any, NoReturn

import httpx

from geo.routers.errors import RouterUnavailableError
from geo.routers.settings import Patience

_AGAIN = frozenset({429, 502, 503, 504})
# What these mean is clear without the page that a proxy sends along.
_TELLING = frozenset({401, 403, 404, 413, 414, 431})
_START = "check that the server runs and can be reached from here, then repeat the command"
_NOT_OSRM = "check that the url is that of an OSRM server and not of something in front of it"
_SHOWN_CHARS = 80
# The system's generator: drawing from Python's shared one would disturb a caller's seeded runs.
_SYSTEM_RANDOM = random.SystemRandom()


class AbandonedError(Exception):
    """Another request of the same call failed for good; this one is of no use any more."""


class Call:
    """What the requests of one matrix or one drawing share: a deadline, pauses, the end."""

    __slots__ = ("_deadline_s", "_ends_s", "_lock", "_not_before_s", "_stopped")

    def __init__(self, patience: Patience) -> None:
        self._deadline_s = patience.deadline_s
        self._ends_s = monotonic() + patience.deadline_s
        self._not_before_s = 0.0
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Let every request that waits or would be sent end."""
        self._stopped.set()

    def remaining_s(self, server: str) -> float:
        """Seconds left.

        Raises:
            AbandonedError: The call was stopped.
            RouterUnavailableError: `router.deadline`.
        """
        if self._stopped.is_set():
            raise AbandonedError
        left_s = self._ends_s - monotonic()
        if left_s <= 0:
            self._refuse(server, "")
        return left_s

    def pause(self, seconds: float, *, everybody: bool, server: str, why: str) -> None:
        """Let this request, or every request of the call, rest for some seconds.

        Raises:
            RouterUnavailableError: `router.deadline` at once where the pause would outlast it.
        """
        if monotonic() + seconds > self._ends_s:
            self._refuse(server, f": {why}, and the next try would be in {seconds:.0f} s")
        if everybody:
            with self._lock:
                self._not_before_s = max(self._not_before_s, monotonic() + seconds)
        else:
            self._stopped.wait(seconds)

    def await_turn(self) -> None:
        """Wait until no pause holds for everybody."""
        while (rest_s := self._not_before_s - monotonic()) > 0:
            if self._stopped.wait(rest_s):
                return

    def _refuse(self, server: str, detail: str) -> NoReturn:
        raise RouterUnavailableError(
            "router.deadline",
            f"the routing server {server} did not answer everything within "
            f"{self._deadline_s:g} s{detail}",
            "allow more time, ask for fewer places, or use a faster server",
        )


class Asker:
    """An HTTP client that reads JSON, patiently."""

    __slots__ = ("_closed", "_http", "_patience")

    def __init__(self, patience: Patience, *, connections: int) -> None:
        self._patience = patience
        self._closed = False
        # osrm-routed closes idle connections after 5 s; we do before, so as not to race it.
        limits = httpx.Limits(
            max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=2
        )
        self._http = httpx.Client(limits=limits, follow_redirects=True)

    def close(self) -> None:
        """Close the connections; those of requests under way are closed when these end."""
        self._closed = True
        self._http.close()

    def get(self, url: str, call: Call, *, server: str) -> tuple[int, Any]:
        """HTTP status and decoded JSON of an answer; None where the status says enough.

        Raises:
            AbandonedError: The call was stopped meanwhile.
            RouterUnavailableError: `router.unreachable` after the last attempt,
                `router.deadline`, or `router.answer` for anything but JSON.
        """
        why = ""
        for attempt in range(self._patience.attempts):
            call.await_turn()
            timeout_s = min(self._patience.timeout_s, call.remaining_s(server))
            asked_s: float | None = None
            try:
                response = self._response(url, timeout_s)
            except httpx.RequestError as error:
                why = _describe(error, timeout_s)
            else:
                if response.status_code not in _AGAIN:
                    return response.status_code, _decoded(response, server)
                why = f"status {response.status_code} {response.reason_phrase}".rstrip()
                asked_s = retry_after_s(response.headers.get("Retry-After"), now=_utc_now)
            if attempt + 1 < self._patience.attempts:
                pause_s = max(pause_before_s(attempt + 1, self._patience), asked_s or 0.0)
                call.pause(pause_s, everybody=asked_s is not None, server=server, why=why)
        raise RouterUnavailableError(
            "router.unreachable",
            f"the routing server {server} does not answer: {why} "
            f"(attempts: {self._patience.attempts}, URL of {len(url)} characters)",
            _START,
        )

    def _response(self, url: str, timeout_s: float) -> httpx.Response:
        """The whole answer; httpx alone would wait anew for every piece of it."""
        ends_s = monotonic() + timeout_s
        with self._http.stream("GET", url, timeout=timeout_s) as response:
            pieces = []
            for piece in response.iter_bytes():
                if monotonic() > ends_s:
                    raise httpx.ReadTimeout("the answer trickles in")
                pieces.append(piece)
        if self._closed:
            # The pool has forgotten this connection, and would leave it open.
            response.extensions["network_stream"].close()
        headers = {
            name: response.headers[name]
            for name in ("Content-Type", "Retry-After")
            if name in response.headers
        }
        return httpx.Response(response.status_code, headers=headers, content=b"".join(pieces))


def pause_before_s(attempt: int, patience: Patience) -> float:
    """Seconds before attempt 1, 2, ... after the first one, random within the upper half."""
    longest_s = min(patience.first_wait_s * 2.0 ** (attempt - 1), patience.longest_wait_s)
    return _SYSTEM_RANDOM.uniform(longest_s / 2, longest_s)


def retry_after_s(header: str | None, *, now: Callable[[], datetime]) -> float | None:
    """Seconds a Retry-After header asks for, as a number or as a date; None if it asks nothing."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((aware - now()).total_seconds(), 0.0)


def _utc_now() -> datetime:
    return datetime.now(tz=UTC)


def _describe(error: httpx.RequestError, timeout_s: float) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"no answer within {timeout_s:g} s"
    return f"{error}" or type(error).__name__


def _decoded(response: httpx.Response, server: str) -> Any:
    if not response.content:
        return None
    try:
        return json.loads(response.content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        if response.status_code in _TELLING:
            return None
        kind = response.headers.get("Content-Type", "no content type")
        start = response.text[:_SHOWN_CHARS].replace("\n", " ")
        raise RouterUnavailableError(
            "router.answer",
            f"the routing server {server} answers with status {response.status_code} and "
            f"{kind}, which is not JSON: {start!r}",
            _NOT_OSRM,
        ) from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
