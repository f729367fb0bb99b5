"""The raw fields of an instance file: parsed by ``vrplib``, with what it lets pass refused here.

``vrplib`` drops the index column of every section unread, takes a file cut short for a smaller
one, turns a decimal in a Solomon file into -1, and keeps sections nobody understands.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import vrplib.parse

from solvers.formats.errors import FormatError

Fields = Mapping[str, Any]

_PER_NODE = {"node_coord", "demand", "service_time", "time_window", "release_time", "prize"}
_PER_VEHICLE = {
    "capacity",
    "vehicles_allowed_clients",
    "vehicles_depot",
    "vehicles_fixed_cost",
    "vehicles_max_distance",
    "vehicles_max_duration",
    "vehicles_reload_depot",
}
_READ = {"dimension", "edge_weight_type", "edge_weight_format", "vehicles", "depot", "edge_weight"}
_FOR_PEOPLE = {"name", "comment", "type", "node_coord_type", "display_data_type"}
_SOLOMON_COLUMNS = 7


def solomon_fields(text: str) -> Fields:
    """Fields of an instance in Solomon's form.

    Raises:
        FormatError: It is no such file, or a row is not seven integers in the order of numbers.
    """
    fields = _parsed(vrplib.parse.parse_solomon, text, "Solomon")
    lines = [line for line in text.splitlines() if line.strip()]
    rows = [line.split() for line in lines[6:]]
    for number, row in enumerate(rows):
        if len(row) != _SOLOMON_COLUMNS or not all(re.fullmatch(r"-?\d+", cell) for cell in row):
            cause = f"row {number} is '{' '.join(row)}'"
            raise FormatError("CUSTOMER", cause, "give seven integers in every row")
        if int(row[0]) != number:
            cause = f"row {number} has the number {row[0]}"
            raise FormatError("CUSTOMER", cause, "number the rows 0, 1, 2 ...; 0 is the depot")
    return dict(fields) | {"dimension": len(rows), "type": "VRPTW", "edge_weight_type": "EUC_2D"}


def vrplib_fields(text: str) -> Fields:
    """Fields of an instance in VRPLIB's form.

    Raises:
        FormatError: It is no such file, is cut short, or holds something not understood.
    """
    fields = _parsed(vrplib.parse.parse_vrplib, text, "VRPLIB")
    known = _PER_NODE | _PER_VEHICLE | _READ | _FOR_PEOPLE
    unknown = sorted(set(fields) - known)
    if unknown:
        names = ", ".join(name.upper() for name in unknown)
        raise FormatError(names, "is not understood", "remove it if the problem stays the same")
    for required in ("dimension", "edge_weight_type"):
        if required not in fields:
            raise FormatError(required.upper(), "is missing", "add it")
    dimension = _count(fields, "dimension")
    vehicles = _count(fields, "vehicles") if "vehicles" in fields else None
    for name, indices in _sections(text):
        if name in _PER_NODE:
            _check_indices(name, indices, dimension, "nodes (DIMENSION)")
        elif name in _PER_VEHICLE:
            if vehicles is None:
                raise FormatError("VEHICLES", f"is missing beside {name.upper()}_SECTION", "add it")
            _check_indices(name, indices, vehicles, "vehicles (VEHICLES)")
    return fields


def _parsed(parse: Callable[..., Any], text: str, form: str) -> Fields:
    try:
        return cast(Fields, parse(text, compute_edge_weights=False))
    except (RuntimeError, ValueError, TypeError, IndexError, KeyError) as error:
        cause = f"is not in {form}'s form ({error})"
        raise FormatError("file", cause, "name the right format or repair the file") from error


def _count(fields: Fields, name: str) -> int:
    value = fields[name]
    if not isinstance(value, int) or value < 1:
        raise FormatError(name.upper(), f"is {value!r}", "give a positive integer")
    return value


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """Names of the sections, each with the first column of its rows."""
    name, column = "", list[str]()
    for line in text.splitlines():
        if "_SECTION" in line or line.strip() == "EOF":
            if name:
                yield name, column
            name, column = line.strip(" :\t").removesuffix("_SECTION").lower(), []
        elif line.strip() and name:
            column.append(line.split()[0])
    if name and name != "eof":
        yield name, column


def _check_indices(name: str, indices: list[str], count: int, what: str) -> None:
    element = f"{name.upper()}_SECTION"
    for position, index in enumerate(indices, start=1):
        if index != str(position):
            cause = f"row {position} begins with {index}"
            raise FormatError(element, cause, "number the rows 1, 2, 3 ...")
    if len(indices) != count:
        cause = f"has {len(indices)} rows for {count} {what}"
        raise FormatError(element, cause, "complete the file")
