"""Locations and travel of a VROOM problem."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from solvers.formats.errors import FormatError
from solvers.formats.vroom.case import LonLat, Table, TravelFromPlaces
from solvers.formats.vroom.prices import time_factor
from solvers.formats.vroom.schema import VroomInput, VroomJob, VroomMatrices, VroomVehicle
from solvers.travel import UNREACHABLE, MatrixTravel

STRAIGHT_LINES = "no matrices are given: travel is along straight lines"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Travelling:
    """How a problem's vehicles get about.

    Attributes:
        sources: One per different pair of profile and speed.
        profile_of: Index into ``sources`` by vehicle.
        job_places: Location by job.
        starts: Location by vehicle, ``None`` where it has none.
        ends: Location by vehicle, ``None`` where it has none.
        distances: Metres by profile, where known.
        time_scale: Units of time per second.
        straight: Whether travel is along straight lines.
    """

    sources: tuple[MatrixTravel, ...]
    profile_of: tuple[int, ...]
    job_places: tuple[int, ...]
    starts: tuple[int | None, ...]
    ends: tuple[int | None, ...]
    distances: dict[str, Table]
    time_scale: int
    straight: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    durations: Table
    distances: Table | None
    costs: Table | None


def travelling(given: VroomInput, from_places: TravelFromPlaces | None) -> Travelling:
    """Travel of ``given``: from its matrices, else from its coordinates.

    Raises:
        FormatError: A matrix or an index is wrong, or something is missing or not supported.
    """
    places: dict[LonLat, int] | None = None
    if given.matrices:
        tables = {name: _checked(name, part) for name, part in given.matrices.items()}
    else:
        places = _coordinates(given)
        tables = _computed(given, places, from_places)
    size = max((len(table.durations) for table in tables.values()), default=0)
    jobs = tuple(_place(job, "location", f"job {job.id}", places, size) for job in given.jobs)
    starts, ends = [], []
    for vehicle in given.vehicles:
        name = f"vehicle {vehicle.id}"
        starts.append(_optional_place(vehicle, "start", name, places, size))
        ends.append(_optional_place(vehicle, "end", name, places, size))
        if starts[-1] is None and ends[-1] is None:
            raise FormatError(name, "has neither a start nor an end", "give at least one")
    slow = any(vehicle.speed_factor != 1 for vehicle in given.vehicles)
    sources: dict[tuple[str, int], MatrixTravel] = {}
    profiles = []
    for vehicle in given.vehicles:
        key = (vehicle.profile, time_factor(vehicle, hundredths=slow))
        if key not in sources:
            sources[key] = _source(vehicle, tables, key[1])
        profiles.append(list(sources).index(key))
    return Travelling(
        sources=tuple(sources.values()),
        profile_of=tuple(profiles),
        job_places=jobs,
        starts=tuple(starts),
        ends=tuple(ends),
        distances={n: t.distances for n, t in tables.items() if t.distances is not None},
        time_scale=100 if slow else 1,
        straight=not given.matrices,
    )


def _source(vehicle: VroomVehicle, tables: Mapping[str, _Tables], factor: int) -> MatrixTravel:
    name = f"vehicle {vehicle.id}"
    if vehicle.profile not in tables:
        known = ", ".join(sorted(tables))
        cause = f"profile '{vehicle.profile}' has no matrices (there are: {known})"
        raise FormatError(name, cause, f"add matrices.{vehicle.profile}")
    table = tables[vehicle.profile]
    closed = table.durations == UNREACHABLE
    durations = np.where(closed, UNREACHABLE, table.durations * factor)
    if durations.size and int(durations.max()) > UNREACHABLE:
        cause = f"speed_factor {vehicle.speed_factor:g} makes durations too long"
        raise FormatError(name, cause, f"keep durations below {UNREACHABLE // factor} s")
    if table.costs is not None:
        return MatrixTravel(durations, table.costs)
    if table.distances is None:
        return MatrixTravel(durations, np.zeros_like(durations))
    return MatrixTravel(durations, table.distances)


def _checked(name: str, part: VroomMatrices) -> _Tables:
    durations = matrix(part.durations, f"matrices.{name}.durations")
    others = []
    for key in ("distances", "costs"):
        rows = getattr(part, key)
        table = None if rows is None else matrix(rows, f"matrices.{name}.{key}")
        if table is not None and len(table) != len(durations):
            cause = f"has {len(table)} rows, durations have {len(durations)}"
            raise FormatError(f"matrices.{name}.{key}", cause, "give both for the same places")
        others.append(table)
    return _Tables(durations, *others)


def matrix(rows: list[object], element: str) -> Table:
    """``rows`` as a square matrix of integers in 0 .. 2^31 - 1, the last meaning no way.

    Raises:
        FormatError: Names the row or the entry that is wrong.
    """
    for number, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(rows):
            length = f"has {len(row)} entries" if isinstance(row, list) else "is no array"
            cause = f"row {number} {length}, and there are {len(rows)} rows"
            raise FormatError(element, cause, "give a square matrix")
        if set(map(type, row)) - {int}:
            column = next(i for i, value in enumerate(row) if type(value) is not int)
            cause = f"[{number}][{column}] is {row[column]!r}"
            raise FormatError(element, cause, "give integers only")
        if row and not 0 <= min(row) <= max(row) <= UNREACHABLE:
            column = next(i for i, v in enumerate(row) if not 0 <= v <= UNREACHABLE)
            cause = f"[{number}][{column}] is {row[column]}"
            raise FormatError(element, cause, f"give values in 0 .. {UNREACHABLE}")
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(rows))


def _places_of(given: VroomInput) -> Iterator[tuple[str, str, list[float] | None]]:
    for vehicle in given.vehicles:
        yield f"vehicle {vehicle.id}", "start", vehicle.start
        yield f"vehicle {vehicle.id}", "end", vehicle.end
    for job in given.jobs:
        yield f"job {job.id}", "location", job.location


def _coordinates(given: VroomInput) -> dict[LonLat, int]:
    """Different places in the order of the file, vehicles first."""
    places: dict[LonLat, int] = {}
    for name, key, place in _places_of(given):
        if place is None:
            continue
        lon, lat = place
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            cause = f"{key} is [{lon}, {lat}]"
            raise FormatError(name, cause, "give degrees, longitude first")
        places.setdefault((lon, lat), len(places))
    return places


def _computed(
    given: VroomInput, places: Mapping[LonLat, int], from_places: TravelFromPlaces | None
) -> dict[str, _Tables]:
    if from_places is None:
        raise FormatError("matrices", "are missing", "add durations for every profile")
    tables = {}
    for profile in {vehicle.profile: None for vehicle in given.vehicles}:
        durations, distances = from_places(profile, list(places))
        tables[profile] = _Tables(
            np.asarray(durations, dtype=np.int64), np.asarray(distances, dtype=np.int64), None
        )
    return tables


def _optional_place(
    thing: VroomVehicle, key: str, name: str, places: Mapping[LonLat, int] | None, size: int
) -> int | None:
    index, coordinates = getattr(thing, f"{key}_index"), getattr(thing, key)
    if index is None and coordinates is None:
        return None
    return _place(thing, key, name, places, size)


def _place(
    thing: VroomVehicle | VroomJob,
    key: str,
    name: str,
    places: Mapping[LonLat, int] | None,
    size: int,
) -> int:
    coordinates = getattr(thing, key)
    if places is not None:
        if coordinates is None:
            cause = f"{key} is missing, and there are no matrices"
            raise FormatError(name, cause, "give coordinates, or matrices and an index")
        return places[coordinates[0], coordinates[1]]
    index: int | None = getattr(thing, f"{key}_index")
    if index is None:
        raise FormatError(name, f"{key}_index is missing", "give the row in the matrices")
    if index >= size:
        cause = f"{key}_index is {index}, but the matrices have {size} rows"
        raise FormatError(name, cause, "give an existing row")
    return index
