"""JD Logistics' Beijing instances as pickup problems: the smallest reader that serves.

From the EVRP-TW-SPD instances (0SliverBullet/EVRP-TW-SPD, MIT): pickup amounts, windows and road
matrices of 200 customers and a depot. Deliveries, batteries and charging stations are left out. A
vehicle in use costs 300, a metre 0.014; both count thousandths here. Minutes become seconds.
"""

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.static.cases import Case
from solvers.model import Problem, Stop, TimeWindow, Vehicle
from solvers.travel import MatrixTravel

_COST_SCALE = 1_000
_LOAD_SCALE = 1_000_000
_MINUTE_S = 60


def jd_names(data: Path) -> tuple[str, ...]:
    """The instances in the folder."""
    return tuple(sorted(path.name.removesuffix(".txt.gz") for path in _folder(data).glob("*.gz")))


def jd_case(data: Path, name: str) -> Case:
    """The instance of that name.

    Raises:
        ValueError: The file is not in the form described; names what is missing.
    """
    with gzip.open(_folder(data) / f"{name}.txt.gz", "rt") as file:
        lines = [line.strip() for line in file]
    facts = dict(_facts(lines))
    nodes = [row for row in _rows(lines, "NODE_SECTION", "DISTANCETIME_SECTION") if row[1] in "dc"]
    if [row[0] for row in nodes] != [str(index) for index in range(len(nodes))]:
        raise ValueError(f"{name}: depot and customers must come first, numbered from 0")
    if [row[1] for row in nodes].count("d") != 1 or nodes[0][1] != "d":
        raise ValueError(f"{name}: node 0, and no other, must be a depot (type d)")
    depot, *customers = nodes
    vehicle = Vehicle(
        id="1",
        start=0,
        end=0,
        available_s=int(depot[6]) * _MINUTE_S,
        shift_end_s=int(depot[7]) * _MINUTE_S,
        capacity=(_load(facts["CAPACITY"]),),
        fixed_cost=round(float(facts["DISPATCHINGCOST"]) * _COST_SCALE),
        cost_per_m=round(float(facts["UNITCOST"]) * _COST_SCALE),
    )
    fleet = min(int(facts["VEHICLES"]), len(customers))
    problem = Problem(
        stops=tuple(_stop(row) for row in customers),
        vehicles=tuple(replace(vehicle, id=str(number)) for number in range(1, fleet + 1)),
        travel=(_travel(lines, len(nodes), name),),
        dimensions=("millionths",),
    )
    return Case(name=name, problem=problem, scale=_COST_SCALE)


def _folder(data: Path) -> Path:
    return data / "jd_beijing"


def _facts(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line == "NODE_SECTION":
            return
        key, _, value = line.partition(":")
        yield key.strip(), value.strip()


def _rows(lines: Sequence[str], begin: str, end: str) -> Iterator[list[str]]:
    """Cells of the section's rows; its first line names the columns."""
    for line in lines[lines.index(begin) + 2 : lines.index(end)]:
        yield line.split(",")


def _load(text: str) -> int:
    return round(float(text) * _LOAD_SCALE)


def _stop(row: Sequence[str]) -> Stop:
    return Stop(
        id=row[0],
        location=int(row[0]),
        windows=(TimeWindow(int(row[6]) * _MINUTE_S, int(row[7]) * _MINUTE_S),),
        service_s=(int(row[8]) * _MINUTE_S,),
        load=(_load(row[5]),),
    )


def _travel(lines: Sequence[str], count: int, name: str) -> MatrixTravel:
    begin = lines.index("DISTANCETIME_SECTION") + 2
    cells = lines[begin : lines.index("DEPOT_SECTION")]
    table: npt.NDArray[np.int64] = np.array([line.split(",") for line in cells], dtype=np.int64)
    kept = table[(table[:, 1] < count) & (table[:, 2] < count)]
    if len(kept) != count * (count - 1):
        raise ValueError(f"{name}: {len(kept)} ways among {count} nodes; give every one once")
    metres = np.zeros((count, count), dtype=np.int64)
    minutes = np.zeros((count, count), dtype=np.int64)
    metres[kept[:, 1], kept[:, 2]] = kept[:, 3]
    minutes[kept[:, 1], kept[:, 2]] = kept[:, 4]
    return MatrixTravel(minutes * _MINUTE_S, metres)
