"""The problem as the kernel takes it: flat integer arrays, visits as node codes.

Node codes: stop ``i`` is ``i``, hub ``h`` is ``len(stops) + h``, the break comes after the hubs.
"""

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from solvers.kernel import NEVER
from solvers.kernel import Problem as KernelProblem
from solvers.kernel import Travel as KernelTravel
from solvers.model import Prices, Problem, Stop, TimeWindow, Vehicle, Visit, VisitKind, padded
from solvers.solution import Route, Solution
from solvers.travel import MatrixTravel, PlanarTravel, Travel

REQUIRED_PRICE = 2**44
"""What leaving out a stop that must be served counts in the search, milli-fen."""

_Int64 = npt.NDArray[np.int64]


def flatten(problem: Problem, travel: Sequence[KernelTravel] | None = None) -> KernelProblem:
    """The kernel's copy of ``problem``.

    Args:
        problem: What to copy.
        travel: Used in place of copies of the problem's travel sources; they may know further
            locations.

    Raises:
        ValueError: A value lies outside what the kernel computes with; names the element.
    """
    dimensions = len(problem.dimensions)
    rows, fit = _fits(problem)
    if travel is None:
        travel = [_travel(source) for source in problem.travel]
    stop_windows = _offsets(stop.windows for stop in problem.stops)
    hub_windows = _offsets(hub.windows for hub in problem.hubs)
    windows = [window for stop in problem.stops for window in stop.windows]
    windows += [window for hub in problem.hubs for window in hub.windows]
    fleet = problem.vehicles
    capacities = [
        padded(values, dimensions) for v in fleet for values in (v.capacity, v.initial_load)
    ]
    classes = len(problem.vehicle_classes)
    prices = problem.prices
    return KernelProblem.build(
        travel=travel,
        stops=_table(_stop_rows(problem, rows), 10),
        windows=_table(((window.start_s, window.end_s) for window in windows), 2),
        stop_windows=stop_windows,
        service_s=_table((stop.service_s for stop in problem.stops), classes),
        setup_s=_table((padded(stop.setup_s, classes) for stop in problem.stops), classes),
        loads=_table((problem.load_of(stop) for stop in problem.stops), dimensions),
        fit=fit,
        hubs=_table(((hub.location, hub.fixed_s) for hub in problem.hubs), 2),
        hub_windows=hub_windows,
        unit_ms=_table((padded(hub.unit_ms, dimensions) for hub in problem.hubs), dimensions),
        vehicles=_table((vehicle_row(vehicle) for vehicle in fleet), 18),
        capacities=_table(capacities, dimensions),
        vehicle_hubs=_list(hub for vehicle in fleet for hub in vehicle.hubs),
        vehicle_hub_offsets=_offsets(vehicle.hubs for vehicle in fleet),
        committed=_list(node for vehicle in fleet for node in nodes_of(problem, vehicle.committed)),
        committed_offsets=_offsets(vehicle.committed for vehicle in fleet),
        prices=_list((prices.vehicle_change, prices.time_change, prices.time_tolerance_s)),
    )


def nodes_of(problem: Problem, visits: Iterable[Visit]) -> list[int]:
    """Node codes of ``visits``; those that point at nothing are left out."""
    first_hub = len(problem.stops)
    rest = first_hub + len(problem.hubs)
    nodes = []
    for visit in visits:
        if visit.kind is VisitKind.BREAK:
            nodes.append(rest)
        elif visit.kind is VisitKind.STOP and 0 <= visit.index < first_hub:
            nodes.append(visit.index)
        elif visit.kind is VisitKind.HUB and 0 <= visit.index < len(problem.hubs):
            nodes.append(first_hub + visit.index)
    return nodes


def solution_of(problem: Problem, routes: Sequence[Sequence[int]]) -> Solution:
    """The solution that the kernel's routes, one per vehicle, stand for."""
    first_hub = len(problem.stops)
    rest = first_hub + len(problem.hubs)

    def visit_of(node: int) -> Visit:
        if node < first_hub:
            return Visit.stop(node)
        return Visit.break_() if node == rest else Visit.hub(node - first_hub)

    return Solution(
        tuple(
            Route(vehicle, tuple(visit_of(node) for node in nodes))
            for vehicle, nodes in enumerate(routes)
            if nodes
        )
    )


def start_routes(problem: Problem, solution: Solution) -> list[list[int]]:
    """A warm start as the kernel takes it: one list of nodes per vehicle, whatever it holds.

    Unknown vehicles and visits, and hubs a vehicle may not use, are left out; the kernel drops
    what breaks a rule.
    """
    routes: list[list[int]] = [[] for _ in problem.vehicles]
    for route in solution.routes:
        if not 0 <= route.vehicle < len(routes) or routes[route.vehicle]:
            continue
        hubs = problem.vehicles[route.vehicle].hubs
        fixed = len(problem.vehicles[route.vehicle].committed)
        usable = [
            visit
            for position, visit in enumerate(route.visits)
            if visit.kind is not VisitKind.HUB or visit.index in hubs or position < fixed
        ]
        routes[route.vehicle] = nodes_of(problem, usable)
    return routes


