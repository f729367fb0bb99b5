"""Planned travel between any two places of a city, for the world and for simple policies."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from dispatch.domain.city import CitySettings
from dispatch.domain.places import Place
from dispatch.town import city_of
from dispatch.travel import STRAIGHT_SOURCE, profile_of
from geo.service_area import ServiceArea
from geo.straight_line import StraightLine, drive_s, way_m
from geo.travel_times import SpeedProfile

IntArray = npt.NDArray[np.int64]

LAST_DEPARTURE_S = 2 * 86_400


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
        lonlat = np.concatenate((corners, lonlat_of(places)))
        line = StraightLine.covering(lonlat, projection=city.projection)
        self._projection = line.projection
        self._speeds = {
            one.name: _speeds(line, profile_of(one, STRAIGHT_SOURCE))
            for one in settings.vehicle_classes.values()
        }
        self._xy_m: dict[Place, tuple[int, int]] = {}

    def between(
        self, origins: Sequence[Place], destinations: Sequence[Place], vehicle_class: str, at: int
    ) -> tuple[IntArray, IntArray]:
        """Seconds and metres, shapes (n, m); see ``Ways``."""
        speeds = self._speeds[vehicle_class]
        breakpoints_s = speeds.breakpoints_s
        metres = way_m(self._points(origins), self._points(destinations), speeds.detour_permille)
        after = bisect_right(breakpoints_s, at)
        low, high = max(after - 1, 0), min(after, len(breakpoints_s) - 1)
        seconds = drive_s(metres, speeds.mm_s[low])
        if low != high:
            span_s = breakpoints_s[high] - breakpoints_s[low]
            later_s = drive_s(metres, speeds.mm_s[high])
            seconds += (later_s - seconds) * (at - breakpoints_s[low]) // span_s
        return seconds, metres

    def _points(self, places: Sequence[Place]) -> IntArray:
        """Projected metres, shape (n, 2); those of a place are reckoned once."""
        known = self._xy_m
        try:
            found = [known[place] for place in places]
        except KeyError:
            new = list(dict.fromkeys(place for place in places if place not in known))
            points_m = self._projection.to_xy_m(lonlat_of(new)).tolist()
            known.update(
                (place, (x_m, y_m)) for place, (x_m, y_m) in zip(new, points_m, strict=True)
            )
            found = [known[place] for place in places]
        return np.array(found, dtype=np.int64).reshape(-1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Speeds:
    """Of a vehicle class, at departure breakpoints in seconds since local midnight."""

    detour_permille: int
    breakpoints_s: tuple[int, ...]
    mm_s: tuple[int, ...]


def _speeds(line: StraightLine, profile: SpeedProfile) -> _Speeds:
    breakpoints_s = line.breakpoints_s(profile, start_s=0, end_s=LAST_DEPARTURE_S)
    return _Speeds(
        detour_permille=profile.detour_permille,
        breakpoints_s=breakpoints_s,
        mm_s=line.speeds_mm_s(profile, breakpoints_s),
    )


def lonlat_of(places: Sequence[Place]) -> npt.NDArray[np.float64]:
    """WGS84 points of places, shape (n, 2)."""
    points = [(place.lon, place.lat) for place in places]
    return np.array(points, dtype=np.float64).reshape(-1, 2)
