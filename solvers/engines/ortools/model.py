"""The OR-Tools routing model of a network.

Waiting is charged as slack of the time dimension and everything else by arc. Routes begin at a
fixed moment, so the earliest schedule is also the cheapest one: the solver need not search for
times, and its linear-programming schedulers stay out of the way.
"""

from itertools import pairwise

from ortools.constraint_solver import pywrapcp

from solvers.engines.ortools.departures import Departure
from solvers.engines.ortools.matrices import Table
from solvers.engines.ortools.network import Network
from solvers.model import VisitKind, padded

_TIME = "time"


class RoutingModel:
    """OR-Tools' model with its node numbering."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.manager = pywrapcp.RoutingIndexManager(
            network.size, len(network.departures), list(network.starts), list(network.ends)
        )
        self.routing = pywrapcp.RoutingModel(self.manager)
        self._indices = [self.manager.NodeToIndex(node) for node in range(len(network.visits))]
        self._set_costs()
        self._set_times()
        self._set_loads()
        self._set_limits()
        self._set_visits()
        self._set_breaks()

    def routes(self) -> list[list[int]]:
        """Nodes visited by each vehicle in the solution the solver is at."""
        following = [self.routing.NextVar(index).Value() for index in range(self.routing.Size())]
        return self._follow(following)

    def routes_of(self, assignment: pywrapcp.Assignment) -> list[list[int]]:
        """Nodes visited by each vehicle in ``assignment``."""
        following = [
            assignment.Value(self.routing.NextVar(index)) for index in range(self.routing.Size())
        ]
        return self._follow(following)

    def assignment(self, routes: list[list[int]]) -> pywrapcp.Assignment | None:
        """``routes`` as a solution of the model, or ``None`` where they do not keep it."""
        indices = [[self._indices[node] for node in route] for route in routes]
        return self.routing.ReadAssignmentFromRoutes(indices, True)

    def _follow(self, following: list[int]) -> list[list[int]]:
        routes = []
        for vehicle in range(len(self.network.departures)):
            route = []
            index = following[self.routing.Start(vehicle)]
            while not self.routing.IsEnd(index):
                route.append(self.manager.IndexToNode(index))
                index = following[index]
            routes.append(route)
        return routes

    def _set_costs(self) -> None:
        network, routing = self.network, self.routing
        evaluators = [routing.RegisterTransitMatrix(table.tolist()) for table in network.costs]
        for vehicle, departure in enumerate(network.departures):
            routing.SetArcCostEvaluatorOfVehicle(evaluators[network.cost_of[vehicle]], vehicle)
            if departure.under_way:
                routing.SetVehicleUsedWhenEmpty(True, vehicle)
            else:
                fixed = network.problem.vehicles[departure.vehicle].fixed_cost
                routing.SetFixedCostOfVehicle(network.units(fixed), vehicle)

    def _set_times(self) -> None:
        network, routing = self.network, self.routing
        evaluators = [routing.RegisterTransitMatrix(table.tolist()) for table in network.times]
        routing.AddDimensionWithVehicleTransits(
            [evaluators[number] for number in network.time_of],
            network.horizon_s,
            network.horizon_s,
            False,
            _TIME,
        )
        self._time = routing.GetDimensionOrDie(_TIME)
        for vehicle, departure in enumerate(network.departures):
            given = network.problem.vehicles[departure.vehicle]
            ready = departure.ready_s - network.origin_s
            self._time.CumulVar(routing.Start(vehicle)).SetRange(ready, ready)
            end = self._time.CumulVar(routing.End(vehicle))
            if given.shift_end_s is not None:
                end.SetMax(given.shift_end_s - network.origin_s)
            if departure.duration_left_s is not None:
                end.SetMax(self._first_departure(vehicle) + departure.duration_left_s)
            per_s = network.units(given.cost_per_s)
            if per_s:
                self._time.SetSlackCostCoefficientForVehicle(per_s, vehicle)
            routing.AddVariableMinimizedByFinalizer(end)

    def _first_departure(self, vehicle: int) -> int:
        """Network seconds before which leaving for any first visit would be of no use."""
        network = self.network
        departure = network.departures[vehicle]
        ready = departure.ready_s - network.origin_s
        if departure.under_way:
            return ready
        row, count = network.starts[vehicle], len(network.visits)
        legs = network.legs[network.problem.vehicles[departure.vehicle].profile]
        times = network.times[network.time_of[vehicle]]
        waits = times[row, :count] - legs.drive_s[row, :count]
        return ready + int(waits.min(initial=network.horizon_s))

    def _set_loads(self) -> None:
        network, routing = self.network, self.routing
        hubs = [n for n, visit in enumerate(network.visits) if visit.kind is VisitKind.HUB]
        width = len(network.problem.dimensions)
        for number, name in enumerate(network.problem.dimensions):
            most = [
                padded(network.problem.vehicles[d.vehicle].capacity, width)[number]
                for d in network.departures
            ]
            amounts = network.loads[number].tolist()
            if sum(amounts) == 0:
                continue
            emptied = max(most)
            for node in hubs:
                amounts[node] = -emptied
            routing.AddDimensionWithVehicleCapacity(
                routing.RegisterUnaryTransitVector(amounts),
                emptied if hubs else 0,
                most,
                False,
                f"load {name}",
            )
            dimension = routing.GetDimensionOrDie(f"load {name}")
            for vehicle, departure in enumerate(network.departures):
                carried = departure.load[number]
                dimension.CumulVar(routing.Start(vehicle)).SetRange(carried, carried)
                if hubs:
                    dimension.SlackVar(routing.Start(vehicle)).SetValue(0)
            if hubs:
                for node, visit in enumerate(network.visits):
                    if visit.kind is VisitKind.STOP:
                        dimension.SlackVar(self._indices[node]).SetValue(0)

    def _set_limits(self) -> None:
        network, routing = self.network, self.routing
        left = network.departures
        if any(d.stops_left is not None for d in left):
            counts = [
                int(node < len(network.visits) and network.visits[node].kind is VisitKind.STOP)
                for node in range(network.size)
            ]
            most = [len(counts) if d.stops_left is None else d.stops_left for d in left]
            evaluator = routing.RegisterUnaryTransitVector(counts)
            routing.AddDimensionWithVehicleCapacity(evaluator, 0, most, True, "stops")
        distances = {profile: legs.distance_m for profile, legs in network.legs.items()}
        drives = {profile: legs.drive_s for profile, legs in network.legs.items()}
        self._limit_legs("distance", distances, [d.distance_left_m for d in left])
        self._limit_legs("drive", drives, [d.drive_left_s for d in left])

    def _limit_legs(self, name: str, tables: dict[int, Table], most: list[int | None]) -> None:
        if all(limit is None for limit in most):
            return
        network, routing = self.network, self.routing
        evaluators = {
            profile: routing.RegisterTransitMatrix(table.tolist())
            for profile, table in tables.items()
        }
        no_limit = max(int(table.max(initial=0)) for table in tables.values()) * network.size
        profiles = [network.problem.vehicles[d.vehicle].profile for d in network.departures]
        routing.AddDimensionWithVehicleTransitAndCapacity(
            [evaluators[profile] for profile in profiles],
            0,
            [no_limit if limit is None else limit for limit in most],
            True,
            name,
        )

    def _set_visits(self) -> None:
        network, routing = self.network, self.routing
        everyone = tuple(range(len(network.departures)))
        for node, visit in enumerate(network.visits):
            index = self._indices[node]
            windows = network.windows[node]
            start = self._time.CumulVar(index)
            start.SetRange(windows[0].start_s, windows[-1].end_s)
            for before, after in pairwise(windows):
                if before.end_s + 1 < after.start_s:
                    start.RemoveInterval(before.end_s + 1, after.start_s - 1)
            if network.allowed[node] != everyone:
                # -1 is "not visited"; SetAllowedVehiclesForIndex takes no Python list (9.15)
                routing.VehicleVar(index).SetValues([-1, *network.allowed[node]])
            routing.AddDisjunction([index], network.omissions[node])
            if visit.kind is VisitKind.HUB:
                continue
            stop = network.problem.stops[visit.index]
            late = network.units(stop.late_cost_per_s)
            if stop.due_s is not None and late:
                due = max(stop.due_s - network.origin_s, 0)
                self._time.SetCumulVarSoftUpperBound(index, due, late)
                routing.AddVariableMinimizedByFinalizer(start)

    def _set_breaks(self) -> None:
        network, routing = self.network, self.routing
        for vehicle, departure in enumerate(network.departures):
            if departure.rest is None:
                continue
            busy = network.busy[network.time_of[vehicle]].tolist()
            at_index = [0] * routing.Size()
            for node, index in enumerate(self._indices):
                at_index[index] = busy[node]
            self._time.SetBreakIntervalsOfVehicle(
                [self._break_interval(departure)], vehicle, at_index
            )

    def _break_interval(self, departure: Departure) -> pywrapcp.IntervalVar:
        network = self.network
        rest = departure.rest
        if rest is None:
            raise ValueError(f"vehicle {departure.vehicle} has no break left")
        return self.routing.solver().FixedDurationIntervalVar(
            rest.window.start_s - network.origin_s,
            rest.window.end_s - network.origin_s,
            rest.duration_s,
            False,
            f"break {departure.vehicle}",
        )
