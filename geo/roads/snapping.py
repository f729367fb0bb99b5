"""Putting places on streets: the nearest street a vehicle class may use, and the way to it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree

from geo.coordinates import FloatArray, as_points, great_circle_m
from geo.errors import GeoError
from geo.projection import REACH_M, LocalProjection
from geo.roads.network import Int32Array, RoadNetwork

MAX_ACCESS_M = 300.0
"""Metres from a street beyond which a place is taken to be elsewhere, where nobody says more."""

WALKING_MM_S = 1_389
"""Speed on the way between street and door, 5 km/h: that of OSRM's profile for walking."""

_NAMED_IN_ERRORS = 5

ObjectArray = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Snapped:
    """Where p places lie on the streets of one vehicle class.

    A courier leaves a place forward by the head of `edge` or, where there is a reverse edge,
    backward by its tail. At fraction 0 or 1 the place is the junction itself, which all its
    streets lead from and to.

    Attributes:
        edge: int32 (p,), edge of the network, or -1 for a place too far from any.
        reverse: int32 (p,), the edge the other way, or -1 where the class may not go that way.
        fraction: float64 (p,), position along `edge`: 0 at its tail, 1 at its head.
        access_m: float64 (p,), metres of straight line from the place to that position; for a
            place too far, to the nearest street.
        lonlat: float64 (p, 2), that position, WGS84; of a place too far, the place itself.
        vehicle_class: whose streets these are.
        max_access_m: the distance beyond which places are too far.
    """

    edge: Int32Array
    reverse: Int32Array
    fraction: FloatArray
    access_m: FloatArray
    lonlat: FloatArray
    vehicle_class: str
    max_access_m: float

    @property
    def far(self) -> npt.NDArray[np.int64]:
        """Indices of the places that are too far from any street, int64, ascending."""
        return np.flatnonzero(self.edge < 0)

    def refuse_far(self, names: Sequence[str] | None = None) -> None:
        """Refuse places that are too far from any street.

        Args:
            names: what the places are called in the error; by default their row numbers.

        Raises:
            GeoError: `roads.too_far`, naming the farthest places with their distances.
        """
        far = self.far
        if len(far) == 0:
            return
        farthest = far[np.argsort(-self.access_m[far], kind="stable")][:_NAMED_IN_ERRORS]
        told = [
            f"{names[place] if names else place} ({_metres(self.access_m[place])})"
            for place in farthest.tolist()
        ]
        raise GeoError(
            "roads.too_far",
            f"{len(far)} of {len(self.edge)} places lie more than {self.max_access_m:g} m from "
            f"any street for {self.vehicle_class!r}: {', '.join(told)}"
            f"{', ...' if len(far) > len(told) else ''}",
            "check their coordinates, leave them out, or use a network that covers them",
        )


@dataclass(frozen=True, slots=True, eq=False)
class Snapper:
    """The streets of one vehicle class, ready to be searched. Make it once with `of`.

    Attributes:
        network: the network.
        vehicle_class: name of the class.
    """

    network: RoadNetwork
    vehicle_class: str
    _projection: LocalProjection
    _edges: npt.NDArray[np.int64]
    _reverse: Int32Array
    _lines: ObjectArray
    _tree: STRtree

    @classmethod
    def of(cls, network: RoadNetwork, vehicle_class: str) -> "Snapper":
        """Index the streets that `vehicle_class` may use.

        Raises:
            GeoError: `roads.vehicle_class`, or `roads.no_ways` where there are none.
        """
        allowed = network.for_class(vehicle_class)
        reverse = np.where(
            (network.reverse >= 0) & allowed[network.reverse], network.reverse, -1
        ).astype(np.int32)
        # One line for both directions. Links of no length belong to barriers, not to places.
        once = allowed & ~((reverse >= 0) & (reverse < np.arange(len(reverse))))
        edges = np.flatnonzero(once & (network.length_m > 0))
        west, east = float(network.lon_deg.min()), float(network.lon_deg.max())
        south, north = float(network.lat_deg.min()), float(network.lat_deg.max())
        projection = LocalProjection(centre_lon=(west + east) / 2, centre_lat=(south + north) / 2)
        points, owner = network.lines(edges)
        lines = np.asarray(shapely.linestrings(projection.to_xy(points), indices=owner))
        return cls(
            network=network,
            vehicle_class=vehicle_class,
            _projection=projection,
            _edges=edges,
            _reverse=reverse[edges],
            _lines=lines,
            _tree=STRtree(lines),
        )

    def snap(self, points: npt.ArrayLike, *, max_access_m: float = MAX_ACCESS_M) -> Snapped:
        """Put places on the nearest street, wherever one lies within `max_access_m` metres.

        Of several equally near streets the one with the lowest edge number is taken.

        Args:
            points: WGS84, shape (p, 2).
            max_access_m: places farther from every street than this get no edge.
        """
        lonlat = as_points(points)
        centre = (self._projection.centre_lon, self._projection.centre_lat)
        access_m = great_circle_m(lonlat, centre)
        on_plane = np.flatnonzero(access_m <= REACH_M)
        places = np.asarray(shapely.points(self._projection.to_xy(lonlat[on_plane])))
        line, access_m[on_plane] = self._nearest(places, max_access_m)
        near = line >= 0
        found, chosen = on_plane[near], line[near]
        along = shapely.line_locate_point(self._lines[chosen], places[near], normalized=True)
        at = shapely.line_interpolate_point(self._lines[chosen], along, normalized=True)
        edge, reverse = (np.full(len(lonlat), -1, dtype=np.int32) for _ in range(2))
        fraction, position = np.zeros(len(lonlat)), lonlat.copy()
        edge[found], reverse[found] = self._edges[chosen], self._reverse[chosen]
        fraction[found] = along
        position[found] = self._projection.to_lonlat(shapely.get_coordinates(at))
        return Snapped(
            edge=edge,
            reverse=reverse,
            fraction=fraction,
            access_m=access_m,
            lonlat=position,
            vehicle_class=self.vehicle_class,
            max_access_m=max_access_m,
        )

    def _nearest(
        self, places: ObjectArray, max_access_m: float
    ) -> tuple[npt.NDArray[np.int64], FloatArray]:
        """Return the nearest line of each place, or -1, and the metres to the nearest of all."""
        (place, line), distance_m = self._tree.query_nearest(
            places, max_distance=max_access_m, return_distance=True, all_matches=True
        )
        nearest = np.full(len(places), -1, dtype=np.int64)
        metres = np.zeros(len(places))
        # Written from the highest line down, so that the lowest one stays.
        order = np.argsort(-line, kind="stable")
        nearest[place[order]], metres[place[order]] = line[order], distance_m[order]
        far = np.flatnonzero(nearest < 0)
        (_, _), metres[far] = self._tree.query_nearest(
            places[far], return_distance=True, all_matches=False
        )
        return nearest, metres


def _metres(distance_m: float) -> str:
    return f"{distance_m:.0f} m" if distance_m < 10_000 else f"{distance_m / 1000:,.0f} km"
