"""A street network as arrays: junctions, directed edges in CSR order, the lines they follow."""

import hashlib
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.coordinates import FloatArray
from geo.errors import GeoError
from geo.roads.highways import HIGHWAYS, VEHICLE_BITS, vehicle_bit

ATTRIBUTION = "(c) OpenStreetMap contributors, ODbL"
"""What has to stand beside every map and file made from OpenStreetMap (osm.org/copyright)."""

Int32Array = npt.NDArray[np.int32]
UInt8Array = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class RoadNetwork:
    """The streets of a city between n junctions as m directed edges.

    A two-way street is two edges, each the `reverse` of the other. Parallel edges and loops
    (a street that ends where it began) occur. The arrays are read-only.

    Attributes:
        lon_deg: float64 (n,), longitude of each junction, WGS84.
        lat_deg: float64 (n,), latitude of each junction.
        first_out: int32 (n + 1,); the edges that leave junction i are
            ``first_out[i]:first_out[i + 1]``.
        head: int32 (m,), the junction an edge leads to.
        reverse: int32 (m,), the edge that follows the same line the other way, or -1; it need
            not be open to the same vehicle classes.
        length_m: float32 (m,), metres along the line, great circles summed.
        highway: uint8 (m,), index into `geo.roads.highways.HIGHWAYS`.
        allowed: uint8 (m,), bits of `geo.roads.highways.VEHICLE_BITS`. A class may use an edge
            only inside the largest part of the network that is strongly connected for it, so
            that it gets from each of its edges to every other.
        max_speed_kmh: uint8 (m,), tagged speed limit, 0 where there is none.
        shape_first: int32 (m + 1,); the inner points of edge e's line are
            ``shape_first[e]:shape_first[e + 1]``, tail and head left out.
        shape_lon_deg: float64 (k,), longitude of the inner points.
        shape_lat_deg: float64 (k,), latitude of the inner points.
        attribution: to be shown wherever the network or a route on it is.
        source: name of the file the network was read from, and its date if it says one.
        fingerprint: sha256 of the arrays in hex: what matrices are filed under.
    """

    lon_deg: FloatArray
    lat_deg: FloatArray
    first_out: Int32Array
    head: Int32Array
    reverse: Int32Array
    length_m: npt.NDArray[np.float32]
    highway: UInt8Array
    allowed: UInt8Array
    max_speed_kmh: UInt8Array
    shape_first: Int32Array
    shape_lon_deg: FloatArray
    shape_lat_deg: FloatArray
    attribution: str
    source: str
    fingerprint: str = ""

    def __post_init__(self) -> None:
        """Lock the arrays, check that they fit together, and take the fingerprint.

        Raises:
            GeoError: `roads.arrays` where they do not fit or a given fingerprint is another's.
        """
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                locked = value.view()
                locked.setflags(write=False)
                object.__setattr__(self, field.name, locked)
        fault = _fault(self)
        if fault:
            raise GeoError("roads.arrays", fault, "build the network again")
        found = _fingerprint(self)
        if self.fingerprint not in ("", found):
            raise GeoError(
                "roads.arrays",
                f"fingerprint is {found[:12]}, not {self.fingerprint[:12]}",
                "build the network again",
            )
        object.__setattr__(self, "fingerprint", found)

    @property
    def node_count(self) -> int:
        """Number of junctions."""
        return len(self.lon_deg)

    @property
    def edge_count(self) -> int:
        """Number of directed edges."""
        return len(self.head)

    def tails(self) -> Int32Array:
        """Return the junction each edge leaves, int32 (m,)."""
        nodes = np.arange(self.node_count, dtype=np.int32)
        return np.repeat(nodes, np.diff(self.first_out))

    def for_class(self, vehicle_class: str) -> npt.NDArray[np.bool_]:
        """Return which edges a vehicle class may use, bool (m,).

        Raises:
            GeoError: `roads.vehicle_class`, or `roads.no_ways` where there is none.
        """
        open_to: npt.NDArray[np.bool_] = (self.allowed & vehicle_bit(vehicle_class)) != 0
        if not open_to.any():
            raise GeoError(
                "roads.no_ways",
                f"no street of {self.source} is open to {vehicle_class!r}",
                "use a network that has streets for it",
            )
        return open_to

    def street_m(self, vehicle_class: str) -> FloatArray:
        """Return metres of street by class of street, float64 of the length of ``HIGHWAYS``.

        A street counts once, however many of its directions `vehicle_class` may use.

        Raises:
            GeoError: `roads.vehicle_class` or `roads.no_ways`.
        """
        allowed = self.for_class(vehicle_class)
        twice = allowed & (self.reverse >= 0) & allowed[self.reverse]
        metres = np.where(twice, self.length_m / 2, self.length_m)[allowed]
        by_class = np.bincount(self.highway[allowed], weights=metres, minlength=len(HIGHWAYS))
        return by_class.astype(np.float64)

    def line(self, edge: int) -> FloatArray:
        """Return the points an edge follows, from tail to head: WGS84, shape (p, 2)."""
        tail = int(np.searchsorted(self.first_out, edge, side="right")) - 1
        nodes = np.array([tail, self.head[edge]])
        inner = slice(self.shape_first[edge], self.shape_first[edge + 1])
        ends = np.column_stack((self.lon_deg[nodes], self.lat_deg[nodes]))
        points = np.column_stack((self.shape_lon_deg[inner], self.shape_lat_deg[inner]))
        return np.concatenate((ends[:1], points, ends[1:]))

    def lines(self, edges: npt.ArrayLike) -> tuple[FloatArray, npt.NDArray[np.int64]]:
        """Return the points that edges follow, one edge after another.

        Returns:
            Points from tail to head, WGS84 of shape (p, 2), and for every point the position
            in `edges` of its edge.
        """
        chosen = np.asarray(edges, dtype=np.int64).reshape(-1)
        inner = (self.shape_first[chosen + 1] - self.shape_first[chosen]).astype(np.int64)
        owner = np.repeat(np.arange(len(chosen)), inner + 2)
        begin = np.cumsum(inner + 2) - (inner + 2)
        place = np.arange(len(owner)) - begin[owner]
        points = np.empty((len(owner), 2))
        is_first, is_last = place == 0, place == inner[owner] + 1
        between = ~(is_first | is_last)
        shape = self.shape_first[chosen[owner[between]]] + place[between] - 1
        points[between] = np.column_stack((self.shape_lon_deg[shape], self.shape_lat_deg[shape]))
        tails = np.searchsorted(self.first_out, chosen, side="right") - 1
        for mask, nodes in ((is_first, tails), (is_last, self.head[chosen])):
            points[mask] = np.column_stack((self.lon_deg[nodes], self.lat_deg[nodes]))
        return points, owner


