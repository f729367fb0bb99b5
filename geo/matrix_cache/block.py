"""One rectangle of a matrix, and the file it is kept in.

The file is a line of JSON and four arrays, little-endian, one after the other. The line says what
follows and has a CRC-32 of the places and one of the numbers, so that places can be read without
the numbers, and nothing is believed that does not add up.
"""

import hashlib
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from geo.coordinates import FloatArray
from geo.travel_times import Int32Array

_FORMAT = "travel-times-1"
_LONGEST_LINE = 1_000
_NAME_CHARS = 40


class DamagedError(Exception):
    """The file is not what was written."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Times and distances from a origins to b destinations.

    Attributes:
        origins: WGS84, float64 (a, 2).
        destinations: WGS84, float64 (b, 2).
        duration_s: int32 (K, a, b).
        distance_m: int32 (1 or K, a, b).
    """

    origins: FloatArray
    destinations: FloatArray
    duration_s: Int32Array
    distance_m: Int32Array

    @property
    def name(self) -> str:
        """Name of its file: the same places give the same name."""
        digest = hashlib.sha256(self.origins.tobytes())
        digest.update(b"|" + self.destinations.tobytes())
        return digest.hexdigest()[:_NAME_CHARS]

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays; the file is a few hundred larger."""
        arrays = (self.origins, self.destinations, self.duration_s, self.distance_m)
        return sum(array.nbytes for array in arrays)

    def write(self, file: BinaryIO, key: str) -> None:
        """Write it for the travel times that `key` names."""
        places = [_bytes(self.origins, "<f8"), _bytes(self.destinations, "<f8")]
        numbers = [_bytes(self.duration_s, "<i4"), _bytes(self.distance_m, "<i4")]
        line = {
            "format": _FORMAT,
            "key": key,
            "origins": len(self.origins),
            "destinations": len(self.destinations),
            "times": len(self.duration_s),
            "distances": len(self.distance_m),
            "places_crc": _crc(*places),
            "numbers_crc": _crc(*numbers),
        }
        file.write(json.dumps(line).encode() + b"\n")
        for part in (*places, *numbers):
            file.write(part)


def read_places(path: Path, key: str) -> tuple[FloatArray, FloatArray]:
    """Origins and destinations of a block on disk, without its numbers.

    Raises:
        DamagedError: It is not what was written, or was written for another key.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return _places(file, _line(file, key))


def read_block(path: Path, key: str, times: int) -> Block:
    """A block on disk, whole, for `times` breakpoints.

    Raises:
        DamagedError: It is not what was written, or was written for another key.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        line = _line(file, key)
        origins, destinations = _places(file, line)
        shape = (len(origins), len(destinations))
        depths = (line["times"], line["distances"])
        data = file.read()
    if depths[0] != times or depths[1] not in (1, times):
        raise DamagedError(f"it is for {depths[0]} departure times, not {times}")
    if len(data) != 4 * sum(depths) * shape[0] * shape[1] or _crc(data) != line["numbers_crc"]:
        raise DamagedError("its numbers do not add up")
    numbers = np.frombuffer(data, dtype="<i4").astype(np.int32, copy=False)
    numbers = numbers.reshape(sum(depths), *shape)
    return Block(origins, destinations, numbers[: depths[0]], numbers[depths[0] :])


def _line(file: BinaryIO, key: str) -> dict[str, Any]:
    try:
        line = json.loads(file.readline(_LONGEST_LINE))
    except ValueError as error:
        raise DamagedError("its first line is not JSON") from error
    if not isinstance(line, dict) or line.get("format") != _FORMAT or line.get("key") != key:
        raise DamagedError("it belongs to other travel times, or another version wrote it")
    counts = ("origins", "destinations", "times", "distances", "places_crc", "numbers_crc")
    if any(type(line.get(name)) is not int or line[name] < 0 for name in counts):
        raise DamagedError("its first line lacks a count")
    return line


def _places(file: BinaryIO, line: dict[str, Any]) -> tuple[FloatArray, FloatArray]:
    data = file.read(16 * (line["origins"] + line["destinations"]))
    if len(data) != 16 * (line["origins"] + line["destinations"]):
        raise DamagedError("it ends within its places")
    if _crc(data) != line["places_crc"]:
        raise DamagedError("its places do not add up")
    places = np.frombuffer(data, dtype="<f8").astype(np.float64, copy=False).reshape(-1, 2)
    return places[: line["origins"]], places[line["origins"] :]


def _bytes(array: npt.NDArray[Any], kind: str) -> memoryview:
    """The bytes of an array, without copying where it is laid out as the file is."""
    return np.ascontiguousarray(array, dtype=kind).reshape(-1).view(np.uint8).data


def _crc(*parts: bytes | memoryview) -> int:
    value = 0
    for part in parts:
        value = zlib.crc32(part, value)
    return value
