"""Planned travel on streets or by a routing server, between the places of a simulated day."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dispatch.domain.city import CitySettings
from dispatch.domain.places import Place
from dispatch.simulation.ways import LAST_DEPARTURE_S, IntArray, lonlat_of
from dispatch.travel import TravelSource, profile_of
from geo.travel_times import UNREACHABLE, SpeedProfile, TravelMatrix, TravelTimes


class SourceWays:
    """Matrices of a day's places, made when a vehicle class first drives.

    A place that is not one of them (where somebody stops on the way) counts as the nearest one
    that is.

    Args:
        settings: Of the city.
        source: Where travel times come from.
        times: The same; not straight lines.
        places: Of the day: doors, hubs, starts and ends of couriers.

    Raises:
        GeoError: The source fails; when a class first drives.
    """

    def __init__(
        self,
        settings: CitySettings,
        source: TravelSource,
        times: TravelTimes,
        places: Sequence[Place],
    ) -> None:
        self._source, self._times = source, times
        self._profiles = {
            name: profile_of(one, source) for name, one in settings.vehicle_classes.items()
        }
        self._index = {place: number for number, place in enumerate(dict.fromkeys(places))}
        self._lonlat = lonlat_of(list(self._index))
        self._matrices: dict[str, TravelMatrix] = {}

    def between(
        self, origins: Sequence[Place], destinations: Sequence[Place], vehicle_class: str, at: int
    ) -> tuple[IntArray, IntArray]:
        """Seconds and metres, shapes (n, m); see ``Ways``."""
        matrix = self._matrix(vehicle_class)
        rows, columns = self._numbers(origins)[:, None], self._numbers(destinations)[None, :]
        times = matrix.breakpoints_s
        after = int(np.searchsorted(times, at, side="right"))
        low, high = max(after - 1, 0), min(after, len(times) - 1)
        seconds = matrix.duration_s[low][rows, columns].astype(np.int64)
        if low != high:
            later_s = matrix.duration_s[high][rows, columns]
            seconds += (later_s - seconds) * (at - times[low]) // (times[high] - times[low])
        metres = matrix.distance_m
        if metres.ndim == 3:
            metres = metres[min(low, len(metres) - 1)]
        return seconds, metres[rows, columns].astype(np.int64)

    def _matrix(self, vehicle_class: str) -> TravelMatrix:
        if vehicle_class not in self._matrices:
            self._matrices[vehicle_class] = self._between_all(self._profiles[vehicle_class])
        return self._matrices[vehicle_class]

    def _between_all(self, profile: SpeedProfile) -> TravelMatrix:
        """Between all places; where a street network has no way to one, nobody gets there."""
        times = self._times.breakpoints_s(profile, start_s=0, end_s=LAST_DEPARTURE_S)
        count = len(self._lonlat)
        near = np.arange(count)
        if self._source.roads is not None:
            near = np.flatnonzero(self._source.roads.snap(self._lonlat, profile).edge >= 0)
        some = self._lonlat[near]
        found = self._times.matrix(some, some, profile=profile, breakpoints_s=times)
        if len(near) == count:
            return found
        wholes = []
        for part in (found.duration_s, found.distance_m.reshape(-1, len(near), len(near))):
            whole = np.full((len(part), count, count), UNREACHABLE, dtype=np.int32)
            whole[:, near[:, None], near] = part
            wholes.append(whole)
        return TravelMatrix(times, *wholes)

    def _numbers(self, places: Sequence[Place]) -> npt.NDArray[np.intp]:
        for place in places:
            if place not in self._index:
                away = self._lonlat - (place.lon, place.lat)
                away[:, 0] *= np.cos(np.radians(place.lat))
                self._index[place] = int((away**2).sum(axis=1).argmin())
        return np.array([self._index[place] for place in places], dtype=np.intp)
