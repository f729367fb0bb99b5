"""OSRM's route service: the lines between places, leg by leg."""

from itertools import pairwise
from typing import Any

import numpy as np

from geo.coordinates import FloatArray
from geo.errors import GeoError
from geo.routers.asking import Asker, Call
from geo.routers.errors import PlacesTooFarError, RouterUnavailableError
from geo.routers.osrm_answer import NoRouteError, TooBigError, TooLongError, accepted
from geo.routers.osrm_table import place_text, snap_m
from geo.routers.settings import OsrmEndpoint

# Steps, since the overview is one line for all legs and does not say where one ends. Turning
# back at a place is allowed: the tables know nothing of how a courier arrived there.
_OPTIONS = "?overview=false&steps=true&geometries=geojson&continue_straight=false"
_OPTIONS += "&generate_hints=false"
# Answers with steps are long: some 60 kB for 20 places in a city.
_PLACES_AT_ONCE = 50


class LegLines:
    """Asks one endpoint for the lines of a journey."""

    def __init__(
        self, endpoint: OsrmEndpoint, asker: Asker, *, url_chars: int, farthest_m: float
    ) -> None:
        self._service = endpoint.service("route")
        self._server = endpoint.shown_url
        self._asker = asker
        self._url_chars = url_chars
        self._farthest_m = farthest_m

    def of(self, points: FloatArray, call: Call) -> list[FloatArray]:
        """One line for each two neighbours among the points.

        Raises:
            RouterUnavailableError: No usable answer.
            PlacesTooFarError: A place farther from its street than allowed.
            GeoError: `router.no_way`, `router.refused`.
        """
        lines: list[FloatArray] = []
        for first in range(0, len(points) - 1, _PLACES_AT_ONCE - 1):
            lines += self._ask(points[first : first + _PLACES_AT_ONCE], call)
        return lines

    def _ask(self, points: FloatArray, call: Call) -> list[FloatArray]:
        places = [place_text(point) for point in points]
        url = self._service + ";".join(places) + _OPTIONS
        if len(url) > self._url_chars and len(points) > 2:
            return self._ask_halves(points, call)
        status, payload = self._asker.get(url, call, server=self._server)
        try:
            answer = accepted(status, payload, places=places, server=self._server)
        except (TooBigError, TooLongError, NoRouteError) as error:
            if len(points) > 2:
                return self._ask_halves(points, call)
            raise self._refusal(error, places) from None
        return self._lines(answer, points)

    def _ask_halves(self, points: FloatArray, call: Call) -> list[FloatArray]:
        middle = len(points) // 2
        return self._ask(points[: middle + 1], call) + self._ask(points[middle:], call)

    def _refusal(self, error: Exception, places: list[str]) -> GeoError:
        if isinstance(error, NoRouteError):
            return GeoError(
                "router.no_way",
                f"the routing server {self._server} knows no way from {places[0]} to {places[1]}",
                "leave the leg out of the plan, or use a server whose map joins them",
            )
        return GeoError(
            "router.refused",
            f"the routing server {self._server} refuses even a route of two places as too big",
            "raise its --max-viaroute-size, or the url_chars it may be asked with",
        )

    def _lines(self, answer: dict[str, Any], points: FloatArray) -> list[FloatArray]:
        try:
            legs = answer["routes"][0]["legs"]
            waypoints = answer["waypoints"]
            found = [
                [xy for step in leg["steps"] for xy in step["geometry"]["coordinates"]]
                for leg in legs
            ]
            lines = [np.array(line, dtype=np.float64).reshape(-1, 2) for line in found]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise self._unusable("the lines of its legs are missing or no lines") from error
        if len(lines) != len(points) - 1 or len(waypoints) != len(points):
            raise self._unusable(f"{len(lines)} legs for {len(points)} places")
        self._refuse_far(points, [snap_m(w, "waypoints", self._server) for w in waypoints])
        return [_joined(a, line, b) for (a, b), line in zip(pairwise(points), lines, strict=True)]

    def _refuse_far(self, points: FloatArray, snaps_m: list[float]) -> None:
        distances_m = np.array(snaps_m)
        far = distances_m > self._farthest_m
        if far.any():
            raise PlacesTooFarError(points[far], distances_m[far], self._farthest_m)

    def _unusable(self, what: str) -> RouterUnavailableError:
        return RouterUnavailableError(
            "router.answer",
            f"the routing server {self._server} gives a route that cannot be used: {what}",
            "check the server and its version (5.19 or later)",
        )


def _joined(start: FloatArray, line: FloatArray, end: FloatArray) -> FloatArray:
    """The line from place to place, without points that repeat the one before."""
    if np.array_equal(start, end):
        return np.stack((start, end))
    whole = np.concatenate((start[None], line, end[None]))
    moved = np.ones(len(whole), dtype=bool)
    moved[1:] = (np.diff(whole, axis=0) != 0).any(axis=1)
    kept: FloatArray = whole[moved]
    return kept
