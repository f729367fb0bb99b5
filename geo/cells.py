"""The hexagons that zones are made of: an H3 grid over the places of a day, weighted by work.

The grid covers the convex hull of the places without gaps, so that zones tile the city and a
new request between two old ones has a zone.
"""

from dataclasses import dataclass

import h3.api.basic_int as h3
import networkx as nx
import numpy as np
import numpy.typing as npt
import shapely

from geo.coordinates import FloatArray
from geo.projection import LocalProjection

IntArray = npt.NDArray[np.int64]

COARSEST_RESOLUTION = 5
FINEST_RESOLUTION = 11
MOST_CELLS = 60_000
"""A grid of more cells is not made: it would take seconds."""

FEWEST_CELLS_PER_ZONE = 40
HEAVIEST_CELL_SHARE = 0.15
"""A cell holding more than this share of the mean zone's work asks for a finer grid."""

# Cells differ in size by far less than this within the reach of a projection.
_RADIUS_MARGIN = 1.25
# Edges straight on the plane bend on the map: by half a metre over this length.
_LONGEST_EDGE_M = 5_000.0


@dataclass(frozen=True, slots=True, eq=False)
class CellGrid:
    """Connected hexagons with their work, ordered by H3 index.

    Attributes:
        resolution: H3 resolution.
        cells: H3 indexes, ascending, shape (c,).
        work: work per cell, int64 of shape (c,).
        occupied: which cells hold a place, shape (c,).
        xy: centres in metres on `projection`, shape (c, 2).
        neighbours: the six neighbours of each cell around the compass as positions in `cells`,
            -1 where there is none, shape (c, 6).
        projection: the plane around the grid's middle.
    """

    resolution: int
    cells: IntArray
    work: IntArray
    occupied: npt.NDArray[np.bool_]
    xy: FloatArray
    neighbours: IntArray
    projection: LocalProjection

    def graph(self) -> "nx.Graph[int]":
        """Return the adjacency of cells by position, with node attribute ``work``."""
        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from((i, {"work": work}) for i, work in enumerate(self.work.tolist()))
        rows, slots = np.nonzero(self.neighbours > np.arange(len(self.cells))[:, None])
        graph.add_edges_from(zip(rows.tolist(), self.neighbours[rows, slots].tolist(), strict=True))
        return graph


def make_grid(points: FloatArray, work: IntArray, count: int) -> CellGrid:
    """Lay a grid over places (WGS84, shape (n, 2), n > 0) that suits `count` zones.

    The resolution is the coarsest at which

    - no cell holds more than 15 % of the mean zone's work, or more than the heaviest single
      place where that is more (no grid splits a place), and
    - there are at least 40 cells to a zone, so that borders can follow the work,

    but not coarser than 5 (edges of 10 km), not finer than 11 (29 m), and not so fine that the
    hull takes more than 60,000 cells.
    """
    heaviest_place = _heaviest_place(points, work)
    limit = max(HEAVIEST_CELL_SHARE * int(work.sum()) / count, heaviest_place)
    best = _occupied(points, work, COARSEST_RESOLUTION)
    hull = _hull_cells(best, COARSEST_RESOLUTION)
    resolution = COARSEST_RESOLUTION
    for finer in range(COARSEST_RESOLUTION + 1, FINEST_RESOLUTION + 1):
        if max(best.values()) <= limit and len(hull) >= FEWEST_CELLS_PER_ZONE * count:
            break
        # A step finer makes seven cells of one.
        if len(hull) * 7 > MOST_CELLS:
            break
        resolution, best = finer, _occupied(points, work, finer)
        hull = _hull_cells(best, finer)
    return _grid(sorted(hull), best, resolution)


def _heaviest_place(points: FloatArray, work: IntArray) -> int:
    _, place = np.unique(points, axis=0, return_inverse=True)
    return int(np.bincount(place.ravel(), weights=work).max())


def cells_of(points: FloatArray, resolution: int) -> list[int]:
    """Return the H3 cell of each WGS84 point."""
    return [h3.latlng_to_cell(lat, lon, resolution) for lon, lat in points.tolist()]


def _occupied(points: FloatArray, work: IntArray, resolution: int) -> dict[int, int]:
    total: dict[int, int] = {}
    for cell, amount in zip(cells_of(points, resolution), work.tolist(), strict=True):
        total[cell] = total.get(cell, 0) + amount
    return total


def _hull_cells(occupied: dict[int, int], resolution: int) -> set[int]:
    """Return all cells that meet the convex hull of the occupied ones: a connected set."""
    cells = sorted(occupied)
    lonlat = _centres(cells)
    projection = _projection(lonlat)
    corners = np.array([(lon, lat) for lat, lon in h3.cell_to_boundary(cells[0])])
    spokes = projection.to_xy(corners) - projection.to_xy(lonlat[:1])
    radius_m = _RADIUS_MARGIN * float(np.hypot(spokes[:, 0], spokes[:, 1]).max())
    hull = shapely.MultiPoint(projection.to_xy(lonlat)).convex_hull.buffer(radius_m)
    edge = shapely.segmentize(hull, _LONGEST_EDGE_M)
    outline = projection.to_lonlat(shapely.get_coordinates(edge))
    shape = h3.LatLngPoly([(lat, lon) for lon, lat in outline.tolist()])
    return {*h3.h3shape_to_cells(shape, resolution), *cells}


def _grid(cells: list[int], occupied: dict[int, int], resolution: int) -> CellGrid:
    lonlat = _centres(cells)
    projection = _projection(lonlat)
    xy = projection.to_xy(lonlat)
    return CellGrid(
        resolution=resolution,
        cells=np.array(cells, dtype=np.int64),
        work=np.array([occupied.get(cell, 0) for cell in cells], dtype=np.int64),
        occupied=np.array([cell in occupied for cell in cells], dtype=np.bool_),
        xy=xy,
        neighbours=_neighbours(cells, xy, projection),
        projection=projection,
    )


def _centres(cells: list[int]) -> FloatArray:
    latlng = np.array([h3.cell_to_latlng(cell) for cell in cells], dtype=np.float64)
    return latlng[:, ::-1]


def _projection(lonlat: FloatArray) -> LocalProjection:
    lon, lat = ((lonlat.min(axis=0) + lonlat.max(axis=0)) / 2).tolist()
    return LocalProjection(centre_lon=lon, centre_lat=lat)


def _neighbours(cells: list[int], xy: FloatArray, projection: LocalProjection) -> IntArray:
    position = {cell: index for index, cell in enumerate(cells)}
    found = np.full((len(cells), 6), -1, dtype=np.int64)
    bearing = np.full((len(cells), 6), np.inf)
    ring_cells: list[int] = []
    rows: list[int] = []
    slots: list[int] = []
    for row, cell in enumerate(cells):
        # A pentagon has five neighbours; its last slot stays empty.
        for slot, other in enumerate(n for n in h3.grid_disk(cell, 1) if n != cell):
            rows.append(row)
            slots.append(slot)
            ring_cells.append(other)
    found[rows, slots] = [position.get(other, -1) for other in ring_cells]
    # Cells beyond the grid keep their place in the round, so that gaps show.
    beyond = sorted({other for other in ring_cells if other not in position})
    all_xy = np.vstack((xy, projection.to_xy(_centres(beyond))))
    index_of = {**position, **{cell: len(cells) + i for i, cell in enumerate(beyond)}}
    offset = all_xy[[index_of[other] for other in ring_cells]] - xy[rows]
    bearing[rows, slots] = np.arctan2(offset[:, 1], offset[:, 0])
    order = np.argsort(bearing, axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1)
