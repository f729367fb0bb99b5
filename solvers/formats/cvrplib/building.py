"""The problem that the fields of an instance describe."""

from collections.abc import Sequence

import numpy as np

from solvers.formats.cvrplib.fields import Fields
from solvers.formats.cvrplib.rounding import (
    Integers,
    Rounding,
    distances,
    finite,
    scaled,
    travel_matrix,
    whole,
)
from solvers.formats.errors import FormatError
from solvers.model import Hub, Problem, Stop, TimeWindow, Vehicle
from solvers.travel import MatrixTravel

DIMENSION = "demand"
"""Name of the one load dimension."""


def build_problem(fields: Fields, rounding: Rounding) -> Problem:
    """Fleet free, distance is the cost, a unit of distance takes a unit of time.

    What is delivered in the instance is collected in the problem: with one depot for loading and
    unloading, a trip that never exceeds capacity one way does not exceed it the other way.

    Raises:
        FormatError: A field has the wrong length or holds values that make no sense.
        InvalidProblemError: The problem the fields describe breaks a rule of the model.
    """
    travel = _travel(fields, rounding)
    nodes = int(fields["dimension"])
    depots = _depots(fields, nodes)
    clients = [node for node in range(nodes) if node not in depots]
    allowed = _allowed_clients(fields, clients)
    columns = _NodeColumns(fields, rounding, nodes)
    stops = tuple(
        Stop(
            id=str(number),
            location=node,
            windows=columns.window(node),
            service_s=(columns.service(node, is_depot=False),),
            load=(columns.demand(node),),
            release_s=columns.release(node),
            unserved_price=columns.prize(node),
            allowed_vehicles=None if allowed is None else allowed[node],
        )
        for number, node in enumerate(clients, start=1)
    )
    hubs = tuple(
        Hub(id=f"depot {node + 1}", location=node, windows=columns.window(node)) for node in depots
    )
    for node in depots:
        _check_depot(columns, node)
    return Problem(
        stops=stops,
        vehicles=_vehicles(fields, rounding, depots, columns, len(clients)),
        hubs=hubs if "vehicles_reload_depot" in fields else (),
        travel=(travel,),
        dimensions=(DIMENSION,),
    )


class _NodeColumns:
    """What the file says node by node; one value for all where it gives no section."""

    def __init__(self, fields: Fields, rounding: Rounding, nodes: int) -> None:
        self._service_for_all = np.ndim(fields.get("service_time", ())) == 0
        self._demand = whole(_per_node(fields, "demand", nodes), "DEMAND_SECTION")
        self._service = scaled(_per_node(fields, "service_time", nodes), rounding, "SERVICE_TIME")
        self._release = scaled(
            _per_node(fields, "release_time", nodes), rounding, "RELEASE_TIME_SECTION"
        )
        self._prize = scaled(_per_node(fields, "prize", nodes), rounding, "PRIZE_SECTION")
        self._has_release = "release_time" in fields
        self._windows: Integers | None = None
        if "time_window" in fields:
            self._windows = scaled(fields["time_window"], rounding, "TIME_WINDOW_SECTION")
            if self._windows.shape != (nodes, 2):
                cause = f"has shape {self._windows.shape}, not two columns for {nodes} nodes"
                raise FormatError("TIME_WINDOW_SECTION", cause, "give an opening and a close each")

    def demand(self, node: int) -> int:
        return int(self._demand[node])

    def service(self, node: int, *, is_depot: bool) -> int:
        return 0 if is_depot and self._service_for_all else int(self._service[node])

    def window(self, node: int) -> tuple[TimeWindow, ...]:
        if self._windows is None:
            return ()
        return (TimeWindow(*(int(value) for value in self._windows[node])),)

    def release(self, node: int) -> int | None:
        return int(self._release[node]) if self._has_release else None

    def prize(self, node: int) -> int | None:
        """Price of leaving the client out; a client without a prize must be visited."""
        return int(self._prize[node]) or None


def _per_node(fields: Fields, name: str, nodes: int) -> Sequence[float]:
    values = fields.get(name, 0)
    if np.ndim(values) == 0:
        return [values] * nodes
    if np.shape(values) != (nodes,):
        cause = f"has shape {np.shape(values)}, not one value for each of {nodes} nodes"
        raise FormatError(f"{name.upper()}_SECTION", cause, "give one value for each node")
    return list(values)


def _travel(fields: Fields, rounding: Rounding) -> MatrixTravel:
    nodes = int(fields["dimension"])
    if fields["edge_weight_type"] == "EXPLICIT":
        if "edge_weight" not in fields:
            raise FormatError("EDGE_WEIGHT_SECTION", "is missing", "add it")
        given = finite(fields["edge_weight"], "EDGE_WEIGHT_SECTION")
        if given.shape != (nodes, nodes):
            cause = f"has shape {given.shape}, not {nodes} x {nodes} (DIMENSION)"
            raise FormatError("EDGE_WEIGHT_SECTION", cause, "complete the matrix")
        apart = travel_matrix(scaled(given, rounding, "EDGE_WEIGHT_SECTION"))
    else:
        places = finite(fields.get("node_coord", ()), "NODE_COORD_SECTION")
        if places.shape != (nodes, 2):
            cause = f"has shape {places.shape}, not two columns for {nodes} nodes"
            raise FormatError("NODE_COORD_SECTION", cause, "give x and y for each node")
        apart = distances(places, str(fields["edge_weight_type"]), rounding)
    return MatrixTravel(apart, apart)


