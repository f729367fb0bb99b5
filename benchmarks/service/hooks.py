"""A returns system that takes webhooks, and checks that they are what they should be."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic, sleep

from dispatch.client import WebhookError, WebhookEvent, read_webhook

ALLOWED = {"DISPATCH_WEBHOOK_ALLOWED_NETWORKS": '["127.0.0.0/8"]'}
_POLL_S = 0.5


@dataclass(slots=True)
class Hooks:
    """What was received.

    Attributes:
        url: Where.
        secret: Of the endpoint, once it is made.
        events: By id, with how often each came.
        forged: Deliveries that were refused.
    """

    url: str
    secret: str = ""
    events: dict[str, tuple[WebhookEvent, int]] = field(default_factory=dict)
    forged: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Keeps a delivery; the status to answer with."""
        try:
            event = read_webhook(self.secret, headers, body)
        except WebhookError as error:
            with self._lock:
                self.forged.append(str(error))
            return 400
        with self._lock:
            _, times = self.events.get(event.id, (event, 0))
            self.events[event.id] = (event, times + 1)
        return 204

    def subjects(self, event_type: str) -> set[str]:
        """The pickups that such an event was told of."""
        with self._lock:
            return {one.subject for one, _ in self.events.values() if one.type == event_type}

    def wait_for(self, event_type: str, pickups: set[str], seconds: float) -> set[str]:
        """The pickups of which such an event is still missing when the time is over."""
        deadline_s = monotonic() + seconds
        while (missing := pickups - self.subjects(event_type)) and monotonic() < deadline_s:
            sleep(_POLL_S)
        return missing

    @property
    def repeated(self) -> int:
        """Events that came more than once."""
        with self._lock:
            return sum(1 for _, times in self.events.values() if times > 1)


@contextmanager
def receiving() -> Iterator[Hooks]:
    """A server that takes webhooks for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            body = self.rfile.read(length)
            if len(body) < length:
                # The sender was killed in the middle of it: no delivery, and no forgery.
                self.close_connection = True
                return
            self.send_response(hooks.take(dict(self.headers.items()), body))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hooks = Hooks(f"http://127.0.0.1:{server.server_port}/hooks")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield hooks
        finally:
            server.shutdown()
            thread.join()
