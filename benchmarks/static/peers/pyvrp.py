"""PyVRP, one process a core: with all stops required and with prizes, or with two seeds."""

import warnings
from importlib.metadata import version
from itertools import accumulate
from time import perf_counter

import numpy as np
import numpy.typing as npt
import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.stop import MaxRuntime

from benchmarks.static.contender import Answer, Budget, refuse_beyond, thinned
from benchmarks.static.peers.tables import IntTable, Tables, tables_of
from solvers.engines.abilities import Ability
from solvers.model import Problem, Visit, padded
from solvers.solution import Route, Solution

_ABILITIES = frozenset(
    {
        Ability.TIME_WINDOWS,
        Ability.LOADS,
        Ability.UNLOADING,
        Ability.RELEASE,
        Ability.SKILLS,
        Ability.OPTIONAL_STOPS,
        Ability.DRIVE_TIME_COST,
        Ability.ROUTE_LIMITS,
        Ability.NO_START_PLACE,
    }
)

_REQUIRED = "all required"
_PRIZES = "prizes"
_SEED_STEP = 1_000_003


class PyVrp:
    """PyVRP's iterated local search."""

    name = "pyvrp"
    is_peer = True
    seeded = True
    side_by_side = True

    def version(self) -> str:
        """Of PyVRP."""
        return f"pyvrp {version('pyvrp')}"

    def configurations(self, *, optional_stops: bool, cores: int) -> tuple[str, ...]:
        """As many as there are cores, at least two, each with a seed of its own.

        With required stops only it may find nothing valid where not all can be served; with
        prizes it does worse where they can. So both run, and the better counts.
        """
        ways = (_REQUIRED, _PRIZES) if optional_stops else (_REQUIRED,)
        return tuple(f"{ways[run % len(ways)]}, seed {run + 1}" for run in range(max(2, cores)))

    def answer(self, problem: Problem, configuration: str, budget: Budget) -> Answer:
        """Search; see ``Contender.answer``."""
        refuse_beyond(self.name, _ABILITIES, problem)
        way, _, number = configuration.partition(", seed ")
        began = perf_counter()
        model = _Model(problem, required=way == _REQUIRED)
        built = perf_counter()
        with warnings.catch_warnings():
            # that nothing feasible is found is what the answer says
            warnings.simplefilter("ignore", PenaltyBoundWarning)
            result = pyvrp.solve(
                model.data,
                stop=MaxRuntime(budget.seconds),
                seed=(budget.seed + _SEED_STEP * int(number)) % 2**32,
                display=False,
            )
        ended = perf_counter()
        return Answer(
            solution=model.solution(result.best) if result.is_feasible() else None,
            build_s=built - began,
            search_s=ended - built,
            trace=_trace(result, ended - built),
        )


def _trace(result: pyvrp.Result, search_s: float) -> tuple[tuple[float, int], ...]:
    """Best cost over time; the clock of the library starts after its first descent."""
    before = max(0.0, search_s - sum(result.stats.runtimes))
    moments = accumulate(result.stats.runtimes, initial=before)
    next(moments)
    return thinned(
        [
            (at_s, datum.best_cost)
            for at_s, datum in zip(moments, result.stats.data, strict=False)
            if datum.best_feas
        ]
    )


