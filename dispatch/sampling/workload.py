"""How much work a day's requests are, and when.

A pickup takes its time at the door and a drive from the one before. Couriers serve requests of
about the same time in a row, so that the drive is in proportion to the distance to the nearest
other request of the class in the same two-hour band: in a tour through n random points in an area
A both are in proportion to sqrt(A / n) (Beardwood, Halton and Hammersley, 1959).
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

DRIVE_OVER_NEAREST = {PickupClass.PARCEL: 1.8, PickupClass.BULKY: 1.5}
"""Drive between two pickups over the distance to the nearest one, unloading and the ways to the
first and from the last pickup included; fitted to solved days of five cities."""

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
    nearest_m = _nearest_m(chosen, starts, projection)
    drive_s = DRIVE_OVER_NEAREST[kind] * nearest_m * speeds.detour / (kmh / 3.6)
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


def _nearest_m(
    requests: Sequence[PickupRequest], starts_s: npt.NDArray[np.int64], projection: LocalProjection
) -> Curve:
    """Metres to the nearest other request of the same band, the mean of the band, shape (n,).

    Where a band has only one place, its distance from the city centre stands in.
    """
    xy = projection.to_xy([(request.place.lon, request.place.lat) for request in requests])
    bands = np.digitize(starts_s, [hour * HOUR_S for hour in GRID_H[1:]])
    result = np.zeros(len(requests))
    for band in np.unique(bands):
        rows = np.flatnonzero(bands == band)
        if len(np.unique(xy[rows], axis=0)) < 2:
            result[rows] = np.linalg.norm(xy[rows], axis=1)
            continue
        points = np.asarray(shapely.points(xy[rows]))
        _, metres = shapely.STRtree(points).query_nearest(
            points, exclusive=True, return_distance=True, all_matches=False
        )
        result[rows] = metres.mean()
    return result
