"""Travel times and ways from an OSRM server over HTTP.

Project OSRM, docs/http.md of Project-OSRM/osrm-backend. Only GET requests are used, which every
version answers. VROOM's wrapper of the same server (VROOM-Project/vroom,
src/routing/osrm_routed_wrapper.cpp, BSD) showed which options a matrix and a drawing need.
"""

import hashlib
import json
import weakref
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.coordinates import FloatArray, as_points
from geo.errors import GeoError
from geo.roads.network import ATTRIBUTION
from geo.roads.snapping import MAX_ACCESS_M
from geo.routers.asking import Asker, Call
from geo.routers.batches import Bearable
from geo.routers.osrm_answer import accepted
from geo.routers.osrm_legs import LegLines
from geo.routers.osrm_matrix import Gathering
from geo.routers.settings import OsrmEndpoint, OsrmLimits, Patience
from geo.travel_times import SpeedProfile, TravelMatrix, check_breakpoints

_DEFAULT_LIMITS = OsrmLimits()
_DEFAULT_PATIENCE = Patience()
_CONVERSION = 1
"""Raised when the same answers are turned into other numbers, so that kept ones are not used."""


class OsrmTravel:
    """Travel times of OSRM servers, one endpoint for each vehicle class; a `TravelTimes` source.

    Times do not depend on the departure: there is one breakpoint. `geo.by_hour.ByHour` adds the
    hours of the day. A profile's speeds and detour factor are not used; the server has its own.
    The way on foot between a place and its street is added at both ends, as
    `geo.roads.snapping` does. Seconds are rounded up, metres to the nearest.

    Close it, or use it in a ``with`` block; its connections end at the latest when nothing refers
    to it any more. Threads may share it.

    Args:
        endpoints: where each vehicle class is routed, by its name.
        limits: what the servers bear.
        patience: how long to wait for them.
        farthest_m: no place may be farther from its street than this many metres.
        on_progress: called with pairs answered and pairs asked while a matrix is gathered.
    """

    __slots__ = (
        "__weakref__",
        "_asker",
        "_bearable",
        "_endpoints",
        "_farthest_m",
        "_limits",
        "_on_progress",
        "_patience",
        "_versions",
    )

    def __init__(
        self,
        endpoints: Mapping[str, OsrmEndpoint],
        *,
        limits: OsrmLimits = _DEFAULT_LIMITS,
        patience: Patience = _DEFAULT_PATIENCE,
        farthest_m: float = MAX_ACCESS_M,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._endpoints = dict(endpoints)
        self._limits = limits
        self._patience = patience
        self._farthest_m = farthest_m
        self._on_progress = on_progress
        self._asker = Asker(patience, connections=limits.in_flight)
        self._bearable = {
            name: Bearable(pairs=limits.table_size**2, url_chars=limits.url_chars)
            for name in self._endpoints
        }
        self._versions: dict[str, str] = {}
        weakref.finalize(self, self._asker.close)

    def __enter__(self) -> "OsrmTravel":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._asker.close()

    @property
    def attribution(self) -> str:
        """Whose map it is: to be shown wherever its ways are."""
        return ATTRIBUTION

    def breakpoints_s(self, profile: SpeedProfile, *, start_s: int, end_s: int) -> tuple[int, ...]:  # noqa: ARG002
        """Return the one departure time there is: times do not depend on it.

        Raises:
            GeoError: `router.no_class` where no server is known for the profile's class.
        """
        self._endpoint(profile)
        return (0,)

    def matrix(
        self,
        origins: npt.ArrayLike,
        destinations: npt.ArrayLike,
        *,
        profile: SpeedProfile,
        breakpoints_s: Sequence[int],
    ) -> TravelMatrix:
        """Return int32 seconds (K, n, m), equal at all breakpoints, and metres (n, m).

        Raises:
            RouterUnavailableError: The server is down, too slow, or gives no usable answer.
            PlacesTooFarError: `router.too_far`, with all such places.
            GeoError: `router.no_class`, or `router.refused` where the server refuses.
        """
        times = check_breakpoints(breakpoints_s)
        endpoint = self._endpoint(profile)
        gathering = Gathering(
            as_points(origins),
            as_points(destinations),
            endpoint=endpoint,
            bearable=self._bearable[profile.vehicle_class],
            data_version=self._versions.get(profile.vehicle_class),
        )
        gathering.gather(
            self._asker,
            Call(self._patience),
            at_once=self._limits.in_flight,
            farthest_m=self._farthest_m,
            on_progress=self._on_progress,
        )
        duration_s, distance_m = gathering.whole_numbers()
        return TravelMatrix(
            breakpoints_s=times,
            duration_s=np.repeat(duration_s[None], len(times), axis=0),
            distance_m=distance_m,
        )

    def paths(self, points: npt.ArrayLike, *, profile: SpeedProfile) -> list[FloatArray]:
        """Return the way from each of n points to the next as n - 1 lines.

        A line is WGS84 of shape (p, 2), p at least 2; it begins and ends at the points
        themselves, so that the way on foot is drawn too.

        Raises:
            RouterUnavailableError: The server is down, too slow, or gives no usable answer.
            PlacesTooFarError: `router.too_far`.
            GeoError: `router.no_way` between two points, `router.no_class`, `router.refused`.
        """
        lines = LegLines(
            self._endpoint(profile),
            self._asker,
            url_chars=self._bearable[profile.vehicle_class].url_chars,
            farthest_m=self._farthest_m,
        )
        return lines.of(as_points(points), Call(self._patience))

    def fingerprint(self, profile: SpeedProfile) -> str:
        """Return what the numbers for a class depend on beside the places, as sha256 in hex.

        That is the server, its profile and the version of its map. A version that the endpoint
        does not state is asked of the server; one that the server does not tell either counts
        as new every day (UTC).

        Raises:
            RouterUnavailableError: The server had to be asked and does not answer.
            GeoError: `router.no_class`, or `router.refused` where the server refuses.
        """
        endpoint = self._endpoint(profile)
        version = endpoint.data_version
        if not version:
            version = self._versions[profile.vehicle_class] = self._asked_version(endpoint)
        facts = [
            "osrm",
            _CONVERSION,
            endpoint.shown_url,
            endpoint.profile,
            version or utc_date(),
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def _endpoint(self, profile: SpeedProfile) -> OsrmEndpoint:
        try:
            return self._endpoints[profile.vehicle_class]
        except KeyError:
            raise GeoError(
                "router.no_class",
                f"no routing server is given for vehicle class {profile.vehicle_class!r}",
                f"give one beside those for {', '.join(sorted(self._endpoints)) or 'none'}",
            ) from None

    def _asked_version(self, endpoint: OsrmEndpoint) -> str:
        """The version of the map by the server's own account; empty if it does not say."""
        # Any place will do: the nearest street of the map answers, however far it is.
        url = f"{endpoint.service('nearest')}0,0?generate_hints=false"
        server = endpoint.shown_url
        status, payload = self._asker.get(url, Call(self._patience), server=server)
        if isinstance(payload, dict) and payload.get("code") == "NoSegment":
            return ""
        answer: dict[str, Any] = accepted(status, payload, places=("0,0",), server=server)
        version = answer.get("data_version", "")
        return version if isinstance(version, str) else ""


def utc_date() -> str:
    """Today in UTC, as in 2024-05-01."""
    return datetime.now(tz=UTC).date().isoformat()
