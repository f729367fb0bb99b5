"""Zones of a day: drawn from its expected work, or a planner's own."""

from collections import defaultdict

import numpy as np
import numpy.typing as npt
import shapely

from dispatch.domain.city import CitySettings
from dispatch.domain.day import Day
from dispatch.domain.requests import PickupClass, PickupRequest
from dispatch.domain.service import door_time_s, setup_time_s
from geo.projection import LocalProjection
from geo.zones import Zones, make_zones

SMALL_DAY = 200
"""Requests up to which a day is not split into zones unless the planner asks."""

REQUESTS_PER_ZONE = 100
"""Requests in a zone on average where the planner names no number of zones."""

_TOUR_OVER_NEAREST = 1.42
"""Beardwood, Halton and Hammersley (1959): a tour through n random points in area A takes about
0.7124 sqrt(A / n) per point; the mean distance to the nearest of them is 0.5 sqrt(A / n)."""


def default_zone_count(requests: int) -> int:
    """Zones for a day of so many requests; 0 where it is better solved whole."""
    return 0 if requests <= SMALL_DAY else round(requests / REQUESTS_PER_ZONE)


def draw_zones(day: Day, count: int) -> Zones:
    """Zones of even expected work; the same day gives the same zones."""
    return make_zones(_points(day), expected_work_s(day), count=count)


def read_zones(text: str, day: Day) -> Zones:
    """A planner's own zones from GeoJSON, with the day's requests assigned to them.

    Raises:
        GeoError: The text is no GeoJSON of disjoint polygons.
    """
    return Zones.from_geojson(text, _points(day), expected_work_s(day))


def expected_work_s(day: Day) -> npt.NDArray[np.int64]:
    """Seconds each request is expected to take: at the door plus local travel, shape (n,).

    Local travel is estimated from the nearest other request of the same class whose window
    begins at the same time, since those are what one courier would serve in a row.
    """
    work = np.array(
        [
            door_time_s(request, day.settings) + setup_time_s(request, day.settings)
            for request in day.requests
        ],
        dtype=np.int64,
    )
    groups: defaultdict[tuple[PickupClass, object], list[int]] = defaultdict(list)
    for row, request in enumerate(day.requests):
        groups[request.pickup_class, request.windows[0].start_at].append(row)
    for (pickup_class, _), rows in groups.items():
        nearest_m = _nearest_m([day.requests[row] for row in rows])
        metres_per_s = _local_speed(day.settings, pickup_class)
        work[rows] += np.rint(_TOUR_OVER_NEAREST * nearest_m / metres_per_s).astype(np.int64)
    return work


def _points(day: Day) -> npt.NDArray[np.float64]:
    return np.array(
        [(request.place.lon, request.place.lat) for request in day.requests], dtype=np.float64
    ).reshape(-1, 2)


def _nearest_m(requests: list[PickupRequest]) -> npt.NDArray[np.float64]:
    """Metres from each request to the nearest other one; 0 where there is none."""
    nearest = np.zeros(len(requests))
    if len(requests) < 2:
        return nearest
    places = np.array([(request.place.lon, request.place.lat) for request in requests])
    centre_lon, centre_lat = places.mean(axis=0).tolist()
    plane = LocalProjection(centre_lon=centre_lon, centre_lat=centre_lat)
    points = np.asarray(shapely.points(plane.to_xy(places)))
    # exclusive: a place is not its own neighbour; places that coincide are not either, so that
    # several requests at one address do not hide the way to the next address.
    (rows, _), metres = shapely.STRtree(points).query_nearest(
        points, exclusive=True, return_distance=True, all_matches=False
    )
    nearest[rows] = metres
    return nearest


def _local_speed(settings: CitySettings, pickup_class: PickupClass) -> float:
    """Straight-line metres a second of the vehicle class that usually does such work."""
    classes = settings.vehicle_classes
    usual = "van" if pickup_class is PickupClass.BULKY else "ebike"
    chosen = classes.get(usual) or next(iter(classes.values()))
    kmh = sum(chosen.speeds_kmh) / len(chosen.speeds_kmh)
    return kmh / 3.6 / chosen.detour
