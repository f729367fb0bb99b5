"""Planned travel between any two places of a city, for the world and for simple policies."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from dispatch.domain.city import CitySettings
from dispatch.domain.places import Place
from dispatch.town import city_of
from dispatch.travel import STRAIGHT_SOURCE, profile_of
from geo.service_area import ServiceArea
from geo.straight_line import StraightLine
from geo.travel_times import SpeedProfile

IntArray = npt.NDArray[np.int64]

_LAST_DEPARTURE_S = 2 * 86_400


class Ways(Protocol):
    """Planned travel, by departure time."""

    def between(
        self, origins: Sequence[Place], destinations: Sequence[Place], vehicle_class: str, at: int
    ) -> tuple[IntArray, IntArray]:
        """Seconds and metres from n places to m, shapes (n, m), when leaving at ``at``.

        ``at`` is in seconds since local midnight.
        """
        ...


class StraightWays:
    """Straight lines with a detour factor, the same numbers as in planning.

    Args:
        settings: Of the city.
        places: Some places of the day that may lie outside the service area.
    """

    def __init__(self, settings: CitySettings, places: Sequence[Place]) -> None:
        city = city_of(settings.city, settings.service_area)
        area = (
            ServiceArea.of_city(city)
            if settings.service_area is None
            else ServiceArea.from_geojson(settings.service_area)
        )
        corners = np.array(area.bounds_points).reshape(-1, 2)
        lonlat = np.concatenate((corners, _lonlat(places)))
        self._line = StraightLine.covering(lonlat, projection=city.projection)
        self._profiles: Mapping[str, tuple[SpeedProfile, tuple[int, ...]]] = {
            name: (profile, self._breakpoints(profile))
            for name, profile in (
                (one.name, profile_of(one, STRAIGHT_SOURCE))
                for one in settings.vehicle_classes.values()
            )
        }

    def between(
        self, origins: Sequence[Place], destinations: Sequence[Place], vehicle_class: str, at: int
    ) -> tuple[IntArray, IntArray]:
        """Seconds and metres, shapes (n, m); see ``Ways``."""
        profile, breakpoints_s = self._profiles[vehicle_class]
        after = int(np.searchsorted(breakpoints_s, at, side="right"))
        low, high = max(after - 1, 0), min(after, len(breakpoints_s) - 1)
        around = tuple(dict.fromkeys((breakpoints_s[low], breakpoints_s[high])))
        found = self._line.matrix(
            _lonlat(origins), _lonlat(destinations), profile=profile, breakpoints_s=around
        )
        seconds = found.duration_s.astype(np.int64)
        metres = found.distance_m.astype(np.int64)
        if len(around) == 1:
            return seconds[0], metres
        span_s = around[1] - around[0]
        return seconds[0] + (seconds[1] - seconds[0]) * (at - around[0]) // span_s, metres

    def _breakpoints(self, profile: SpeedProfile) -> tuple[int, ...]:
        return self._line.breakpoints_s(profile, start_s=0, end_s=_LAST_DEPARTURE_S)


def _lonlat(places: Sequence[Place]) -> npt.NDArray[np.float64]:
    points = [(place.lon, place.lat) for place in places]
    return np.array(points, dtype=np.float64).reshape(-1, 2)
