"""Zones: how planners cut a city into parts of even work, and how large days are split.

`make_zones` draws them from the day's places; `Zones.from_geojson` reads a planner's own.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import h3.api.basic_int as h3
import networkx as nx
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon

from geo.cells import CellGrid, IntArray, make_grid
from geo.coordinates import FloatArray, as_points
from geo.errors import GeoError
from geo.geojson import (
    DECIMALS,
    PolygonFeature,
    as_polygon,
    feature_collection,
    polygon_features,
    to_geometry,
)
from geo.partition import partition
from geo.projection import LocalProjection

_OVERLAP_SHARE = 0.001
# Zones share a border where they run within 2 m of each other for at least 20 m: outlines drawn
# by hand do not meet exactly, and corners that touch are no border.
_BORDER_GAP_M = 2.0
_BORDER_LENGTH_M = 20.0


@dataclass(frozen=True, slots=True)
class ZoneReport:
    """One zone in figures.

    Attributes:
        name: the zone's name.
        work_s: work of the requests assigned to it, in seconds.
        requests: number of requests assigned to it.
        area_km2: area of its polygon.
        compactness: Polsby-Popper, 4 pi area / perimeter^2: 1 for a disc, 0.79 for a square.
            The teeth of hexagon borders take about a quarter off.
    """

    name: str
    work_s: int
    requests: int
    area_km2: float
    compactness: float


@dataclass(frozen=True, slots=True, eq=False)
class ZoneAssignment:
    """Which zone each point lies in.

    Attributes:
        labels: zone index 0..k-1 per point, int64 of shape (n,).
        outside: indexes of the points that lie in no polygon, ascending; their label is that
            of the nearest zone.
    """

    labels: IntArray
    outside: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Zones:
    """A division of the city, with the requests it was made or read for.

    Attributes:
        names: one per zone, unique; "1", "2"... from north-west to south-east for made zones.
        polygons: WGS84, one per zone; disjoint but for borders.
        labels: zone index of each request, int64 of shape (n,).
        outside: indexes of the requests that lie in no polygon and went to the nearest zone.
        work_s: work of each request in seconds, int64 of shape (n,).
    """

    names: tuple[str, ...]
    polygons: tuple[Polygon | MultiPolygon, ...]
    labels: IntArray
    outside: IntArray
    work_s: IntArray

    @classmethod
    def from_geojson(
        cls, text: str, points: npt.ArrayLike = (), work_s: npt.ArrayLike = ()
    ) -> "Zones":
        """Read a planner's own zones from GeoJSON (RFC 7946) and assign requests to them.

        Every feature is a polygon, or several that belong together. Its name is the property
        ``zone`` (a text or a whole number), or else its number from 1; other properties are
        free.

        Args:
            text: the GeoJSON.
            points: WGS84 places of the requests, shape (n, 2).
            work_s: seconds of work per request, shape (n,).

        Raises:
            GeoError: `geojson.*` for anything but valid polygons, `zones.name` for a name that
                is neither or is used twice, `zones.overlap` for polygons that overlap by more
                than 0.1 % of the smaller one, `zones.work`, or `coordinates.*`.
        """
        features = polygon_features(text)
        names = _names(features)
        polygons = tuple(feature.polygon for feature in features)
        _refuse_overlaps(names, polygons)
        checked = as_points(points)
        work = _checked_work(work_s, len(checked))
        found = _assign(polygons, checked)
        return cls(names, polygons, found.labels, found.outside, work)

    def __len__(self) -> int:
        """Return the number of zones."""
        return len(self.names)

    def assign(self, points: npt.ArrayLike) -> ZoneAssignment:
        """Return the zone of each WGS84 point of shape (n, 2), inside or nearest.

        A point on a common border belongs to the zone with the lower index.

        Raises:
            GeoError: `zones.none` if there are points and no zones.
        """
        return _assign(self.polygons, as_points(points))

    def adjacency(self) -> "nx.Graph[int]":
        """Return which zones share a border, by zone index, with node attribute ``name``."""
        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from((i, {"name": name}) for i, name in enumerate(self.names))
        if len(self) < 2:
            return graph
        grown = [shape.buffer(_BORDER_GAP_M) for shape in self._planar()]
        firsts, seconds = shapely.STRtree(grown).query(grown, predicate="intersects")
        for a, b in zip(firsts.tolist(), seconds.tolist(), strict=True):
            strip_m2 = grown[a].intersection(grown[b]).area if a < b else 0.0
            if strip_m2 >= 2 * _BORDER_GAP_M * _BORDER_LENGTH_M:
                graph.add_edge(a, b)
        return graph

    def report(self) -> tuple[ZoneReport, ...]:
        """Return the figures of every zone, in order."""
        count = len(self)
        work = np.zeros(count, dtype=np.int64)
        np.add.at(work, self.labels, self.work_s)
        requests = np.bincount(self.labels, minlength=count)
        return tuple(
            ZoneReport(
                name=name,
                work_s=int(work[i]),
                requests=int(requests[i]),
                area_km2=shape.area / 1e6,
                compactness=4 * np.pi * shape.area / shape.length**2,
            )
            for i, (name, shape) in enumerate(zip(self.names, self._planar(), strict=True))
        )

    def to_geojson(self) -> str:
        """Return a GeoJSON (RFC 7946) text, a feature per zone with its report as properties.

        `from_geojson` reads it back to the same zones.
        """
        features = [
            {
                "type": "Feature",
                "properties": {
                    "zone": line.name,
                    "work_s": line.work_s,
                    "requests": line.requests,
                    "area_km2": round(line.area_km2, 3),
                    "compactness": round(line.compactness, 3),
                },
                "geometry": to_geometry(polygon),
            }
            for line, polygon in zip(self.report(), self.polygons, strict=True)
        ]
        return json.dumps(feature_collection(features), ensure_ascii=False)

    def _planar(self) -> list[Polygon | MultiPolygon]:
        if not self.polygons:
            return []
        projection = _projection_of(self.polygons)
        return [shapely.transform(polygon, projection.to_xy) for polygon in self.polygons]


def make_zones(points: npt.ArrayLike, work_s: npt.ArrayLike, *, count: int) -> Zones:
    """Divide places into `count` connected, compact zones of even work.

    The zones tile the convex hull of the places with H3 cells (`geo.cells`), parted by a
    balanced power diagram (`geo.partition`) and mended cell by cell (`geo.refine`). The same
    places give the same zones, in whatever order they come. There are fewer zones than asked
    for where there are fewer occupied cells, and none without places.

    Args:
        points: WGS84, shape (n, 2).
        work_s: seconds of work per place, shape (n,), rounded to whole ones; if all are 0,
            every place counts alike.
        count: number of zones, at least 1.

    Raises:
        GeoError: `zones.count`, `zones.work`, or `coordinates.*`.
    """
    checked = as_points(points)
    work = _checked_work(work_s, len(checked))
    if count < 1:
        raise GeoError("zones.count", f"{count} zones were asked for", "ask for at least 1")
    if len(checked) == 0:
        return Zones((), (), work, work, work)
    weight = work if work.any() else np.ones_like(work)
    grid = make_grid(checked, weight, count)
    parts = partition(grid, min(count, int(grid.occupied.sum())))
    polygons = _outlines(grid, parts)
    names = tuple(str(number) for number in range(1, len(polygons) + 1))
    found = _assign(polygons, checked)
    return Zones(names, polygons, found.labels, found.outside, work)


def _checked_work(work_s: npt.ArrayLike, count: int) -> IntArray:
    work = np.asarray(work_s, dtype=np.float64).ravel()
    if len(work) != count:
        raise GeoError(
            "zones.work", f"there are {count} places and {len(work)} works", "give one per place"
        )
    wrong = ~np.isfinite(work) | (work < 0)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise GeoError(
            "zones.work", f"work {row} is {work[row]} s", "give seconds that are not negative"
        )
    return np.rint(work).astype(np.int64)


def _outlines(grid: CellGrid, parts: IntArray) -> tuple[Polygon | MultiPolygon, ...]:
    """Return the outline of every part, from north-west to south-east."""
    count = int(parts.max()) + 1
    size = np.bincount(parts, minlength=count)
    x, y = (np.bincount(parts, weights=grid.xy[:, a], minlength=count) / size for a in (0, 1))
    order = np.lexsort((x, np.round(x - y)))
    return tuple(_outline(grid.cells[parts == part].tolist()) for part in order.tolist())


def _outline(cells: list[int]) -> Polygon | MultiPolygon:
    shape = h3.cells_to_h3shape(cells)
    pieces = shape if isinstance(shape, h3.LatLngMultiPoly) else [shape]
    polygons = [
        Polygon(
            [(lon, lat) for lat, lon in piece.outer],
            [[(lon, lat) for lat, lon in hole] for hole in piece.holes],
        )
        for piece in pieces
    ]
    # Rounded as they will be written, so that zones read back hold the same requests.
    rounded = [shapely.transform(polygon, lambda xy: xy.round(DECIMALS)) for polygon in polygons]
    return as_polygon(rounded[0] if len(rounded) == 1 else MultiPolygon(rounded))


def _assign(polygons: Sequence[Polygon | MultiPolygon], points: FloatArray) -> ZoneAssignment:
    labels = np.full(len(points), len(polygons), dtype=np.int64)
    if len(points) == 0:
        return ZoneAssignment(labels, labels.copy())
    if not polygons:
        raise GeoError("zones.none", "there are no zones to assign to", "make or read zones first")
    places = shapely.points(points)
    rows, zones = shapely.STRtree(polygons).query(places, predicate="intersects")
    np.minimum.at(labels, rows, zones)
    outside = np.flatnonzero(labels == len(polygons))
    if len(outside):
        # Degrees are shorter to the east than to the north: nearness is judged in metres.
        projection = _projection_of(polygons)
        planar = [shapely.transform(polygon, projection.to_xy) for polygon in polygons]
        lost = shapely.points(projection.to_xy(points[outside]))
        distance_m = np.array([shapely.distance(polygon, lost) for polygon in planar])
        labels[outside] = np.argmin(distance_m, axis=0)
    return ZoneAssignment(labels, outside.astype(np.int64))


def _projection_of(polygons: Sequence[Polygon | MultiPolygon]) -> LocalProjection:
    west, south, east, north = shapely.total_bounds(list(polygons)).tolist()
    return LocalProjection(centre_lon=(west + east) / 2, centre_lat=(south + north) / 2)


def _names(features: Sequence[PolygonFeature]) -> tuple[str, ...]:
    names: dict[str, int] = {}
    for index, feature in enumerate(features):
        name = _name(index, feature.properties)
        if name in names:
            raise GeoError(
                "zones.name",
                f"features {names[name]} and {index} are both called {name!r}",
                "give every zone a name of its own",
            )
        names[name] = index
    return tuple(names)


def _name(index: int, properties: Mapping[str, Any]) -> str:
    name = properties.get("zone", index + 1)
    if isinstance(name, bool) or not isinstance(name, str | int) or not str(name).strip():
        raise GeoError(
            "zones.name",
            f"property zone of feature {index} is {name!r}",
            "give a text or a whole number",
        )
    return str(name).strip()


def _refuse_overlaps(names: Sequence[str], polygons: Sequence[Polygon | MultiPolygon]) -> None:
    firsts, seconds = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    for a, b in sorted(zip(firsts.tolist(), seconds.tolist(), strict=True)):
        if a >= b:
            continue
        share = polygons[a].intersection(polygons[b]).area / min(polygons[a].area, polygons[b].area)
        if share > _OVERLAP_SHARE:
            raise GeoError(
                "zones.overlap",
                f"zones {names[a]!r} and {names[b]!r} overlap by {share:.1%} of the smaller one",
                "draw zones that only share borders",
            )
