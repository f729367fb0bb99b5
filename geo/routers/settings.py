"""What a planner says about a routing server: where it is, what it bears, how long to wait."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from geo.errors import GeoError

LONGEST_URL_CHARS = 60_000
"""Beyond this the HTTP library refuses a URL (httpx: 65,536 characters)."""

_PROFILE = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class OsrmEndpoint:
    """Where one vehicle class is routed.

    An `osrm-routed` process knows one profile, so that classes usually differ in `url`.

    Attributes:
        url: where the server listens, as in ``http://localhost:5000``; a path before the name of
            the service is kept. May hold user and password, which are never shown.
        profile: the part of the path after ``/v1/``. A plain `osrm-routed` ignores it; servers
            in front of several ones choose by it.
        data_version: names the map behind the server. Empty: the server is asked.
    """

    url: str
    profile: str = "driving"
    data_version: str = ""

    def __post_init__(self) -> None:
        """Check the address.

        Raises:
            GeoError: `router.settings`.
        """
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise GeoError(
                "router.settings",
                f"the routing server's url is {self.url!r}",
                "give http:// or https://, a host and, if needed, a port",
            )
        if parts.query or parts.fragment:
            raise GeoError(
                "router.settings",
                f"the routing server's url {self.shown_url!r} has a query or a fragment",
                "give the address up to the name of the service only",
            )
        if not _PROFILE.fullmatch(self.profile):
            raise GeoError(
                "router.settings",
                f"the routing server's profile is {self.profile!r}",
                "give the name between /v1/ and the coordinates, as in driving",
            )

    @property
    def shown_url(self) -> str:
        """The address without user and password."""
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")

    def service(self, name: str) -> str:
        """Address of a service of this profile, up to the coordinates."""
        return f"{self.url.rstrip('/')}/{name}/v1/{self.profile}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class OsrmLimits:
    """What the server bears at a time.

    Attributes:
        table_size: its ``--max-table-size``: a table may have that many pairs, squared. Where the
            server turns out to bear less, tables are made smaller.
        url_chars: longest URL. 8,000 pass common proxies; a plain `osrm-routed` of the default
            table size bears some 25,000 and cuts the connection beyond.
        in_flight: requests at a time.
    """

    table_size: int = 100
    url_chars: int = 8_000
    in_flight: int = 4

    def __post_init__(self) -> None:
        """Check the figures.

        Raises:
            GeoError: `router.settings`.
        """
        _within("table_size", self.table_size, 1, 100_000)
        _within("url_chars", self.url_chars, 500, LONGEST_URL_CHARS)
        _within("in_flight", self.in_flight, 1, 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for a server that is slow, busy or down.

    Attributes:
        attempts: how often one request is sent before giving up.
        timeout_s: seconds until one attempt counts as failed.
        deadline_s: seconds for all requests of one matrix or one drawing together.
        first_wait_s: pause before the second attempt; doubled for each further one.
        longest_wait_s: no pause of our own choosing is longer. A server's Retry-After is obeyed
            up to the deadline.
    """

    attempts: int = 4
    timeout_s: float = 30.0
    deadline_s: float = 300.0
    first_wait_s: float = 0.5
    longest_wait_s: float = 20.0

    def __post_init__(self) -> None:
        """Check the figures.

        Raises:
            GeoError: `router.settings`.
        """
        _within("attempts", self.attempts, 1, 100)
        for name in ("timeout_s", "deadline_s"):
            _within(name, getattr(self, name), 0.001, 86_400)
        for name in ("first_wait_s", "longest_wait_s"):
            _within(name, getattr(self, name), 0, 3_600)


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise GeoError("router.settings", f"{name} is {value}", f"give {low} to {high}")
