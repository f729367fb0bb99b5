"""Where a city is served: a planner's polygon, or the dense districts around its centre."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
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

_DISC_SEGMENTS_PER_QUARTER = 16


@dataclass(frozen=True, slots=True)
class ServiceArea:
    """The part of a city that is served.

    Attributes:
        polygon: valid, not empty, WGS84.
    """

    polygon: Polygon | MultiPolygon

    @classmethod
    def of_city(cls, city: City) -> "ServiceArea":
        """Return the default area: districts as discs of their area around their label points.

        Those of at least 1,500 residents per km2 whose label lies within 40 km of the centre;
        where there is none (Jinhua, whose dense part is Yiwu at 42 km), the nearest one that
        is dense enough.

        Raises:
            GeoError: `service_area.none` for a city without any such district.
        """
        discs = [_disc(city, district) for district in served_districts(city)]
        union = shapely.union_all(discs)
        return cls(as_polygon(shapely.set_precision(union, 1e-6)))

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
        shapely.prepare(self.polygon)
        inside: BoolArray = shapely.intersects_xy(self.polygon, checked[:, 0], checked[:, 1])
        return inside

    def contains_swapped(self, points: npt.ArrayLike) -> BoolArray:
        """Tell which points would lie inside if longitude and latitude changed places.

        For error messages; takes any numbers, also latitudes beyond 90 degrees.
        """
        swapped = np.asarray(points, dtype=np.float64).reshape(-1, 2)[:, ::-1]
        shapely.prepare(self.polygon)
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


def _disc(city: City, district: District) -> BaseGeometry:
    projection = city.projection
    centre = projection.to_xy([(district.label_lon, district.label_lat)])[0]
    radius_m = math.sqrt(district.area_km2 * 1e6 / math.pi)
    ring = shapely.Point(centre).buffer(radius_m, quad_segs=_DISC_SEGMENTS_PER_QUARTER)
    return shapely.transform(ring, projection.to_lonlat)
