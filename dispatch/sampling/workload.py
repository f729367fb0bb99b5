"""How much work a day's requests are, and when.

A pickup takes its time at the door and a drive from the one before. In a tour through n random
points in an area A, the drive is in proportion to sqrt(A / n), and so is the distance to the
nearest other point (Beardwood, Halton and Hammersley, 1959). In solved days the drive grew
more slowly than that from the busy morning to the quiet noon, about with the fourth root, since
fewer couriers serve more of what lies on their way. So we take the geometric mean of the distances
among the requests of the same two hours and among those of the whole day.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

from dispatch.domain.city import CitySettings
from dispatch.domain.requests import PickupClass, PickupRequest
from dispatch.domain.service import door_time_s, setup_time_s
from dispatch.sampling.demand import GRID_H, HOUR_S
from geo.projection import LocalProjection

SLOT_S = 900
DAY_SLOTS = 24 * HOUR_S // SLOT_S

DRIVE_OVER_NEAREST = {PickupClass.PARCEL: 1.75, PickupClass.BULKY: 2.9}
"""Drive between two pickups over that mean, unloading and the ways to the first and from the last
pickup included: fitted to days of Hangzhou as the native engine solves them in a minute."""

VEHICLE_OF = {PickupClass.PARCEL: "ebike", PickupClass.BULKY: "van"}

Curve = npt.NDArray[np.float64]


def work_curve(
    kind: PickupClass,
    requests: Sequence[PickupRequest],
    settings: CitySettings,
    projection: LocalProjection,
) -> Curve:
    """Seconds of work of one class in every quarter of an hour of the day, shape (96,)."""
    chosen = [request for request in requests if request.pickup_class is kind]
    curve = np.zeros(DAY_SLOTS)
    if not chosen:
        return curve
    starts = np.array([_seconds_of_day(request, 0) for request in chosen])
    ends = np.array([_seconds_of_day(request, 1) for request in chosen])
    speeds = settings.vehicle_classes[VEHICLE_OF[kind]]
    kmh = np.resize(np.array(speeds.speeds_kmh), 24)[(starts // HOUR_S).astype(np.int64)]
    metres = DRIVE_OVER_NEAREST[kind] * _typical_m(chosen, starts, projection)
    drive_s = metres * speeds.detour / (kmh / 3.6)
    door_s = [
        door_time_s(request, settings) + setup_time_s(request, settings) for request in chosen
    ]
    for start_s, end_s, work_s in zip(starts, ends, drive_s + np.array(door_s), strict=True):
        first, last = int(start_s // SLOT_S), int(end_s // SLOT_S)
        curve[first:last] += work_s / (last - first)
    return curve


def _seconds_of_day(request: PickupRequest, end: int) -> int:
    """Start or end of the first window; all-day windows end with the grid."""
    window = request.windows[0]
    if end:
        span_s = min((window.end_at - window.start_at).total_seconds(), 10 * HOUR_S)
        return _seconds_of_day(request, 0) + int(span_s)
    start_at = window.start_at
    return start_at.hour * HOUR_S + start_at.minute * 60


def _typical_m(
    requests: Sequence[PickupRequest], starts_s: npt.NDArray[np.int64], projection: LocalProjection
) -> Curve:
    """Metres a pickup is typically away from its nearest neighbours, by band, shape (n,)."""
    xy = projection.to_xy([(request.place.lon, request.place.lat) for request in requests])
    bands = np.digitize(starts_s, [hour * HOUR_S for hour in GRID_H[1:]])
    of_band = np.array([_nearest_m(xy[bands == band]) for band in range(len(GRID_H))])
    typical: Curve = np.sqrt(_nearest_m(xy) * of_band[bands])
    return typical


def _nearest_m(xy: Curve) -> float:
    """Mean distance from each distinct point of shape (n, 2) to the nearest other.

    A lone point is as far away as it is from the city centre.
    """
    distinct = np.unique(xy, axis=0)
    if len(distinct) < 2:
        return float(np.linalg.norm(distinct)) if len(distinct) else 0.0
    points = np.asarray(shapely.points(distinct))
    _, metres = shapely.STRtree(points).query_nearest(
        points, exclusive=True, return_distance=True, all_matches=False
    )
    return float(metres.mean())
