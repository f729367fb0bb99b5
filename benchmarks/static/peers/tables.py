"""What every peer reads: the problem's integers as plain tables."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solvers.model import Problem, Stop, Vehicle

IntTable = npt.NDArray[np.int64]

_Kind = tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Travel by kind of vehicle, and who may serve what.

    Vehicles of a kind share travel times and prices. One location more than the problem's stands
    for nowhere: no time and no cost from or to anywhere, where open routes begin or end.

    Attributes:
        nowhere: Index of that location.
        kind_of: Kind of each vehicle.
        durations_s: Seconds by kind, shape (locations + 1, locations + 1).
        costs: Cost of driving by kind, same shape; the same table where a second costs one.
        row_of: Row of ``fits`` for each stop.
        fits: By row, whether each vehicle may serve such a stop; shape (rows, vehicles).
    """

    nowhere: int
    kind_of: tuple[int, ...]
    durations_s: tuple[IntTable, ...]
    costs: tuple[IntTable, ...]
    row_of: tuple[int, ...]
    fits: npt.NDArray[np.bool_]


def tables_of(problem: Problem) -> Tables:
    """The tables of a problem with constant travel."""
    kinds: dict[_Kind, int] = {}
    kind_of = tuple(kinds.setdefault(_kind(vehicle), len(kinds)) for vehicle in problem.vehicles)
    driven = [_driven(problem, kind) for kind in kinds]
    rows: dict[tuple[object, ...], int] = {}
    row_of = tuple(rows.setdefault(_row_key(stop), len(rows)) for stop in problem.stops)
    stops = [problem.stops[row_of.index(row)] for row in range(len(rows))]
    fits = np.array(
        [[_fits(stop, vehicle, i) for i, vehicle in enumerate(problem.vehicles)] for stop in stops],
        dtype=np.bool_,
    ).reshape(len(rows), len(problem.vehicles))
    return Tables(
        nowhere=problem.travel[0].size,
        kind_of=kind_of,
        durations_s=tuple(durations for durations, _ in driven),
        costs=tuple(costs for _, costs in driven),
        row_of=row_of,
        fits=fits,
    )


def _kind(vehicle: Vehicle) -> _Kind:
    return (vehicle.profile, vehicle.cost_per_drive_s, vehicle.cost_per_m)


def _driven(problem: Problem, kind: _Kind) -> tuple[IntTable, IntTable]:
    profile, per_s, per_m = kind
    travel = problem.travel[profile]
    seconds, metres = travel.matrices(range(travel.size))
    durations = _with_nowhere(seconds[0])
    if (per_s, per_m) == (1, 0):
        return durations, durations
    return durations, per_s * durations + per_m * _with_nowhere(metres[0])


def _with_nowhere(matrix: npt.NDArray[np.int32]) -> IntTable:
    padded = np.zeros((len(matrix) + 1, len(matrix) + 1), dtype=np.int64)
    padded[:-1, :-1] = matrix
    return padded


def _row_key(stop: Stop) -> tuple[object, ...]:
    return (stop.skills, stop.allowed_vehicles, stop.excluded_vehicles)


def _fits(stop: Stop, vehicle: Vehicle, index: int) -> bool:
    return (
        stop.skills <= vehicle.skills
        and (stop.allowed_vehicles is None or index in stop.allowed_vehicles)
        and index not in stop.excluded_vehicles
    )
