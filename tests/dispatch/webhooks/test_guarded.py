import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_network

import httpcore
import pytest

from dispatch.webhooks.addresses import AddressRules, ForbiddenAddressError, target_of
from dispatch.webhooks.guarded import Answer, post
from tests.dispatch.webhooks.receiver import receiving

LOOPBACK = AddressRules((ip_network("127.0.0.0/8"),))
TLS = ssl.create_default_context()


def posted(url: str, *, timeout_s: float = 20.0, rules: AddressRules = LOOPBACK) -> Answer:
    return post(
        target_of(url),
        headers={"x-one": "1"},
        body=b"{}",
        rules=rules,
        tls=TLS,
        timeout_s=timeout_s,
    )


@contextmanager
def speaking(*pieces: bytes) -> Iterator[str]:
    """A peer that says these pieces, then holds the connection until it is closed."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                for piece in pieces:
                    connection.sendall(piece)
                while connection.recv(65_536):
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join()


def test_the_body_arrives_with_its_headers() -> None:
    with receiving() as receiver:
        assert posted(receiver.url).status == 204
        (got,) = receiver.got
    assert (got.path, got.body, got.headers["x-one"]) == ("/hooks", b"{}", "1")
    assert got.headers["host"] == receiver.url.split("/")[2]


def test_a_redirect_is_not_followed() -> None:
    with receiving() as inside, receiving(lambda _: (302, {"location": inside.url})) as receiver:
        assert posted(receiver.url).status == 302
        assert not inside.got


def test_the_own_machine_is_not_reached_without_leave() -> None:
    with receiving() as receiver:
        with pytest.raises(ForbiddenAddressError):
            posted(receiver.url, rules=AddressRules())
        assert not receiver.got


def test_a_name_that_changes_its_address_after_the_check_is_not_followed() -> None:
    # DNS rebinding: public when the endpoint was made, the own machine when it is used.
    answers = iter(["8.8.8.8", "127.0.0.1"])

    def rebinding(host: str, port: int) -> Sequence[str]:
        return [next(answers)]

    with receiving() as receiver:
        port = receiver.url.split(":")[2].split("/")[0]
        target = target_of(f"https://rebinding.example:{port}/hooks")
        AddressRules().addresses(target, rebinding)
        with pytest.raises(ForbiddenAddressError, match=r"leads to 127\.0\.0\.1"):
            post(
                target,
                headers={},
                body=b"{}",
                rules=AddressRules(),
                tls=TLS,
                timeout_s=20.0,
                resolver=rebinding,
            )
        assert not receiver.got


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    asked = []

    def once(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with receiving() as receiver:
        port = receiver.url.split(":")[2].split("/")[0]
        target = target_of(f"http://returns.invalid:{port}/hooks")
        answer = post(
            target,
            headers={},
            body=b"{}",
            rules=LOOPBACK,
            tls=TLS,
            timeout_s=20.0,
            resolver=once,
        )
    assert (answer.status, asked) == (204, ["returns.invalid"])
    assert receiver.got[0].headers["host"] == f"returns.invalid:{port}"


def test_a_peer_that_keeps_talking_does_not_outlast_the_deadline() -> None:
    with speaking(b"HTTP/1.1 200 OK\r\n") as url, pytest.raises(httpcore.TimeoutException):
        posted(url, timeout_s=0.2)


def test_what_is_not_http_is_told_apart() -> None:
    with speaking(b"SSH-2.0-OpenSSH_9.9\r\n\r\n") as url, pytest.raises(httpcore.ProtocolError):
        posted(url)


def test_nobody_listening_is_a_network_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(httpcore.NetworkError):
        posted(f"http://127.0.0.1:{port}/")


def test_a_peer_without_tls_is_a_network_error_for_https() -> None:
    with receiving() as receiver, pytest.raises(httpcore.NetworkError):
        posted(receiver.url.replace("http:", "https:"))