def _travel(source: Travel) -> KernelTravel:
    breakpoints = _list(source.breakpoints_s)
    if isinstance(source, PlanarTravel):
        return KernelTravel.planar(
            np.ascontiguousarray(source.xy_m),
            source.detour_permille,
            _list(source.speeds_mm_s),
            breakpoints,
        )
    if isinstance(source, MatrixTravel):
        return KernelTravel.dense(source.durations, source.distances, breakpoints)
    durations, distances = source.matrices(range(source.size))
    return KernelTravel.dense(durations, distances, breakpoints)


def stop_row(
    stop: Stop, fit_row: int, address: int, location: int | None = None
) -> tuple[int, ...]:
    """The numbers of a stop; ``address`` is -1 where it shares its set-up with none.

    A ``location`` takes the place of the stop's own.
    """
    return (
        _or(location, stop.location),
        fit_row,
        address,
        *previous_of(stop),
        _or(stop.release_s, -NEVER),
        _or(stop.due_s, NEVER),
        stop.late_cost_per_s,
        _or(stop.unserved_price, REQUIRED_PRICE),
        int(stop.unserved_price is None),
    )


def previous_of(stop: Stop) -> tuple[int, int]:
    """Vehicle and start of the previous plan, -1 and ``NEVER`` for none."""
    return _or(stop.previous_vehicle, -1), _or(stop.previous_start_s, NEVER)


def address_numbers(stops: Iterable[Stop]) -> dict[str, int]:
    """A number for every address, in the order they appear."""
    numbers: dict[str, int] = {}
    for stop in stops:
        if stop.address is not None:
            numbers.setdefault(stop.address, len(numbers))
    return numbers


def _stop_rows(problem: Problem, rows: Sequence[int]) -> Iterable[tuple[int, ...]]:
    addresses = address_numbers(problem.stops)
    for stop, row in zip(problem.stops, rows, strict=True):
        yield stop_row(stop, row, -1 if stop.address is None else addresses[stop.address])


def vehicle_row(vehicle: Vehicle) -> tuple[int, ...]:
    """The numbers of a vehicle, without its loads, hubs and committed visits."""
    rest = vehicle.rest
    window = rest.window if rest is not None else TimeWindow(0, 0)
    return (
        vehicle.vehicle_class,
        vehicle.profile,
        _or(vehicle.start, -1),
        _or(vehicle.end, -1),
        vehicle.available_s,
        _or(vehicle.shift_end_s, NEVER),
        vehicle.fixed_cost,
        vehicle.cost_per_s,
        vehicle.cost_per_drive_s,
        vehicle.cost_per_m,
        _or(vehicle.max_stops, NEVER),
        _or(vehicle.max_distance_m, NEVER),
        _or(vehicle.max_drive_s, NEVER),
        _or(vehicle.max_duration_s, NEVER),
        int(rest is not None),
        window.start_s,
        window.end_s,
        rest.duration_s if rest is not None else 0,
    )


def fit_key(stop: Stop) -> Hashable:
    """Stops with the same key are alike in who may serve them at what price."""
    return (stop.skills, stop.allowed_vehicles, stop.excluded_vehicles, stop.zone)


def fit_rows(stops: Iterable[Stop]) -> dict[Hashable, int]:
    """The row of every key, in the order they appear."""
    rows: dict[Hashable, int] = {}
    for stop in stops:
        rows.setdefault(fit_key(stop), len(rows))
    return rows


def fit_row(stop: Stop, vehicles: Iterable[Vehicle], prices: Prices) -> list[int]:
    """What serving the stop costs by vehicle, -1 - cost for never."""
    return [fit(stop, index, vehicle, prices) for index, vehicle in enumerate(vehicles)]


def _fits(problem: Problem) -> tuple[list[int], _Int64]:
    """Row of every stop, and the rows."""
    rows = fit_rows(problem.stops)
    examples = {rows[fit_key(stop)]: stop for stop in problem.stops}
    table = [
        fit_row(examples[row], problem.vehicles, problem.prices) for row in range(len(examples))
    ]
    return [rows[fit_key(stop)] for stop in problem.stops], _table(table, len(problem.vehicles))


def fit(stop: Stop, index: int, vehicle: Vehicle, prices: Prices) -> int:
    """What it costs that vehicle ``index`` serves the stop, -1 - cost for never."""
    outside = (
        stop.zone is not None
        and vehicle.home_zones is not None
        and stop.zone not in vehicle.home_zones
    )
    price = prices.outside_home_zone if outside else 0
    allowed = (
        stop.skills <= vehicle.skills
        and (stop.allowed_vehicles is None or index in stop.allowed_vehicles)
        and index not in stop.excluded_vehicles
    )
    return price if allowed else -1 - price


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def _list(values: Iterable[int]) -> _Int64:
    return np.fromiter(values, dtype=np.int64)


def _offsets(lists: Iterable[Sequence[object]]) -> _Int64:
    lengths = [len(values) for values in lists]
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))).astype(np.int64)


def _table(rows: Iterable[Sequence[int]], columns: int) -> _Int64:
    given = list(rows)
    return np.array(given, dtype=np.int64).reshape(len(given), columns)
