"""A street network around the tiny day: a grid of streets 400 m apart."""

from itertools import pairwise
from pathlib import Path

from geo.roads.build import build_network
from geo.roads.network import RoadNetwork
from geo.roads.store import save_network
from tests.geo.roads.extracts import write_extract

WEST, SOUTH = 120.104, 30.262
EAST_STEP, NORTH_STEP = 0.00416, 0.0036
COLUMNS, ROWS = 12, 10
BIKE_PATHS_WEST_OF = 120.112


def grid_network(folder: Path) -> RoadNetwork:
    """The streets; in the west, where R08 is, there are cycle paths only."""
    nodes = {
        1 + row * COLUMNS + column: (
            round(WEST + column * EAST_STEP, 7),
            round(SOUTH + row * NORTH_STEP, 7),
        )
        for row in range(ROWS)
        for column in range(COLUMNS)
    }
    lines = [[1 + row * COLUMNS + column for column in range(COLUMNS)] for row in range(ROWS)]
    lines += [list(line) for line in zip(*lines, strict=True)]
    ways = [
        (pair, {"highway": _kind(nodes[pair[0]], nodes[pair[1]])})
        for line in lines
        for pair in pairwise(line)
    ]
    return build_network(write_extract(folder / "grid.osm.pbf", nodes, ways)).network


def save_grid(folder: Path) -> Path:
    """The network in a file."""
    path = folder / "grid.roads"
    save_network(grid_network(folder), path)
    return path


def _kind(one: tuple[float, float], other: tuple[float, float]) -> str:
    west = min(one[0], other[0])
    return "cycleway" if west < BIKE_PATHS_WEST_OF else "tertiary"
