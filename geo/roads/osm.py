"""Reading the streets out of an .osm.pbf file."""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import osmium

from geo.errors import GeoError
from geo.roads.tags import WayUse, stopped_at, way_use

Progress = Callable[[str, int], None]
"""Told what is being done and how much of it is done, some times a second; may raise to stop."""

_TELL_EVERY_WAYS = 5_000
_EXTRACTS = "give an OpenStreetMap extract (.osm.pbf) that is whole; download it again if need be"
# Where files say how old they are: Geofabrik's extracts, osmium extract.
_DATE_KEYS = ("osmosis_replication_timestamp", "timestamp")


@dataclass(frozen=True, slots=True, eq=False)
class OsmStreets:
    """Streets as they are in the file: w ways along r references to nodes.

    Attributes:
        node: int64 (r,), ids of nodes, way after way.
        x: int32 (r,), longitude of each in units of 1e-7 degrees.
        y: int32 (r,), latitude.
        first: int64 (w + 1,); way i runs along ``first[i]:first[i + 1]``.
        use: uint8 (w, 5), the five figures of each way's `geo.roads.tags.WayUse`.
        barrier: int64 (b,), ids of the nodes that stop somebody.
        stops: uint8 (b,), bits of the vehicle classes each of them stops.
        date: when the data was taken, in the file's words; empty where it does not say.
    """

    node: npt.NDArray[np.int64]
    x: npt.NDArray[np.int32]
    y: npt.NDArray[np.int32]
    first: npt.NDArray[np.int64]
    use: npt.NDArray[np.uint8]
    barrier: npt.NDArray[np.int64]
    stops: npt.NDArray[np.uint8]
    date: str


def read_osm(path: Path, progress: Progress) -> OsmStreets:
    """Read the ways of an .osm.pbf file that some vehicle class may use, and the barriers.

    Where a node is missing, as at the border of an extract, the way is cut there. Relations
    (turn restrictions among them) and ferries are not read.

    Raises:
        GeoError: `roads.osm_file` for a file that is no .osm.pbf, or damaged.
        OSError: it cannot be opened.
    """
    with path.open("rb"):  # for an error that says why: libosmium's does not come as OSError
        pass
    try:
        return _read(path, progress)
    except RuntimeError as error:
        # What libosmium throws; the subclasses Python has come from elsewhere.
        if type(error) is not RuntimeError:
            raise
        raise GeoError("roads.osm_file", f"{path} cannot be read: {error}", _EXTRACTS) from error


def _read(path: Path, progress: Progress) -> OsmStreets:
    refs, xs, ys, ends = array("q"), array("i"), array("i"), array("q", [0])
    uses = bytearray()
    barriers, stops = array("q"), bytearray()
    ways = 0
    progress("reading", 0)
    for thing in _streets_and_barriers(path):
        tags = {tag.k: tag.v for tag in thing.tags}
        if isinstance(thing, osmium.osm.Node):
            stopped = stopped_at(tags)
            if stopped:
                barriers.append(thing.id)
                stops.append(stopped)
            continue
        ways += 1
        if ways % _TELL_EVERY_WAYS == 0:
            progress("reading", ways)
        use = way_use(tags)
        if use is None:
            continue
        for ref in thing.nodes:
            location = ref.location
            if location.valid():
                refs.append(ref.ref)
                xs.append(location.x)
                ys.append(location.y)
            else:
                _end_way(use, len(refs), ends, uses)
        _end_way(use, len(refs), ends, uses)
    progress("reading", ways)
    return OsmStreets(
        node=np.array(refs, dtype=np.int64),
        x=np.array(xs, dtype=np.int32),
        y=np.array(ys, dtype=np.int32),
        first=np.array(ends, dtype=np.int64),
        use=np.frombuffer(bytes(uses), dtype=np.uint8).reshape(-1, 5),
        barrier=np.array(barriers, dtype=np.int64),
        stops=np.frombuffer(bytes(stops), dtype=np.uint8),
        date=_date(path),
    )


def _streets_and_barriers(path: Path) -> Iterator[osmium.osm.Node | osmium.osm.Way]:
    """Yield nodes with a barrier and ways with a highway; the rest is sorted out in C++."""
    barriers, streets = osmium.filter.KeyFilter("barrier"), osmium.filter.KeyFilter("highway")
    barriers.enable_for(osmium.osm.NODE)
    streets.enable_for(osmium.osm.WAY)
    file = osmium.io.File(str(path), "pbf")
    processor = osmium.FileProcessor(file, osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for thing in processor.with_filter(barriers).with_filter(streets):
        if isinstance(thing, osmium.osm.Node | osmium.osm.Way):
            yield thing


def _end_way(use: WayUse, end: int, ends: "array[int]", uses: bytearray) -> None:
    """Close the way that began at the last end, unless nothing came since."""
    if end > ends[-1]:
        ends.append(end)
        uses.extend((use.highway, use.forward, use.backward, use.forward_kmh, use.backward_kmh))


def _date(path: Path) -> str:
    reader = osmium.io.Reader(osmium.io.File(str(path), "pbf"), osmium.osm.NOTHING)
    header = reader.header()
    found = next((header.get(key) for key in _DATE_KEYS if header.get(key)), "")
    reader.close()
    return str(found)
