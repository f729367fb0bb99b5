"""The receiver of webhooks in the benchmarks tells forgeries from deliveries cut off by a kill."""

import http.client
import socket
from urllib.parse import urlsplit

from benchmarks.service.hooks import receiving


def test_a_delivery_cut_off_in_the_middle_is_neither_taken_nor_forged() -> None:
    with receiving() as hooks:
        parts = urlsplit(hooks.url)
        with socket.create_connection((parts.hostname, parts.port)) as sender:
            sender.sendall(b"POST /hooks HTTP/1.1\r\ncontent-length: 100\r\n\r\n{half")
            sender.shutdown(socket.SHUT_WR)
            assert sender.recv(1) == b""
    assert (hooks.events, hooks.forged) == ({}, [])


def test_a_delivery_without_a_good_signature_is_forged() -> None:
    with receiving() as hooks:
        hooks.secret = "whsec_" + "c2VjcmV0" * 4
        connection = http.client.HTTPConnection(urlsplit(hooks.url).netloc)
        connection.request("POST", "/hooks", body=b"{}", headers={"webhook-id": "1"})
        assert connection.getresponse().status == 400
        connection.close()
    assert len(hooks.forged) == 1