def _depots(fields: Fields, nodes: int) -> list[int]:
    depots = [int(node) for node in whole(fields.get("depot", [0]), "DEPOT_SECTION").ravel()]
    if not depots or len(set(depots)) < len(depots):
        cause = f"names the depots {[node + 1 for node in depots]}"
        raise FormatError("DEPOT_SECTION", cause, "name every depot once")
    for node in depots:
        _check_node("DEPOT_SECTION", node, nodes)
    return depots


def _check_node(element: str, node: int, nodes: int) -> None:
    if not 0 <= node < nodes:
        cause = f"names node {node + 1}, but there are {nodes} (DIMENSION)"
        raise FormatError(element, cause, "name existing nodes")


def _check_depot(columns: _NodeColumns, node: int) -> None:
    named = {
        "DEMAND_SECTION": columns.demand(node),
        "SERVICE_TIME_SECTION": columns.service(node, is_depot=True),
    }
    for element, value in named.items():
        if value:
            raise FormatError(element, f"gives {value} for depot {node + 1}", "give 0 for depots")


def _allowed_clients(fields: Fields, clients: Sequence[int]) -> dict[int, frozenset[int]] | None:
    """Vehicles that may serve each client node; ``None`` where the file does not say."""
    if "vehicles_allowed_clients" not in fields:
        return None
    allowed: dict[int, set[int]] = {node: set() for node in clients}
    element = "VEHICLES_ALLOWED_CLIENTS_SECTION"
    for vehicle, row in enumerate(fields["vehicles_allowed_clients"]):
        for number in whole(np.atleast_1d(row), element):
            if int(number) - 1 not in allowed:
                cause = f"vehicle {vehicle + 1} names {number}, which is no client"
                raise FormatError(element, cause, "name nodes that are no depots")
            allowed[int(number) - 1].add(vehicle)
    return {node: frozenset(vehicles) for node, vehicles in allowed.items()}


def _vehicles(
    fields: Fields, rounding: Rounding, depots: list[int], columns: _NodeColumns, clients: int
) -> tuple[Vehicle, ...]:
    count = int(fields.get("vehicles", max(1, clients)))
    capacity = _per_vehicle(fields, "capacity", count, Rounding.NONE)
    if capacity is None and any(columns.demand(node) for node in range(int(fields["dimension"]))):
        raise FormatError("CAPACITY", "is missing although there are demands", "add it")
    homes = _homes(fields, depots, count)
    reload = _reload_hubs(fields, depots, count)
    fixed = _per_vehicle(fields, "vehicles_fixed_cost", count, rounding)
    far = _per_vehicle(fields, "vehicles_max_distance", count, rounding)
    long = _per_vehicle(fields, "vehicles_max_duration", count, rounding)
    vehicles = []
    for index in range(count):
        hours = columns.window(homes[index])
        vehicles.append(
            Vehicle(
                id=str(index + 1),
                start=homes[index],
                end=homes[index],
                available_s=hours[0].start_s if hours else 0,
                shift_end_s=hours[0].end_s if hours else None,
                capacity=(0 if capacity is None else capacity[index],),
                hubs=reload[index],
                fixed_cost=0 if fixed is None else fixed[index],
                cost_per_m=1,
                max_distance_m=None if far is None else far[index],
                max_duration_s=None if long is None else long[index],
            )
        )
    return tuple(vehicles)


def _per_vehicle(fields: Fields, name: str, count: int, rounding: Rounding) -> list[int] | None:
    if name not in fields:
        return None
    values = scaled(fields[name], rounding, name.upper())
    if values.ndim == 0:
        return [int(values)] * count
    if values.shape != (count,):
        cause = f"has shape {values.shape}, not one value for each of {count} vehicles"
        raise FormatError(f"{name.upper()}_SECTION", cause, "give one value for each vehicle")
    return [int(value) for value in values]


def _homes(fields: Fields, depots: list[int], count: int) -> list[int]:
    given = _per_vehicle(fields, "vehicles_depot", count, Rounding.NONE)
    if given is None:
        if len(depots) > 1:
            cause = f"names {len(depots)} depots, but not which vehicle belongs to which"
            raise FormatError("DEPOT_SECTION", cause, "add VEHICLES_DEPOT_SECTION")
        return depots * count
    for number in given:
        if number - 1 not in depots:
            cause = f"names {number}, which is no depot"
            raise FormatError("VEHICLES_DEPOT_SECTION", cause, "name nodes of DEPOT_SECTION")
    return [number - 1 for number in given]


def _reload_hubs(fields: Fields, depots: list[int], count: int) -> list[tuple[int, ...]]:
    given = _per_vehicle(fields, "vehicles_reload_depot", count, Rounding.NONE)
    if given is None:
        return [()] * count
    for number in given:
        if number - 1 not in depots:
            cause = f"names {number}, which is no depot"
            action = "name one node of DEPOT_SECTION for each vehicle"
            raise FormatError("VEHICLES_RELOAD_DEPOT_SECTION", cause, action)
    return [(depots.index(number - 1),) for number in given]
