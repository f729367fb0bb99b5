"""OR-Tools' routing library as it comes: guided local search and its own ruin and recreate."""

from importlib.metadata import version
from time import perf_counter

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from ortools.util import optional_boolean_pb2

from benchmarks.static.contender import Answer, Budget, refuse_beyond, thinned
from benchmarks.static.peers.tables import IntTable, Tables, tables_of
from solvers.engines.abilities import Ability
from solvers.model import Problem, Visit, padded
from solvers.solution import Route, Solution

_ABILITIES = frozenset(
    {
        Ability.TIME_WINDOWS,
        Ability.LOADS,
        Ability.SKILLS,
        Ability.OPTIONAL_STOPS,
        Ability.DRIVE_TIME_COST,
        Ability.ROUTE_LIMITS,
        Ability.NO_START_PLACE,
    }
)

_GUIDED = "guided local search"
_RUIN = "ruin and recreate"
_TIME = "time"

_SLOW_MOVES = (
    "use_exchange_pair",
    "use_exchange_subtrip",
    "use_global_cheapest_insertion_path_lns",
    "use_global_cheapest_insertion_visit_types_lns",
    "use_light_relocate_pair",
    "use_local_cheapest_insertion_path_lns",
    "use_local_cheapest_insertion_visit_types_lns",
    "use_relocate_expensive_chain",
    "use_relocate_pair",
    "use_relocate_path_global_cheapest_insertion_insert_unperformed",
    "use_relocate_subtrip",
    "use_shortest_path_swap_active",
    "use_shortest_path_two_opt",
    "use_swap_active_chain",
)
"""Moves for pairs of pickup and delivery, and ones too slow for seconds of search."""


class OrToolsPeer:
    """OR-Tools without the caution of our engine: no replay, no model beyond the case's needs."""

    name = "ortools-peer"
    is_peer = True
    seeded = False
    side_by_side = True

    def version(self) -> str:
        """Of OR-Tools."""
        return f"ortools {version('ortools')}"

    def configurations(self, *, optional_stops: bool, cores: int) -> tuple[str, ...]:  # noqa: ARG002
        """Its two ways of going on after a first solution; each takes one thread."""
        return (_GUIDED, _RUIN)

    def answer(self, problem: Problem, configuration: str, budget: Budget) -> Answer:
        """Search; see ``Contender.answer``."""
        refuse_beyond(self.name, _ABILITIES, problem)
        began = perf_counter()
        model = _Model(problem)
        chosen = _parameters(configuration, model.mean_arc_cost / 10)
        chosen.time_limit.FromMilliseconds(round(budget.seconds * 1000))
        model.routing.CloseModelWithParameters(chosen)
        built = perf_counter()
        trace: list[tuple[float, int]] = []
        cost = model.routing.CostVar()
        model.routing.AddAtSolutionCallback(
            lambda: trace.append((perf_counter() - built, cost.Max()))
        )
        if configuration == _RUIN:
            found = model.routing.SolveWithIteratedLocalSearch(chosen)
        else:
            found = model.routing.SolveWithParameters(chosen)
        return Answer(
            solution=None if found is None else model.solution(found),
            build_s=built - began,
            search_s=perf_counter() - built,
            trace=thinned(trace),
        )


def _parameters(configuration: str, warmth: float) -> pywrapcp.DefaultRoutingSearchParameters:
    """How to search; ``warmth`` is the first temperature of simulated annealing."""
    chosen = pywrapcp.DefaultRoutingSearchParameters()
    first = routing_enums_pb2.FirstSolutionStrategy
    chosen.first_solution_strategy = first.PARALLEL_CHEAPEST_INSERTION
    chosen.disable_scheduling_beware_this_may_degrade_performance = True
    for move in _SLOW_MOVES:
        setattr(chosen.local_search_operators, move, optional_boolean_pb2.BOOL_FALSE)
    if configuration == _GUIDED:
        further = routing_enums_pb2.LocalSearchMetaheuristic
        chosen.local_search_metaheuristic = further.GUIDED_LOCAL_SEARCH
        return chosen
    chosen.use_iterated_local_search = True
    ils = chosen.iterated_local_search_parameters
    sisr = ils.ruin_recreate_parameters.ruin_strategies.add().sisr
    sisr.max_removed_sequence_size = 10
    sisr.avg_num_removed_visits = 10
    sisr.bypass_factor = 0.5
    ils.improve_perturbed_solution = True
    annealing = ils.reference_solution_acceptance_strategy.simulated_annealing
    annealing.initial_temperature = warmth
    annealing.final_temperature = warmth / 300
    return chosen