class _Model:
    """PyVRP's data with the way back."""

    def __init__(self, problem: Problem, *, required: bool) -> None:
        self._problem = problem
        tables = tables_of(problem)
        self._depots: dict[tuple[int, int | None], int] = {}
        self._vehicles_of_type: list[list[int]] = []
        profiles: dict[tuple[int, bytes], int] = {}
        types = self._types(tables, profiles)
        durations, distances = _matrices(problem, tables, list(profiles))
        self._hub_of = {depot: hub for (_, hub), depot in self._depots.items() if hub is not None}
        self.data = pyvrp.ProblemData(
            locations=[pyvrp.Location(0, 0)] * (tables.nowhere + 1),
            clients=[_client(problem, index, required) for index in range(len(problem.stops))],
            depots=[self._depot(*key) for key in self._depots],
            vehicle_types=types,
            distance_matrices=distances,
            duration_matrices=durations,
        )

    def solution(self, found: pyvrp.Solution) -> Solution:
        """PyVRP's routes as ours."""
        free = [list(vehicles) for vehicles in self._vehicles_of_type]
        routes = []
        for route in found.routes():
            visits = []
            for activity in list(route)[1:-1]:
                if activity.is_client():
                    visits.append(Visit.stop(activity.idx))
                elif activity.idx in self._hub_of:
                    visits.append(Visit.hub(self._hub_of[activity.idx]))
            routes.append(Route(free[route.vehicle_type()].pop(), tuple(visits)))
        return Solution(tuple(routes))

    def _types(
        self, tables: Tables, profiles: dict[tuple[int, bytes], int]
    ) -> list[pyvrp.VehicleType]:
        """One type for vehicles alike; fills depots, profiles and who belongs to which type."""
        problem = self._problem
        numbers: dict[tuple[object, ...], int] = {}
        made: list[dict[str, object]] = []
        for index, vehicle in enumerate(problem.vehicles):
            key = (tables.kind_of[index], tables.fits[:, index].tobytes())
            width = len(problem.dimensions)
            described = {
                "start_depot": self._depot_at(vehicle.start, tables),
                "end_depot": self._depot_at(vehicle.end, tables),
                "capacity": padded(vehicle.capacity, width),
                "initial_load": padded(vehicle.initial_load, width),
                "fixed_cost": vehicle.fixed_cost,
                "tw_early": vehicle.available_s,
                "tw_late": vehicle.shift_end_s,
                "shift_duration": vehicle.max_duration_s,
                "profile": profiles.setdefault(key, len(profiles)),
                "reload_depots": tuple(self._hub_depot(hub) for hub in vehicle.hubs),
            }
            number = numbers.setdefault(tuple(described.values()), len(numbers))
            if number == len(made):
                made.append({name: value for name, value in described.items() if value is not None})
                self._vehicles_of_type.append([])
            self._vehicles_of_type[number].append(index)
        return [
            pyvrp.VehicleType(num_available=len(vehicles), **described)
            for described, vehicles in zip(made, self._vehicles_of_type, strict=True)
        ]

    def _depot_at(self, location: int | None, tables: Tables) -> int:
        key = (tables.nowhere if location is None else location, None)
        return self._depots.setdefault(key, len(self._depots))

    def _hub_depot(self, hub: int) -> int:
        key = (self._problem.hubs[hub].location, hub)
        return self._depots.setdefault(key, len(self._depots))

    def _depot(self, location: int, hub: int | None) -> pyvrp.Depot:
        if hub is None:
            return pyvrp.Depot(location)
        given = self._problem.hubs[hub]
        hours = given.windows[0] if given.windows else None
        if hours is None:
            return pyvrp.Depot(location, service_duration=given.fixed_s)
        return pyvrp.Depot(location, hours.start_s, hours.end_s, given.fixed_s)


def _client(problem: Problem, index: int, required: bool) -> pyvrp.Client:
    stop = problem.stops[index]
    optional = stop.unserved_price is not None and not required
    hours = [(window.start_s, window.end_s) for window in stop.windows]
    given = dict(zip(("tw_early", "tw_late"), hours[0], strict=True)) if hours else {}
    return pyvrp.Client(
        location=stop.location,
        pickup=list(problem.load_of(stop)),
        service_duration=stop.service_s[0],
        **given,
        release_time=stop.release_s or 0,
        prize=(stop.unserved_price or 0) if optional else 0,
        required=not optional,
    )


def _matrices(
    problem: Problem, tables: Tables, profiles: list[tuple[int, bytes]]
) -> tuple[list[IntTable], list[IntTable]]:
    """Durations and costs by profile, with stops its vehicles may not serve out of reach.

    Ways to and from them take longer than any window is open; every suite with such stops has
    windows, and the checker would tell. PyVRP's own reader takes its greatest value for them, with
    which its first descent came to no end on 500 requests and more.
    """
    closes = [window.end_s for stop in problem.stops for window in stop.windows]
    dearest = max(int(table.max(initial=0)) for table in tables.costs)
    far = 10 * max(dearest, *closes, 0)
    rows = np.array(tables.row_of, dtype=np.intp)
    places = np.array([stop.location for stop in problem.stops], dtype=np.intp)
    durations, costs = [], []
    for kind, fits in profiles:
        barred = places[~np.frombuffer(fits, dtype=np.bool_)[rows]]
        durations.append(_without(tables.durations_s[kind], barred, far))
        same = tables.costs[kind] is tables.durations_s[kind]
        costs.append(durations[-1] if same else _without(tables.costs[kind], barred, far))
    return durations, costs


def _without(table: IntTable, barred: npt.NDArray[np.intp], far: int) -> IntTable:
    if not len(barred):
        return table
    result = table.copy()
    result[barred, :] = result[:, barred] = far
    np.fill_diagonal(result, 0)
    return result
