"""What the drive to a request costs before anybody has planned a route: for weighing zones."""

import numpy as np
import numpy.typing as npt
import shapely

from geo.cells import IntArray
from geo.coordinates import as_points
from geo.projection import LocalProjection
from geo.travel_times import SpeedProfile

# A shortest tour through random places has legs of 0.7124 sqrt(A / n) (Beardwood, Halton and
# Hammersley 1959; constant of Johnson, McGeoch and Rothberg 1996), and the place nearest to
# one is 0.5 sqrt(A / n) away (Clark and Evans 1954).
_LEG_PERMILLE_OF_NEAREST = 1425


def local_travel_s(
    points: npt.ArrayLike, *, profile: SpeedProfile, projection: LocalProjection
) -> IntArray:
    """Estimate the seconds of driving that each request adds to a tour of its surroundings.

    1.425 times the way to the nearest other place, at the profile's mean speed, shared by the
    requests at one place. Time windows make real legs longer everywhere alike: good for
    weighing places against each other, too short for planning a fleet.

    Args:
        points: WGS84 places of the requests, shape (n, 2).
        profile: detour factor and speeds.
        projection: the plane around the city.

    Returns:
        Whole seconds, shape (n,); 0 where all requests are at one place.
    """
    places, place, sharing = np.unique(
        projection.to_xy_m(as_points(points)), axis=0, return_inverse=True, return_counts=True
    )
    if len(places) < 2:
        return np.zeros(len(place.ravel()), dtype=np.int64)
    tree = shapely.STRtree([shapely.Point(xy) for xy in places])
    (rows, _), nearest_m = tree.query_nearest(
        tree.geometries, exclusive=True, all_matches=False, return_distance=True
    )
    straight_m = np.empty(len(places))
    straight_m[rows] = nearest_m
    leg_m = straight_m * (_LEG_PERMILLE_OF_NEAREST * profile.detour_permille / 1e6)
    leg_s = leg_m * 1000 / (sum(profile.speeds_mm_s) / len(profile.speeds_mm_s))
    return np.rint(leg_s / sharing).astype(np.int64)[place.ravel()]
