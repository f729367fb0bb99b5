"""OSRM's table service: what is asked, and what an answer has to look like.

The service is described in docs/http.md of Project-OSRM/osrm-backend: ``durations[i][j]`` in
seconds and ``distances[i][j]`` in metres from source i to destination j, null where there is no
way; ``sources[i].distance`` says how many metres away from the place the street is that the
server takes for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.coordinates import FloatArray
from geo.routers.errors import RouterUnavailableError
from geo.travel_times import UNREACHABLE

_NOT_TABLE = "check the server and its version (5.19 or later, with distances)"


@dataclass(frozen=True, slots=True, eq=False)
class TableAnswer:
    """One table, as the server gives it.

    Attributes:
        duration_s: float64 (a, b), infinite where there is no way.
        distance_m: float64 (a, b), infinite where there is no way.
        origin_snap_m: float64 (a,), metres from each origin to its street.
        destination_snap_m: float64 (b,), metres from each destination to its street.
        data_version: what the server calls its map; empty if it says nothing.
    """

    duration_s: FloatArray
    distance_m: FloatArray
    origin_snap_m: FloatArray
    destination_snap_m: FloatArray
    data_version: str


def place_text(point: npt.NDArray[np.float64]) -> str:
    """A WGS84 point as the URL has it, to 11 cm."""
    return f"{point[0]:.6f},{point[1]:.6f}"


def table_query(origins: Sequence[str], destinations: Sequence[str]) -> str:
    """The part of a table request behind the profile; each place is named once."""
    index: dict[str, int] = {}
    sources = [index.setdefault(place, len(index)) for place in origins]
    targets = [index.setdefault(place, len(index)) for place in destinations]
    # OSRM wants two coordinates, even to go from a place to itself.
    named = list(index) * (2 if len(index) == 1 else 1)
    return (
        f"{';'.join(named)}?sources={';'.join(map(str, sources))}"
        f"&destinations={';'.join(map(str, targets))}"
        "&annotations=duration,distance&generate_hints=false"
    )


def read_table(payload: Any, *, origins: int, destinations: int, server: str) -> TableAnswer:
    """Check the answer to a table request.

    Raises:
        RouterUnavailableError: `router.answer` for tables of another shape, for anything but
            numbers and nulls in them, and where distances to streets are missing.
    """
    shape = (origins, destinations)
    duration_s = _numbers(payload, "durations", shape, server)
    distance_m = _numbers(payload, "distances", shape, server)
    none = np.isinf(duration_s) | np.isinf(distance_m)
    duration_s[none] = distance_m[none] = np.inf
    version = payload.get("data_version", "")
    return TableAnswer(
        duration_s=duration_s,
        distance_m=distance_m,
        origin_snap_m=_snaps(payload, "sources", origins, server),
        destination_snap_m=_snaps(payload, "destinations", destinations, server),
        data_version=version if isinstance(version, str) else "",
    )


def _numbers(payload: Any, name: str, shape: tuple[int, int], server: str) -> FloatArray:
    rows = payload.get(name)
    expected = f"{shape[0]} rows of {shape[1]} numbers or nulls"
    if not isinstance(rows, list):
        found = "are missing" if rows is None else f"are {type(rows).__name__}"
        raise _wrong(server, f"{name} {found} where {expected} were asked for")
    widths = {len(row) if isinstance(row, list) else -1 for row in rows}
    if len(rows) != shape[0] or widths - {shape[1]}:
        shown = "/".join(str(width) for width in sorted(widths)[:3])
        raise _wrong(server, f"{name} has {len(rows)} rows of {shown}, not {expected}")
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            # Booleans are integers to Python; neither they nor texts are seconds or metres.
            if value is not None and type(value) not in (int, float):
                raise _wrong(server, f"{name}[{i}][{j}] is {value!r}, not a number")
    numbers = np.array(rows, dtype=np.float64).reshape(shape)
    bad = np.argwhere((numbers < 0) | (numbers >= UNREACHABLE))
    if len(bad):
        i, j = (int(index) for index in bad[0])
        raise _wrong(server, f"{name}[{i}][{j}] is {rows[i][j]}, not within 0 and {UNREACHABLE}")
    return np.where(np.isnan(numbers), np.inf, numbers)


def _snaps(payload: Any, name: str, count: int, server: str) -> FloatArray:
    waypoints = payload.get(name)
    if not isinstance(waypoints, list) or len(waypoints) != count:
        raise _wrong(server, f"{name} does not describe {count} places")
    return np.array([snap_m(waypoint, name, server) for waypoint in waypoints], dtype=np.float64)


def snap_m(waypoint: Any, name: str, server: str) -> float:
    """Metres from a place to the street the server took for it.

    Raises:
        RouterUnavailableError: `router.answer` if the waypoint does not say.
    """
    distance: Any = waypoint.get("distance") if isinstance(waypoint, dict) else None
    if type(distance) not in (int, float) or not distance >= 0:
        raise _wrong(server, f"{name} does not say how far a place is from its street")
    return float(distance)


def _wrong(server: str, what: str) -> RouterUnavailableError:
    cause = f"the routing server {server} gives a table that cannot be used: {what}"
    return RouterUnavailableError("router.answer", cause, _NOT_TABLE)