def _fault(network: RoadNetwork) -> str:
    """Say in which way the arrays do not fit together; empty if they do."""
    wanted = _shapes(network)
    for name, (length, dtype) in wanted.items():
        array = getattr(network, name)
        if array.dtype != dtype or array.shape != (length,):
            return f"{name} is {array.dtype} {array.shape}, not {np.dtype(dtype)} ({length},)"
    n, m = network.node_count, network.edge_count
    for name, total in (("first_out", m), ("shape_first", len(network.shape_lon_deg))):
        array = getattr(network, name)
        if array[0] != 0 or array[-1] != total or (np.diff(array) < 0).any():
            return f"{name} does not ascend from 0 to {total}"
    ranges = (("head", 0, n), ("reverse", -1, m), ("highway", 0, len(HIGHWAYS)))
    for name, low, high in (*ranges, ("allowed", 0, 1 + sum(VEHICLE_BITS.values()))):
        array = getattr(network, name)
        if m and not low <= int(array.min()) <= int(array.max()) < high:
            return f"{name} holds values outside {low}..{high - 1}"
    paired = np.flatnonzero(network.reverse >= 0)
    if (network.reverse[network.reverse[paired]] != paired).any():
        return "reverse edges do not come in pairs"
    if not (np.isfinite(network.length_m) & (network.length_m >= 0)).all():
        return "length_m holds values that are no lengths"
    return ""


def _shapes(network: RoadNetwork) -> dict[str, tuple[int, Any]]:
    n, m, k = network.node_count, network.edge_count, len(network.shape_lon_deg)
    return {
        "lon_deg": (n, np.float64),
        "lat_deg": (n, np.float64),
        "first_out": (n + 1, np.int32),
        "head": (m, np.int32),
        "reverse": (m, np.int32),
        "length_m": (m, np.float32),
        "highway": (m, np.uint8),
        "allowed": (m, np.uint8),
        "max_speed_kmh": (m, np.uint8),
        "shape_first": (m + 1, np.int32),
        "shape_lon_deg": (k, np.float64),
        "shape_lat_deg": (k, np.float64),
    }


def _fingerprint(network: RoadNetwork) -> str:
    digest = hashlib.sha256()
    for name in _shapes(network):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(getattr(network, name)).tobytes())
    return digest.hexdigest()
