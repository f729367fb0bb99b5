"""VROOM at exploration levels 0, 2 and 5, each with the full time on all cores."""

from datetime import timedelta
from importlib.metadata import version
from time import perf_counter

import numpy as np
import vroom
from vroom.solution.solution import Solution as Found

from benchmarks.static.contender import Answer, Budget, refuse_beyond
from benchmarks.static.peers.tables import Tables, tables_of
from solvers.engines.abilities import Ability
from solvers.model import Problem, Stop, Vehicle, Visit
from solvers.solution import Route, Solution

_ABILITIES = frozenset(
    {
        Ability.TIME_WINDOWS,
        Ability.SEVERAL_WINDOWS,
        Ability.LOADS,
        Ability.SKILLS,
        Ability.OPTIONAL_STOPS,
        Ability.DRIVE_TIME_COST,
        Ability.NO_START_PLACE,
    }
)

_FOREVER_S = 10_000_000
_LEVELS = (0, 2, 5)


class Vroom:
    """VROOM's local search from many first solutions."""

    name = "vroom"
    is_peer = True
    seeded = False
    side_by_side = False

    def version(self) -> str:
        """Of pyvroom, which brings VROOM."""
        return f"pyvroom {version('pyvroom')}"

    def configurations(self, *, optional_stops: bool, cores: int) -> tuple[str, ...]:  # noqa: ARG002
        """It divides its time among its searches, so few may be better than many."""
        return tuple(f"level {level}" for level in _LEVELS)

    def answer(self, problem: Problem, configuration: str, budget: Budget) -> Answer:
        """Search; see ``Contender.answer``."""
        refuse_beyond(self.name, _ABILITIES, problem)
        began = perf_counter()
        given = _input(problem)
        built = perf_counter()
        found = given.solve(
            exploration_level=int(configuration.removeprefix("level ")),
            nb_threads=budget.threads,
            timeout=timedelta(seconds=budget.seconds),
        )
        ended = perf_counter()
        return Answer(solution=_solution(found), build_s=built - began, search_s=ended - built)


def _input(problem: Problem) -> vroom.Input:
    tables = tables_of(problem)
    given = vroom.Input()
    for kind, durations in enumerate(tables.durations_s):
        given.set_durations_matrix(str(kind), durations.astype(np.uint32))
        if tables.costs[kind] is not durations:
            given.set_costs_matrix(str(kind), tables.costs[kind].astype(np.uint32))
    given.add_vehicle([_vehicle(problem, tables, index) for index in range(len(problem.vehicles))])
    given.add_job([_job(problem, tables, index) for index in range(len(problem.stops))])
    return given


def _vehicle(problem: Problem, tables: Tables, index: int) -> vroom.Vehicle:
    """One skill for each kind of stop the vehicle may serve."""
    vehicle: Vehicle = problem.vehicles[index]
    end_s = _FOREVER_S if vehicle.shift_end_s is None else vehicle.shift_end_s
    return vroom.Vehicle(
        index,
        start=vehicle.start,
        end=vehicle.end,
        profile=str(tables.kind_of[index]),
        capacity=list(vehicle.capacity),
        skills={int(row) for row in np.flatnonzero(tables.fits[:, index])},
        time_window=vroom.TimeWindow(vehicle.available_s, end_s),
        costs=vroom.VehicleCosts(fixed=vehicle.fixed_cost),
        type=problem.vehicle_classes[vehicle.vehicle_class],
    )


def _job(problem: Problem, tables: Tables, index: int) -> vroom.Job:
    stop: Stop = problem.stops[index]
    return vroom.Job(
        index,
        location=stop.location,
        pickup=list(problem.load_of(stop)),
        skills={tables.row_of[index]},
        time_windows=[vroom.TimeWindow(window.start_s, window.end_s) for window in stop.windows],
        service_per_type=dict(zip(problem.vehicle_classes, stop.service_s, strict=True)),
    )


def _solution(found: Found) -> Solution:
    routes = []
    for route in found.to_dict()["routes"]:
        visits = (Visit.stop(step["id"]) for step in route["steps"] if step["type"] == "job")
        routes.append(Route(route["vehicle"], tuple(visits)))
    return Solution(tuple(routes))
