"""Where a day's travel times come from, opened: straight lines, a street network, OSRM."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from dispatch.domain.city import CitySettings, TravelKind, TravelSettings, VehicleClassSettings
from dispatch.domain.plans import STRAIGHT_LINES, TravelOrigin
from geo.by_hour import ByHour
from geo.matrix_cache.store import MatrixStore, default_folder
from geo.matrix_cache.travel import CachedTravel
from geo.roads.speed_file import read_speeds
from geo.roads.store import load_network
from geo.roads.travel import RoadTravel
from geo.routers.osrm import OsrmTravel
from geo.routers.settings import OsrmEndpoint, OsrmLimits
from geo.travel_times import SpeedProfile, TravelTimes

Progress = Callable[[int, int], None]
"""Told how much of a matrix is done, and of how much."""

FloatArray = npt.NDArray[np.float64]


class Drawing(Protocol):
    """Ways along streets, for maps."""

    def __call__(
        self, points: FloatArray, *, profile: SpeedProfile, departures_s: Sequence[int]
    ) -> Sequence[FloatArray]:
        """Return a line (WGS84) from each of n points to the next, n - 1 in all."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelSource:
    """An opened source of travel times.

    Attributes:
        origin: What it is, for plans and reports.
        times: The source; ``None`` for straight lines, which the solver computes itself.
        roads: The same where it is a street network.
        draw: Gives ways along streets; ``None`` where they are straight lines.
    """

    origin: TravelOrigin
    times: TravelTimes | None = None
    roads: RoadTravel | None = None
    draw: Drawing | None = None


STRAIGHT_SOURCE = TravelSource(origin=STRAIGHT_LINES)


def open_travel(settings: CitySettings, progress: Progress | None = None) -> TravelSource:
    """Open the source that a day's settings name.

    Args:
        settings: Of the day; its date decides the weekday of road speeds.
        progress: Told how far a matrix has got; may be called by several threads.

    Raises:
        GeoError: The network, the speeds or the server's address are no such thing.
        OSError: A file cannot be read.
    """
    travel = settings.travel
    if travel.kind is TravelKind.ROADS and travel.roads is not None:
        return _roads(travel, travel.roads, settings.date.weekday(), progress)
    if travel.kind is TravelKind.OSRM:
        return _osrm(travel, progress)
    return STRAIGHT_SOURCE


def profile_of(settings: VehicleClassSettings, source: TravelSource) -> SpeedProfile:
    """The speeds of a vehicle class in whole mm/s, under the name the source knows it by."""
    return SpeedProfile(
        vehicle_class=settings.name if source.roads is None else settings.drives_as,
        detour_permille=round(settings.detour * 1000),
        speeds_mm_s=tuple(round(speed * 1_000_000 / 3600) for speed in settings.speeds_kmh),
    )


def _roads(
    settings: TravelSettings, path: Path, weekday: int, progress: Progress | None
) -> TravelSource:
    network = load_network(path)
    roads = RoadTravel(
        network,
        weekday=weekday,
        speeds=None if settings.speeds is None else read_speeds(settings.speeds),
        max_access_m=settings.max_access_m,
        progress=progress,
    )

    def draw(
        points: FloatArray, *, profile: SpeedProfile, departures_s: Sequence[int]
    ) -> Sequence[FloatArray]:
        ways = roads.paths(points, profile=profile, departures_s=departures_s)
        return [way.lonlat for way in ways]

    return TravelSource(
        origin=TravelOrigin(
            source=TravelKind.ROADS,
            name=f"{path.name} ({network.source}), speeds: {roads.speeds.name}",
            attribution=network.attribution,
            fingerprint=f"{network.fingerprint[:32]}-{roads.speeds.fingerprint[:31]}",
        ),
        times=_kept(roads),
        roads=roads,
        draw=draw,
    )


def _osrm(settings: TravelSettings, progress: Progress | None) -> TravelSource:
    endpoints = {
        name: OsrmEndpoint(url=server.url, profile=server.profile)
        for name, server in settings.osrm.items()
    }
    servers = OsrmTravel(
        endpoints,
        limits=OsrmLimits(table_size=settings.osrm_table_size),
        farthest_m=settings.max_access_m,
        on_progress=progress,
    )

    def draw(
        points: FloatArray,
        *,
        profile: SpeedProfile,
        departures_s: Sequence[int],  # noqa: ARG001
    ) -> Sequence[FloatArray]:
        return servers.paths(points, profile=profile)

    shown = [f"{name} {endpoint.shown_url}" for name, endpoint in endpoints.items()]
    return TravelSource(
        origin=TravelOrigin(
            source=TravelKind.OSRM,
            name=f"OSRM: {', '.join(shown)}",
            attribution=servers.attribution,
        ),
        times=ByHour(source=_kept(servers)),
        draw=draw,
    )


def _kept(times: RoadTravel | OsrmTravel) -> TravelTimes:
    """The same with its matrices kept on disk."""
    store = MatrixStore(default_folder())
    return CachedTravel(times, fingerprint=times.fingerprint, store=store)
