"""Where a city is served: a planner's polygon, or the dense districts around its centre."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.cities import City, District
from geo.coordinates import BoolArray, as_points, great_circle_m
from geo.errors import GeoError
from geo.geojson import as_polygon, feature_collection, polygon_features, to_geometry

MIN_DENSITY_PER_KM2 = 1_500
MAX_CENTRE_DISTANCE_M = 40_000
JOINING_M = 5_000

_DISC_SEGMENTS_PER_QUARTER = 16


@dataclass(frozen=True, slots=True)
class ServiceArea:
    """The part of a city that is served.

    Attributes:
        polygon: valid, not empty, WGS84.
    """

    polygon: Polygon | MultiPolygon

    def __post_init__(self) -> None:
        shapely.prepare(self.polygon)

    @classmethod
    def of_city(cls, city: City) -> "ServiceArea":
        """Return the default area: the dense districts and the city's middle, joined.

        Districts are discs of their area around their label points: those of at least 1,500
        residents per km2 whose label lies within 40 km of the centre; where there is none
        (Jinhua, whose dense part is Yiwu at 42 km), the nearest one that is dense enough, and
        no middle. The middle is what lies within `JOINING_M` of the centre. What lies between
        them is city too: the union is closed (grown and shrunk again) by `JOINING_M`, and holes
        that are left are filled.

        Raises:
            GeoError: `service_area.none` for a city without any such district.
        """
        return cls(_default_polygon(city))

    @classmethod
    def from_geojson(cls, text: str) -> "ServiceArea":
        """Read an area from GeoJSON (RFC 7946): one or more polygons, united.

        Raises:
            GeoError: `geojson.*` if the text is not GeoJSON or holds anything but valid polygons.
        """
        features = polygon_features(text)
        return cls(as_polygon(shapely.union_all([feature.polygon for feature in features])))

    def to_geojson(self, properties: Mapping[str, Any] | None = None) -> str:
        """Return a GeoJSON (RFC 7946) text with the area as one feature."""
        feature = {
            "type": "Feature",
            "properties": dict(properties or {}),
            "geometry": to_geometry(self.polygon),
        }
        return json.dumps(feature_collection([feature]), ensure_ascii=False)

    def contains(self, points: npt.ArrayLike) -> BoolArray:
        """Tell which WGS84 points of shape (n, 2) lie inside or on the border."""
        checked = as_points(points)
        inside: BoolArray = shapely.intersects_xy(self.polygon, checked[:, 0], checked[:, 1])
        return inside

    def contains_swapped(self, points: npt.ArrayLike) -> BoolArray:
        """Tell which points would lie inside if longitude and latitude changed places.

        For error messages; takes any numbers, also latitudes beyond 90 degrees.
        """
        swapped = np.asarray(points, dtype=np.float64).reshape(-1, 2)[:, ::-1]
        inside: BoolArray = shapely.intersects_xy(self.polygon, swapped[:, 0], swapped[:, 1])
        return inside

    @property
    def bounds_points(self) -> npt.NDArray[np.float64]:
        """The south-west and north-east corners of the area's box, shape (2, 2)."""
        return np.array(self.polygon.bounds, dtype=np.float64).reshape(2, 2)


def served_districts(city: City) -> tuple[District, ...]:
    """Return the districts that make up the default service area, by administrative code.

    Raises:
        GeoError: `service_area.none` if no district of the city is dense enough.
    """
    dense = [d for d in city.districts if d.density_per_km2 >= MIN_DENSITY_PER_KM2]
    if not dense:
        raise GeoError(
            "service_area.none",
            f"no district of {city.name} has {MIN_DENSITY_PER_KM2} residents per km2",
            "give a polygon for the service area",
        )
    labels = [(district.label_lon, district.label_lat) for district in dense]
    distance_m = great_circle_m(labels, (city.centre_lon, city.centre_lat))
    near = tuple(d for d, m in zip(dense, distance_m, strict=True) if m <= MAX_CENTRE_DISTANCE_M)
    return near or (dense[int(np.argmin(distance_m))],)


@cache
def _default_polygon(city: City) -> Polygon | MultiPolygon:
    area = shapely.transform(_joined(_parts(city)), city.projection.to_lonlat)
    return as_polygon(shapely.set_precision(area, 1e-6))


def _parts(city: City) -> list[BaseGeometry]:
    """The discs that the default area is made of, in metres around the centre."""
    projection = city.projection
    served = served_districts(city)
    labels = projection.to_xy([(district.label_lon, district.label_lat) for district in served])
    radii_m = [math.sqrt(district.area_km2 * 1e6 / math.pi) for district in served]
    discs = [_grown(shapely.Point(xy), by_m) for xy, by_m in zip(labels, radii_m, strict=True)]
    if np.hypot(labels[:, 0], labels[:, 1]).min() <= MAX_CENTRE_DISTANCE_M:
        discs.append(_grown(shapely.Point(0, 0), JOINING_M))
    return discs


def _joined(parts: list[BaseGeometry]) -> BaseGeometry:
    """The parts with what lies between them, without holes."""
    union = shapely.union_all(parts)
    # Rounding in between may lose slivers of the parts themselves.
    closed = union.union(_grown(_grown(union, JOINING_M), -JOINING_M))
    pieces = shapely.get_parts(closed)
    return shapely.union_all(shapely.polygons(shapely.get_exterior_ring(pieces)))


def _grown(shape: BaseGeometry, by_m: float) -> BaseGeometry:
    return shape.buffer(by_m, quad_segs=_DISC_SEGMENTS_PER_QUARTER)
