"""Vehicles shared out to groups of stops, by need through the day and by distance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from solvers.decomposition.grouping import Group
from solvers.decomposition.nearness import drives_between, local_drive_s
from solvers.decomposition.parts import Part
from solvers.model import Problem, Stop, VisitKind

_BINS = 12
"""Equal spans of the day in which work and working hours are compared."""

_SEARCH_EFFORT = 0.3
"""Deterministic seconds of CP-SAT: the same input shares out in the same way."""

_RANK = 5
"""A route meets one stop in this many on its way: the others are due at other hours."""

_TOLERATED = 0.15
"""Part of the work in a span that may lack vehicles before the lack counts four times."""

Seconds = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Balance:
    """What one way of sharing out is judged by, for groups with the same candidates.

    Attributes:
        vehicles: The candidates.
        need_s: Seconds of work per group and bin.
        offer_s: Seconds at work per vehicle and bin.
        way_s: Seconds lost if the vehicle works for the group, per vehicle and group.
    """

    vehicles: tuple[int, ...]
    need_s: Seconds
    offer_s: Seconds
    way_s: Seconds


def shared_out(problem: Problem, groups: Sequence[Group]) -> list[Part]:
    """One part per group, with every vehicle in exactly one.

    Stops committed to a vehicle go with it; so does a stop that none of its own part's vehicles
    may serve, to the first part that has one that may.
    """
    vehicles: list[list[int]] = [[] for _ in groups]
    for candidates in sorted({group.candidates for group in groups}):
        numbers = [n for n, group in enumerate(groups) if group.candidates == candidates]
        chosen = _share(_balance(problem, candidates, [groups[n] for n in numbers]))
        for vehicle, choice in zip(candidates, chosen, strict=True):
            vehicles[numbers[choice]].append(vehicle)
    idle = set(range(len(problem.vehicles))) - {v for part in vehicles for v in part}
    if groups:
        vehicles[0].extend(sorted(idle))
    stops = _with_their_vehicles(problem, groups, vehicles)
    return [Part(tuple(sorted(s)), tuple(sorted(v))) for s, v in zip(stops, vehicles, strict=True)]


def _with_their_vehicles(
    problem: Problem, groups: Sequence[Group], vehicles: Sequence[Sequence[int]]
) -> list[list[int]]:
    part_of = {vehicle: number for number, part in enumerate(vehicles) for vehicle in part}
    stops: list[list[int]] = [[] for _ in groups]
    for number, group in enumerate(groups):
        for index in group.stops:
            stops[_home(problem.stops[index], number, part_of)].append(index)
    for vehicle, given in enumerate(problem.vehicles):
        for visit in given.committed:
            if visit.kind is VisitKind.STOP:
                stops[part_of[vehicle]].append(visit.index)
    return stops


def _home(stop: Stop, number: int, part_of: dict[int, int]) -> int:
    """The part to plan the stop in: its own unless a list of vehicles forbids that."""
    if stop.allowed_vehicles is None:
        return number
    able = {part_of[v] for v in stop.allowed_vehicles - stop.excluded_vehicles if v in part_of}
    return number if number in able or not able else min(able)


def _balance(problem: Problem, candidates: tuple[int, ...], groups: Sequence[Group]) -> _Balance:
    profile = problem.vehicles[candidates[0]].profile if candidates else 0
    edges = _bin_edges(problem)
    need = np.stack([_need(problem, group, profile, edges) for group in groups])
    offer = np.zeros((len(candidates), _BINS))
    for row, index in enumerate(candidates):
        vehicle = problem.vehicles[index]
        end = edges[-1] if vehicle.shift_end_s is None else vehicle.shift_end_s
        offer[row] = _overlap(edges, vehicle.available_s, end)
    return _Balance(candidates, need, offer, _ways(problem, candidates, groups, profile))


def _bin_edges(problem: Problem) -> Seconds:
    first = min(vehicle.available_s for vehicle in problem.vehicles)
    ends = [v.shift_end_s for v in problem.vehicles if v.shift_end_s is not None]
    ends += [stop.windows[-1].end_s for stop in problem.stops if stop.windows]
    last = max([*ends, first + 1])
    return np.linspace(first, last, _BINS + 1, dtype=np.float64)


def _overlap(edges: Seconds, start_s: float, end_s: float) -> Seconds:
    """Seconds of start .. end in each bin."""
    low = np.maximum(edges[:-1], start_s)
    high = np.minimum(edges[1:], end_s)
    overlap: Seconds = np.maximum(high - low, 0.0)
    return overlap


def _need(problem: Problem, group: Group, profile: int, edges: Seconds) -> Seconds:
    """Seconds of service and of the way to it, spread over the windows."""
    places = [problem.stops[index].location for index in group.stops]
    way_s = local_drive_s(problem.travel[profile], places, _RANK)
    served_by = problem.vehicles[group.candidates[0]].vehicle_class if group.candidates else 0
    need = np.zeros(_BINS)
    for index in group.stops:
        stop = problem.stops[index]
        spread = np.zeros(_BINS)
        for window in stop.windows:
            # the last second counts: a window may be a single moment
            spread += _overlap(edges, window.start_s, window.end_s + 1)
        if not spread.any():
            spread = np.ones(_BINS)
        need += (stop.service_s[served_by] + way_s) * spread / spread.sum()
    return need


def _ways(
    problem: Problem, candidates: Sequence[int], groups: Sequence[Group], profile: int
) -> Seconds:
    """Seconds each vehicle loses by working for each group: the way there, and foreign zones."""
    places = [[problem.stops[index].location for index in group.stops] for group in groups]
    starts = [_start_places(problem, index) for index in candidates]
    drives = drives_between(problem.travel[profile], [*starts, *places])
    ways = drives[: len(starts), len(starts) :].copy()
    ways[[row for row, start in enumerate(starts) if not start]] = 0.0
    stops_each = sum(len(group.stops) for group in groups) / max(1, len(candidates))
    for row, index in enumerate(candidates):
        vehicle = problem.vehicles[index]
        if vehicle.home_zones is None or not problem.prices.outside_home_zone:
            continue
        price_s = problem.prices.outside_home_zone / max(1, vehicle.cost_per_s)
        for column, group in enumerate(groups):
            foreign = sum(problem.stops[s].zone not in vehicle.home_zones for s in group.stops)
            ways[row, column] += price_s * stops_each * foreign / max(1, len(group.stops))
    return ways


def _start_places(problem: Problem, index: int) -> list[int]:
    """Where the vehicle will be when it is free to go anywhere; empty if that is open."""
    vehicle = problem.vehicles[index]
    for visit in reversed(vehicle.committed):
        if visit.kind is VisitKind.STOP:
            return [problem.stops[visit.index].location]
    return [] if vehicle.start is None else [vehicle.start]


def _share(balance: _Balance) -> list[int]:
    """Group of each vehicle: least lack of vehicles in any span of the day, then short ways.

    The work is scaled to fill all the working hours, so that spare hours are shared out too.
    """
    groups = len(balance.need_s)
    if groups == 1:
        return [0] * len(balance.vehicles)
    total = balance.need_s.sum()
    need = balance.need_s * (max(1.0, balance.offer_s.sum() / total) if total > 0 else 1.0)
    model = cp_model.CpModel()
    takes = [
        [model.new_bool_var(f"v{v} g{g}") for g in range(groups)]
        for v in range(len(balance.vehicles))
    ]
    for row in takes:
        model.add_exactly_one(row)
    terms: list[cp_model.LinearExprT] = []
    for group in range(groups):
        for span in range(_BINS):
            wanted = round(need[group, span])
            some = model.new_int_var(0, max(1, round(wanted * _TOLERATED)), "")
            much = model.new_int_var(0, max(1, wanted), "")
            offered = sum(
                round(balance.offer_s[v, span]) * takes[v][group] for v in range(len(takes))
            )
            model.add(offered + some + much >= wanted)
            terms += [3 * some, 12 * much]
    for vehicle, row in enumerate(takes):
        terms += [round(balance.way_s[vehicle, group]) * row[group] for group in range(groups)]
    model.minimize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = _SEARCH_EFFORT
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        nearest: list[int] = balance.way_s.argmin(axis=1).tolist()
        return nearest
    return [next(g for g in range(groups) if solver.boolean_value(row[g])) for row in takes]
