"""Polygons in GeoJSON (RFC 7946): WGS84, longitude first, outer rings counter-clockwise."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

from geo.errors import GeoError

DECIMALS = 6
"""Decimals of degrees in written coordinates: 11 cm."""


@dataclass(frozen=True, slots=True)
class PolygonFeature:
    """One polygon of a GeoJSON text with its properties."""

    polygon: Polygon | MultiPolygon
    properties: Mapping[str, Any] = field(default_factory=dict)


def feature_collection(features: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Wrap features as RFC 7946 wants them."""
    return {"type": "FeatureCollection", "features": list(features)}


def to_geometry(polygon: Polygon | MultiPolygon) -> dict[str, Any]:
    """Return the GeoJSON geometry of a WGS84 polygon, rounded, with rings oriented."""
    rounded = shapely.transform(polygon, lambda xy: xy.round(DECIMALS))
    geometry: dict[str, Any] = mapping(shapely.orient_polygons(rounded))
    return geometry


def polygon_features(text: str) -> list[PolygonFeature]:
    """Read the polygons of a GeoJSON text: a geometry, a feature or a feature collection.

    Raises:
        GeoError: `geojson.syntax`, `geojson.type`, `geojson.empty`, `geojson.geometry`,
            `geojson.properties`, `geojson.invalid` or `geojson.range`, naming the feature by its
            number from 0.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise GeoError("geojson.syntax", f"not JSON: {error}", "give a GeoJSON text") from error
    features = [_feature(index, entry) for index, entry in enumerate(_entries(document))]
    if not features:
        raise GeoError("geojson.empty", "there is no feature", "give at least one polygon")
    return features


def _entries(document: object) -> list[object]:
    kind = document.get("type") if isinstance(document, dict) else None
    if isinstance(document, dict):
        if kind == "FeatureCollection" and isinstance(document.get("features"), list):
            return list(document["features"])
        if kind == "Feature":
            return [document]
        if kind in ("Polygon", "MultiPolygon"):
            return [{"type": "Feature", "properties": {}, "geometry": document}]
    raise GeoError(
        "geojson.type",
        f"the document's type is {kind!r}",
        "give a FeatureCollection, Feature, Polygon or MultiPolygon",
    )


def _feature(index: int, entry: object) -> PolygonFeature:
    geometry = entry.get("geometry") if isinstance(entry, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if (
        not isinstance(entry, dict)
        or not isinstance(geometry, dict)
        or kind not in ("Polygon", "MultiPolygon")
    ):
        raise GeoError(
            "geojson.geometry",
            f"feature {index} has geometry type {kind!r}",
            "give Polygon or MultiPolygon features only",
        )
    properties = entry.get("properties") or {}
    if not isinstance(properties, dict):
        raise GeoError(
            "geojson.properties",
            f"properties of feature {index} are {properties!r}",
            "give an object of names and values",
        )
    return PolygonFeature(_polygon(index, geometry), properties)


def _polygon(index: int, geometry: Mapping[str, Any]) -> Polygon | MultiPolygon:
    try:
        polygon = shapely.force_2d(shape(dict(geometry)))
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, IndexError) as error:
        raise GeoError(
            "geojson.invalid",
            f"feature {index} has coordinates that make no polygon: {error}",
            "give rings of at least four [longitude, latitude] pairs, the last equal to the first",
        ) from error
    if polygon.is_empty or not polygon.is_valid:
        reason = "it is empty" if polygon.is_empty else shapely.is_valid_reason(polygon)
        raise GeoError(
            "geojson.invalid",
            f"the polygon of feature {index} is invalid: {reason}",
            "mend the outline, for instance with the repair tool of a GIS",
        )
    west, south, east, north = polygon.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise GeoError(
            "geojson.range",
            f"feature {index} spans {west}..{east} by {south}..{north} degrees",
            "give WGS84 degrees, longitude first",
        )
    return as_polygon(polygon)


def as_polygon(geometry: BaseGeometry) -> Polygon | MultiPolygon:
    """Narrow a geometry to the two polygon types; lines and points in it are dropped."""
    if isinstance(geometry, Polygon | MultiPolygon):
        return geometry
    parts = [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon)]
    return MultiPolygon(parts)
