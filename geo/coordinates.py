"""Longitudes and latitudes: checking them, the shifted Chinese systems, great-circle distance.

Points are float64 arrays of shape (n, 2) in degrees, longitude first.

Chinese maps show places in GCJ-02 (AMap, Tencent) or BD-09 (Baidu), which move WGS84 by up
to 700 m and up to 1.5 km. The GCJ-02 formulas are the ones published from the 2009 map
conversion code and used by every open converter (googollee/eviltransform, MIT;
wandergis/coordtransform, MIT); BD-09 is the published wobble on top of GCJ-02 from the same
sources. Neither has a closed inverse: we solve for it by fixed-point iteration.
"""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from geo.errors import GeoError

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth, (2a + b) / 3 of the WGS84 ellipsoid (IUGG)."""


class Crs(StrEnum):
    """The coordinate systems that input may be in; everything inside is WGS84."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


# Krasovsky 1940, the ellipsoid the GCJ-02 formulas are written for.
_KRASOVSKY_A_M = 6_378_245.0
_KRASOVSKY_E2 = 0.006_693_421_622_965_943

_BD09_SHIFT_LON, _BD09_SHIFT_LAT = 0.0065, 0.006
_BD09_WAVE = np.pi * 3000.0 / 180.0

# The outline of China that converters use: "Region of China" (Aimeast, 2012,
# cnblogs.com/Aimeast/archive/2012/08/09/2629614.html), as west, south, east, north.
# Inside the first set and outside the second counts as China. Unlike the plain box
# 72.004..137.8347 E, 0.8293..55.8271 N it leaves Seoul, Hanoi or Singapore where they are.
_CHINA_RECTANGLES = (
    (79.4462, 42.8899, 96.33, 49.2204),
    (109.6872, 39.3742, 135.0002, 54.1415),
    (73.1246, 29.5297, 124.143255, 42.8899),
    (82.9684, 26.7186, 97.0352, 29.5297),
    (97.0253, 20.414096, 124.367395, 29.5297),
    (107.975793, 17.871542, 111.744104, 20.414096),
)
_NOT_CHINA_RECTANGLES = (
    (119.921265, 21.785006, 122.497559, 25.398623),
    (101.8652, 20.0988, 106.665, 22.284),
    (106.4525, 20.4878, 108.051, 21.5422),
    (109.0323, 50.3257, 119.127, 55.8175),
    (127.4568, 49.5574, 137.0227, 55.8175),
    (131.2662, 42.5692, 137.0227, 44.8922),
)

_INVERSE_TOLERANCE_DEG = 1e-10
_INVERSE_MAX_ROUNDS = 50
_OUTLINE_DECIMALS = 9


