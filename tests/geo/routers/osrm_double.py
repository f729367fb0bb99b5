"""A small server on this machine that speaks OSRM's contract, and fails on demand."""

import json
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from time import monotonic
from urllib.parse import parse_qs, urlsplit


@dataclass
class Reply:
    """What the server answers instead of the truth, once."""

    status: int = 200
    body: bytes = b""
    headers: dict = field(default_factory=dict)
    wait_for: threading.Event | None = None
    wait_s: float = 10
    cut: bool = False


def json_reply(payload, status=200, **headers):
    return Reply(status, json.dumps(payload).encode(), {"Content-Type": "application/json"})


def busy(status, retry_after=None):
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Reply(status, b"<html>busy</html>", {"Content-Type": "text/html", **headers})


def way(origin, destination):
    """Seconds and metres by the double's own rule; not the same there and back."""
    (x0, y0), (x1, y1) = origin, destination
    metres = round(100_000 * (abs(x1 - x0) + abs(y1 - y0)), 1)
    return round(metres / 8 + (7.5 if x1 > x0 else 0.0), 1), metres


class OsrmDouble:
    def __init__(self, table_size=100, url_chars=25_000, data_version="v1"):
        self.table_size = table_size
        self.url_chars = url_chars
        self.data_version = data_version
        self.snap_m = {}
        self.no_way = set()
        self.replies: deque[Reply] = deque()
        self.change: Callable[[dict], dict] = lambda payload: payload
        self.waited_in_vain = 0
        self.asked = []
        self.asked_at = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def services(self):
        return [urlsplit(path).path.split("/")[1] for path in self.asked]

    def tables(self):
        """Sources and destinations of every table asked for, as counts."""
        queries = [parse_qs(urlsplit(path).query) for path in self.asked if "/table/" in path]
        return [
            tuple(len(query[name][0].split(";")) for name in ("sources", "destinations"))
            for query in queries
        ]

    def answer(self, path):
        parts = urlsplit(path)
        _, service, version, _profile, places = parts.path.split("/")
        if version != "v1" or service not in ("table", "route", "nearest"):
            return json_reply({"code": "InvalidUrl", "message": "URL string malformed"}, 400)
        points = [tuple(map(float, place.split(","))) for place in places.split(";")]
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        payload = getattr(self, f"_{service}")(places.split(";"), points, query)
        if payload["code"] != "Ok":
            return json_reply(payload, 400)
        if self.data_version:
            payload["data_version"] = self.data_version
        return json_reply(self.change(payload))

    def _nearest(self, _places, points, _query):
        return {"code": "Ok", "waypoints": [{"distance": 5.0, "location": points[0]}]}

    def _table(self, places, points, query):
        if len(places) < 2:
            return {"code": "InvalidOptions", "message": "needs at least two coordinates"}
        sources, targets = (
            [int(i) for i in query[name].split(";")] for name in ("sources", "destinations")
        )
        if len(sources) * len(targets) > self.table_size**2:
            return {"code": "TooBig", "message": "Too many table coordinates"}
        cells = [
            [
                None if (places[i], places[j]) in self.no_way else way(points[i], points[j])
                for j in targets
            ]
            for i in sources
        ]
        return {
            "code": "Ok",
            "durations": [[cell and cell[0] for cell in row] for row in cells],
            "distances": [[cell and cell[1] for cell in row] for row in cells],
            "sources": [self._waypoint(places[i], points[i]) for i in sources],
            "destinations": [self._waypoint(places[j], points[j]) for j in targets],
        }

    def _route(self, places, points, _query):
        pairs = set(pairwise(places))
        if self.no_way & pairs:
            return {"code": "NoRoute", "message": "Impossible route between points"}
        legs = []
        for a, b in pairwise(points):
            corner = (b[0], a[1])
            steps = [[a, corner], [corner, b], [b, b]]
            legs.append({"steps": [{"geometry": {"coordinates": step}} for step in steps]})
        waypoints = [self._waypoint(*both) for both in zip(places, points, strict=True)]
        return {"code": "Ok", "routes": [{"legs": legs}], "waypoints": waypoints}

    def _waypoint(self, place, point):
        return {"distance": self.snap_m.get(place, 0), "location": point, "name": ""}

    def _handler(self):
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def do_GET(self):
                double.asked.append(self.path)
                double.asked_at.append(monotonic())
                if double.replies:
                    reply = double.replies.popleft()
                elif len(self.path) > double.url_chars:
                    reply = Reply(414, b"<html>URI too long</html>", {"Content-Type": "text/html"})
                else:
                    reply = double.answer(self.path)
                if reply.wait_for is not None and not reply.wait_for.wait(reply.wait_s):
                    double.waited_in_vain += 1
                if reply.cut:
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *_):
                pass

            def handle(self):
                # The client gives up on us where a test wants it to.
                with suppress(ConnectionError):
                    super().handle()

        return Handler