class _Model:
    """The routing model with the way back."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._tables = tables_of(problem)
        places = [stop.location for stop in problem.stops]
        ends = {self._place(v.start) for v in problem.vehicles}
        ends |= {self._place(v.end) for v in problem.vehicles}
        node_of = {place: len(places) + number for number, place in enumerate(sorted(ends))}
        self._places = np.array(places + sorted(ends), dtype=np.intp)
        starts = [node_of[self._place(v.start)] for v in problem.vehicles]
        finishes = [node_of[self._place(v.end)] for v in problem.vehicles]
        self._manager = pywrapcp.RoutingIndexManager(
            len(self._places), len(problem.vehicles), starts, finishes
        )
        self.routing = pywrapcp.RoutingModel(self._manager)
        self._indices = [self._manager.NodeToIndex(node) for node in range(len(places))]
        self._set_costs()
        self._set_times()
        self._set_loads()
        self._set_stops()

    def solution(self, found: pywrapcp.Assignment) -> Solution:
        """OR-Tools' routes as ours."""
        routes = []
        for vehicle in range(len(self._problem.vehicles)):
            visits = []
            index = found.Value(self.routing.NextVar(self.routing.Start(vehicle)))
            while not self.routing.IsEnd(index):
                visits.append(Visit.stop(self._manager.IndexToNode(index)))
                index = found.Value(self.routing.NextVar(index))
            if visits:
                routes.append(Route(vehicle, tuple(visits)))
        return Solution(tuple(routes))

    @property
    def mean_arc_cost(self) -> float:
        """Mean cost of driving between two places."""
        return float(np.mean([table.mean() for table in self._tables.costs]))

    def _place(self, location: int | None) -> int:
        return self._tables.nowhere if location is None else location

    def _among_nodes(self, table: IntTable) -> IntTable:
        return table[np.ix_(self._places, self._places)]

    def _set_costs(self) -> None:
        tables: Tables = self._tables
        evaluators = [
            self.routing.RegisterTransitMatrix(self._among_nodes(table).tolist())
            for table in tables.costs
        ]
        for index, vehicle in enumerate(self._problem.vehicles):
            self.routing.SetArcCostEvaluatorOfVehicle(evaluators[tables.kind_of[index]], index)
            self.routing.SetFixedCostOfVehicle(vehicle.fixed_cost, index)

    def _set_times(self) -> None:
        problem, tables = self._problem, self._tables
        keys: dict[tuple[int, int], int] = {}
        evaluator_of = []
        for kind, vehicle in zip(tables.kind_of, problem.vehicles, strict=True):
            key = (kind, vehicle.vehicle_class)
            if key not in keys:
                keys[key] = self.routing.RegisterTransitMatrix(self._times(*key).tolist())
            evaluator_of.append(keys[key])
        horizon_s = self._horizon_s()
        self.routing.AddDimensionWithVehicleTransits(
            evaluator_of, horizon_s, horizon_s, False, _TIME
        )
        time = self.routing.GetDimensionOrDie(_TIME)
        for index, vehicle in enumerate(problem.vehicles):
            start = time.CumulVar(self.routing.Start(index))
            start.SetMin(vehicle.available_s)
            end = time.CumulVar(self.routing.End(index))
            if vehicle.shift_end_s is not None:
                end.SetMax(vehicle.shift_end_s)
            if vehicle.max_duration_s is None:
                start.SetMax(vehicle.available_s)
            else:
                time.SetSpanUpperBoundForVehicle(vehicle.max_duration_s, index)
                self.routing.AddVariableMaximizedByFinalizer(start)
            self.routing.AddVariableMinimizedByFinalizer(end)
        for index, stop in zip(self._indices, problem.stops, strict=True):
            if stop.windows:
                window = stop.windows[0]
                time.CumulVar(index).SetRange(window.start_s, window.end_s)

    def _times(self, kind: int, vehicle_class: int) -> IntTable:
        """Service at the first node, then the drive."""
        times = self._among_nodes(self._tables.durations_s[kind])
        stops = self._problem.stops
        service = np.array([stop.service_s[vehicle_class] for stop in stops], dtype=np.int64)
        times[: len(stops)] += service[:, None]
        return times

    def _horizon_s(self) -> int:
        stops, vehicles = self._problem.stops, self._problem.vehicles
        closes = [window.end_s for stop in stops for window in stop.windows]
        closes += [v.shift_end_s for v in vehicles if v.shift_end_s is not None]
        longest = max(int(table.max(initial=0)) for table in self._tables.durations_s)
        dwell = max((max(stop.service_s) for stop in stops), default=0)
        return max(closes, default=0) + dwell + longest

    def _set_loads(self) -> None:
        problem = self._problem
        width = len(problem.dimensions)
        for number, name in enumerate(problem.dimensions):
            amounts = [problem.load_of(stop)[number] for stop in problem.stops]
            amounts += [0] * (len(self._places) - len(amounts))
            self.routing.AddDimensionWithVehicleCapacity(
                self.routing.RegisterUnaryTransitVector(amounts),
                0,
                [padded(vehicle.capacity, width)[number] for vehicle in problem.vehicles],
                True,
                name,
            )

    def _set_stops(self) -> None:
        tables = self._tables
        dearest = max(int(table.max(initial=0)) for table in tables.costs)
        forbidden = 2 * dearest * (len(self._places) + 1)
        for index, stop, row in zip(self._indices, self._problem.stops, tables.row_of, strict=True):
            price = forbidden if stop.unserved_price is None else stop.unserved_price
            self.routing.AddDisjunction([index], price)
            fits = tables.fits[row]
            if not fits.all():
                vehicles = [int(vehicle) for vehicle in np.flatnonzero(fits)]
                self.routing.VehicleVar(index).SetValues([-1, *vehicles])