def as_points(points: npt.ArrayLike) -> FloatArray:
    """Check points and return them as a float64 array of shape (n, 2), longitude first.

    Raises:
        GeoError: `coordinates.shape` for anything but pairs, `coordinates.not_finite` or
            `coordinates.out_of_range` with the first offending row and its value.
    """
    array = np.asarray(points, dtype=np.float64)
    if array.size == 0:
        return np.empty((0, 2), dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 2:
        raise GeoError(
            "coordinates.shape",
            f"points have shape {array.shape}, not (n, 2)",
            "give one longitude, latitude pair per row",
        )
    finite = np.isfinite(array).all(axis=1)
    if not finite.all():
        row = int(np.argmin(finite))
        raise GeoError(
            "coordinates.not_finite",
            f"point {row} is ({array[row, 0]}, {array[row, 1]})",
            "give finite numbers in degrees",
        )
    inside = (np.abs(array[:, 0]) <= 180.0) & (np.abs(array[:, 1]) <= 90.0)
    if not inside.all():
        row = int(np.argmin(inside))
        raise GeoError(
            "coordinates.out_of_range",
            f"point {row} is longitude {array[row, 0]}, latitude {array[row, 1]}",
            "give longitude (-180 to 180) first, then latitude (-90 to 90)",
        )
    return array


def in_china(points: npt.ArrayLike) -> BoolArray:
    """Tell which points lie in the outline of China that the shifted systems apply to.

    The outline is coarse: twelve rectangles, a few tens of kilometres off at land borders
    (the town of Heihe on the Amur falls outside).
    """
    return _in_outline(as_points(points))


def from_wgs84(points: npt.ArrayLike, crs: Crs) -> FloatArray:
    """Convert WGS84 points to another system; points outside China are returned untouched."""
    checked = as_points(points)
    if crs is Crs.WGS84:
        return checked.copy()
    return np.where(_in_outline(checked)[:, None], _shift(checked, crs), checked)


def to_wgs84(points: npt.ArrayLike, crs: Crs) -> FloatArray:
    """Convert points of any system to WGS84; points outside China are returned untouched.

    Inverse of `from_wgs84` to well under a millimetre for every point inside the outline of
    `in_china`. In the strip of about 1 km along that outline the forward conversion is not
    one-to-one; there the answer is the point inside.
    """
    checked = as_points(points)
    if crs is Crs.WGS84 or len(checked) == 0:
        return checked.copy()
    solved = checked.copy()
    # The shift varies by less than 1 % over its own length, so each round gains two digits.
    for _ in range(_INVERSE_MAX_ROUNDS):
        step = checked - _shift(solved, crs)
        solved += step
        if np.abs(step).max() < _INVERSE_TOLERANCE_DEG:
            break
    # A point on the outline itself may come back a rounding error outside.
    inside = _in_outline(solved) | _in_outline(solved.round(_OUTLINE_DECIMALS))
    return np.where(inside[:, None], solved, checked)


def great_circle_m(origins: npt.ArrayLike, destinations: npt.ArrayLike) -> FloatArray:
    """Return great-circle distances in metres between points of shape (..., 2), broadcast.

    Haversine formula (R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68(2),
    1984) on a sphere of the Earth's mean radius: within 0.6 % of the ellipsoid. Pass
    ``a[:, None]`` and ``b[None, :]`` for all pairs.
    """
    a = np.radians(np.asarray(origins, dtype=np.float64))
    b = np.radians(np.asarray(destinations, dtype=np.float64))
    half_lon = np.sin((b[..., 0] - a[..., 0]) / 2)
    half_lat = np.sin((b[..., 1] - a[..., 1]) / 2)
    h = half_lat**2 + np.cos(a[..., 1]) * np.cos(b[..., 1]) * half_lon**2
    # Rounding can lift h a hair above 1 for antipodes, where arcsin has no value.
    distance: FloatArray = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(h, 1.0)))
    return distance


def _in_outline(points: FloatArray) -> BoolArray:
    return _in_any(points, _CHINA_RECTANGLES) & ~_in_any(points, _NOT_CHINA_RECTANGLES)


def _in_any(
    points: FloatArray, rectangles: tuple[tuple[float, float, float, float], ...]
) -> BoolArray:
    lon, lat = points[:, 0], points[:, 1]
    inside = np.zeros(len(points), dtype=np.bool_)
    for west, south, east, north in rectangles:
        inside |= (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside


def _shift(points: FloatArray, crs: Crs) -> FloatArray:
    shifted = _gcj02(points)
    return _bd09(shifted) if crs is Crs.BD09 else shifted


def _gcj02(points: FloatArray) -> FloatArray:
    lon, lat = points[:, 0], points[:, 1]
    x, y = lon - 105.0, lat - 35.0
    root = 0.1 * np.sqrt(np.abs(x))
    ripple = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 2.0 * root
    north_m += 2.0 / 3.0 * (ripple + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0))
    north_m += 2.0 / 3.0 * (160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0))
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + root
    east_m += 2.0 / 3.0 * (ripple + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0))
    east_m += 2.0 / 3.0 * (150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0))

    sine = np.sin(np.radians(lat))
    w2 = 1.0 - _KRASOVSKY_E2 * sine * sine
    meridian_radius_m = _KRASOVSKY_A_M * (1.0 - _KRASOVSKY_E2) / w2**1.5
    parallel_radius_m = _KRASOVSKY_A_M / np.sqrt(w2) * np.cos(np.radians(lat))
    lon = lon + np.degrees(east_m / parallel_radius_m)
    lat = lat + np.degrees(north_m / meridian_radius_m)
    return np.column_stack((lon, lat))


def _bd09(points: FloatArray) -> FloatArray:
    lon, lat = points[:, 0], points[:, 1]
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD09_WAVE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD09_WAVE)
    return np.column_stack(
        (radius * np.cos(angle) + _BD09_SHIFT_LON, radius * np.sin(angle) + _BD09_SHIFT_LAT)
    )
