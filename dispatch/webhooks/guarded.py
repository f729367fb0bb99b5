"""One HTTP request that can only reach allowed machines and must end by its deadline."""

import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore

from dispatch.webhooks.addresses import (
    AddressRules,
    Resolver,
    Target,
    resolve,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the body is not looked at.

    Attributes:
        status: HTTP status.
        headers: By lower-case name.
    """

    status: int
    headers: Mapping[str, str]


def post(
    target: Target,
    *,
    headers: Mapping[str, str],
    body: bytes,
    rules: AddressRules,
    tls: ssl.SSLContext,
    timeout_s: float,
    resolver: Resolver = resolve,
) -> Answer:
    """Sends a body and waits for the status; no redirect, no proxy, no kept connection.

    Args:
        target: Where to.
        headers: Beside ``host`` and ``content-length``.
        body: What is sent.
        rules: Which machines may be reached; asked for the connection that is made.
        tls: How certificates are judged.
        timeout_s: Seconds for everything together.
        resolver: From names to addresses.

    Raises:
        ForbiddenAddressError: The name leads to a machine that is not allowed, or nowhere.
        httpcore.NetworkError: The connection failed.
        httpcore.TimeoutException: It took too long.
        httpcore.ProtocolError: What came back is not HTTP.
    """
    backend = _GuardedBackend(target, rules, resolver, time.monotonic() + timeout_s)
    sent = [
        (b"host", _host_header(target)),
        (b"content-length", str(len(body)).encode()),
        *((name.encode(), value.encode()) for name, value in headers.items()),
    ]
    with (
        httpcore.ConnectionPool(
            ssl_context=tls, network_backend=backend, max_keepalive_connections=0, retries=0
        ) as pool,
        pool.stream("POST", target.url, headers=sent, content=body) as response,
    ):
        return Answer(
            response.status,
            {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in response.headers
            },
        )


def _host_header(target: Target) -> bytes:
    usual = 443 if target.https else 80
    host = f"[{target.host}]" if ":" in target.host else target.host
    return (host if target.port == usual else f"{host}:{target.port}").encode()


class _GuardedBackend(httpcore.NetworkBackend):
    """Looks the name up itself and connects to what it found allowed, not to the name."""

    def __init__(
        self, target: Target, rules: AddressRules, resolver: Resolver, deadline: float
    ) -> None:
        self._target = target
        self._rules = rules
        self._resolver = resolver
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - of the target
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline rules
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connects to the first allowed address that answers."""
        failure: Exception | None = None
        for address in self._rules.addresses(self._target, self._resolver):
            try:
                stream = self._sockets.connect_tcp(
                    address,
                    port,
                    timeout=_left(self._deadline, httpcore.ConnectTimeout),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _DeadlineStream(stream, self._deadline)
        raise failure or httpcore.ConnectError(f"{self._target.host} has no address")


class _DeadlineStream(httpcore.NetworkStream):
    """A stream whose operations together end by the deadline.

    A timeout for each operation alone would let a peer that sends a byte now and then hold a worker
    for ever.
    """

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        """Bytes from the peer."""
        return self._stream.read(max_bytes, _left(self._deadline, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Bytes to the peer."""
        self._stream.write(buffer, _left(self._deadline, httpcore.WriteTimeout))

    def close(self) -> None:
        """Ends the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the deadline rules
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted; the certificate must be the name's."""
        left = _left(self._deadline, httpcore.ConnectTimeout)
        stream = self._stream.start_tls(ssl_context, server_hostname, left)
        return _DeadlineStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """What the socket tells."""
        return self._stream.get_extra_info(info)


def _left(deadline: float, expired: Callable[[str], Exception]) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise expired("the time for the whole delivery is over")
    return left
