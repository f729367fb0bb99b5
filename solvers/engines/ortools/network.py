"""The problem as OR-Tools needs it: nodes, and tables of seconds and costs between them.

A node is a stop, one of several copies of a hub, or a place where vehicles start or end. Where
OR-Tools knows no better the numbers are on the safe side: set-up at every stop, unloading as if
full, travel at its slowest while nothing is late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np

from solvers.engines.feasibility import serves
from solvers.engines.ortools.departures import Departure, departures
from solvers.engines.ortools.hub_copies import hub_copies
from solvers.engines.ortools.matrices import (
    Legs,
    Spans,
    Table,
    arc_costs,
    earliest_starts,
    legs_between,
)
from solvers.model import Problem, Stop, TimeWindow, Visit, VisitKind, padded
from solvers.replay import service_s, unloading_s

_Key = TypeVar("_Key")

_COST_BUDGET = 2**50
"""No plan may cost more units than this: costs add up in 64 bits, and guided local search
computes with them in doubles."""

_FOREVER_S = 2**40
"""Stands for no end in seconds."""


@dataclass(frozen=True, slots=True)
class StartNode:
    """What makes one start node's rows of the tables differ from another's.

    Attributes:
        place: Location, if the route has a start place.
        ready_s: Nobody leaves it before.
        under_way: The route has begun, so that even with nothing more to do it goes on to its end.
        free_wait_until_s: Waiting for the first visit is unpaid if that visit starts by then;
            ``None`` means always. Vehicles under way pay all their waiting, and a wait that
            a break may fall into must stay a wait.
    """

    place: int | None
    ready_s: int
    under_way: bool
    free_wait_until_s: int | None


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes and what lies between them; seconds count from ``origin_s``, so none is negative.

    Attributes:
        problem: Where it comes from.
        departures: The vehicles that take part; "vehicle" below is a position in it.
        visits: Visit of each node that is one; they come first.
        windows: When each visit may start, within the horizon; never empty.
        allowed: Vehicles that may go to each visit; never empty.
        starts: Start node of each vehicle.
        ends: End node of each vehicle.
        size: Number of nodes.
        loads: Collected at each node, shape (dimensions, size).
        times: Tables of seconds from the start of one visit to the earliest start of the next.
        time_of: Index into ``times`` of each vehicle.
        costs: Tables of the cost of going from node to node, waiting excluded.
        cost_of: Index into ``costs`` of each vehicle.
        busy: Seconds spent at each node, one row per table of ``times``.
        legs: Drives by profile.
        origin_s: Problem seconds at which the network's clock starts.
        horizon_s: Everything has ended by then, on the network's clock.
        scale: Milli-fen per unit of cost.
        omissions: Cost of leaving out each visit. Unloadings the load cannot do without have one
            too: local search adds one node at a time, and an unloading alone gains nothing.
    """

    problem: Problem
    departures: tuple[Departure, ...]
    visits: tuple[Visit, ...]
    windows: tuple[tuple[TimeWindow, ...], ...]
    allowed: tuple[tuple[int, ...], ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    size: int
    loads: Table
    times: tuple[Table, ...]
    time_of: tuple[int, ...]
    costs: tuple[Table, ...]
    cost_of: tuple[int, ...]
    busy: tuple[Table, ...]
    legs: dict[int, Legs]
    origin_s: int
    horizon_s: int
    scale: int
    omissions: tuple[int, ...]

    def units(self, milli_fen: int) -> int:
        """A price in units of cost, rounded down."""
        return milli_fen // self.scale


def build_network(problem: Problem) -> Network:
    """The part of the problem that is still open, as a network.

    Stops that no vehicle can reach inside any window are left out.
    """
    return _Builder(problem).build()


class _Builder:
    """Gathers nodes first, then the tables between them."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._departures = tuple(departures(problem))
        ready = [departure.ready_s for departure in self._departures]
        self._origin_s = min(ready, default=0)
        self._visits: list[Visit] = []
        self._allowed: list[tuple[int, ...]] = []
        self._raw_windows: list[tuple[TimeWindow, ...]] = []
        self._wanted: list[int] = []
        self._gather_stops()
        self._gather_hubs()
        self._start_nodes = [self._start_node(departure) for departure in self._departures]
        self._starts, start_rows = _numbered(self._start_nodes, len(self._visits))
        end_places = [problem.vehicles[d.vehicle].end for d in self._departures]
        self._ends, ends = _numbered(end_places, len(self._visits) + len(start_rows))
        self._start_rows = start_rows
        self._places = [
            *(self._location(visit) for visit in self._visits),
            *(start.place for start in start_rows),
            *ends,
        ]
        profiles = sorted({problem.vehicles[d.vehicle].profile for d in self._departures})
        self._legs = {profile: self._drives(profile) for profile in profiles}

    def build(self) -> Network:
        """The network of what was gathered."""
        time_keys = [self._time_key(departure) for departure in self._departures]
        time_of, distinct = _numbered(time_keys, 0)
        busy = [self._busy(self._departures[time_of.index(n)]) for n in range(len(distinct))]
        horizon_s = self._horizon(busy)
        windows = [_within(allowed, self._origin_s, horizon_s) for allowed in self._raw_windows]
        times = tuple(
            self._times(profile, row, windows, horizon_s)
            for (profile, *_), row in zip(distinct, busy, strict=True)
        )
        cost_of, costs = self._costs(time_of, busy)
        scale, required = self._scale(costs, horizon_s)
        return Network(
            problem=self._problem,
            departures=self._departures,
            visits=tuple(self._visits),
            windows=tuple(windows),
            allowed=tuple(self._allowed),
            starts=self._starts,
            ends=self._ends,
            size=len(self._places),
            loads=self._loads(),
            times=times,
            time_of=time_of,
            costs=tuple(table // scale for table in costs),
            cost_of=cost_of,
            busy=tuple(busy),
            legs=self._legs,
            origin_s=self._origin_s,
            horizon_s=horizon_s,
            scale=scale,
            omissions=self._omissions(costs, scale, required),
        )

    def _gather_stops(self) -> None:
        problem = self._problem
        taken = {
            visit.index
            for vehicle in problem.vehicles
            for visit in vehicle.committed
            if visit.kind is VisitKind.STOP
        }

        @cache
        def able(
            skills: frozenset[str], only: frozenset[int] | None, never: frozenset[int]
        ) -> tuple[int, ...]:
            asked = Stop(
                id="", location=0, service_s=(), skills=skills,
                allowed_vehicles=only, excluded_vehicles=never,
            )  # fmt: skip
            return tuple(
                position
                for position, departure in enumerate(self._departures)
                if serves(problem, departure.vehicle, asked)
            )

        for index, stop in enumerate(problem.stops):
            if index in taken:
                continue
            allowed = able(stop.skills, stop.allowed_vehicles, stop.excluded_vehicles)
            open_ = not stop.windows or stop.windows[-1].end_s >= self._origin_s
            if allowed and open_:
                self._visits.append(Visit.stop(index))
                self._allowed.append(allowed)
                self._raw_windows.append(stop.windows)

    def _gather_hubs(self) -> None:
        stops = [visit.index for visit in self._visits]
        for hub, copies in hub_copies(self._problem, self._departures, stops).items():
            windows = self._problem.hubs[hub].windows
            if windows and windows[-1].end_s < self._origin_s:
                continue
            allowed = tuple(
                position
                for position, departure in enumerate(self._departures)
                if hub in self._problem.vehicles[departure.vehicle].hubs
            )
            self._wanted += [len(self._visits) + number for number in range(copies.wanted)]
            for _ in range(copies.count):
                self._visits.append(Visit.hub(hub))
                self._allowed.append(allowed)
                self._raw_windows.append(windows)

    def _drives(self, profile: int) -> Legs:
        """Drives of a profile; a vehicle that is not used does not drive to its end place."""
        legs = legs_between(self._problem, profile, self._places, self._spans())
        first_end = len(self._visits) + len(self._start_rows)
        for row, start in enumerate(self._start_rows, start=len(self._visits)):
            if not start.under_way:
                legs.drive_s[row, first_end:] = 0
                legs.distance_m[row, first_end:] = 0
                legs.forbidden[row, first_end:] = False
        return legs

    def _spans(self) -> Spans:
        """When nodes are left and reached on time, in seconds of the problem."""
        from_s = np.full(len(self._places), self._origin_s, dtype=np.int64)
        until_s, by_s = np.full((2, len(self._places)), _FOREVER_S, dtype=np.int64)
        for node, (visit, windows) in enumerate(zip(self._visits, self._raw_windows, strict=True)):
            if windows:
                from_s[node] = max(windows[0].start_s, self._origin_s)
                by_s[node] = windows[-1].end_s
            if visit.kind is not VisitKind.STOP:
                continue
            stop = self._problem.stops[visit.index]
            if stop.due_s is not None:
                by_s[node] = max(min(by_s[node], stop.due_s), from_s[node])
            if by_s[node] < _FOREVER_S:
                until_s[node] = by_s[node] + max(stop.service_s) + max(stop.setup_s, default=0)
        for row, start in enumerate(self._start_rows, start=len(self._visits)):
            from_s[row] = start.ready_s
        return Spans(from_s, until_s, by_s)

    def _start_node(self, departure: Departure) -> StartNode:
        free_until: int | None = None
        if departure.under_way:
            free_until = departure.ready_s
        elif departure.rest is not None:
            free_until = departure.rest.window.start_s
        return StartNode(departure.place, departure.ready_s, departure.under_way, free_until)

    def _location(self, visit: Visit) -> int:
        if visit.kind is VisitKind.HUB:
            return self._problem.hubs[visit.index].location
        return self._problem.stops[visit.index].location

    def _time_key(self, departure: Departure) -> tuple[int, int, tuple[int, ...]]:
        vehicle = self._problem.vehicles[departure.vehicle]
        return vehicle.profile, vehicle.vehicle_class, self._full_unloadings(departure)

    def _full_unloadings(self, departure: Departure) -> tuple[int, ...]:
        problem = self._problem
        if not any(visit.kind is VisitKind.HUB for visit in self._visits):
            return ()
        full = padded(problem.vehicles[departure.vehicle].capacity, len(problem.dimensions))
        return tuple(unloading_s(hub, full) for hub in problem.hubs)

    def _busy(self, departure: Departure) -> Table:
        """Seconds at each node, on the safe side."""
        vehicle = self._problem.vehicles[departure.vehicle]
        unloadings = self._full_unloadings(departure)
        seconds = np.zeros(len(self._places), dtype=np.int64)
        for node, visit in enumerate(self._visits):
            if visit.kind is VisitKind.HUB:
                seconds[node] = unloadings[visit.index]
            else:
                stop = self._problem.stops[visit.index]
                seconds[node] = service_s(stop, vehicle, shares_setup=False)
        return seconds

    def _horizon(self, busy: Sequence[Table]) -> int:
        """Seconds after which nothing can still happen."""
        vehicles = [self._problem.vehicles[d.vehicle] for d in self._departures]
        latest = max((d.ready_s for d in self._departures), default=0)
        latest = max([latest, *(w[-1].end_s for w in self._raw_windows if w)])
        shift_ends = [v.shift_end_s for v in vehicles if v.shift_end_s is not None]
        if len(shift_ends) == len(vehicles):
            return max([latest, *shift_ends]) - self._origin_s
        longest = max((int(legs.drive_s.max(initial=0)) for legs in self._legs.values()), default=0)
        work = max((int(row.sum()) for row in busy), default=0)
        rests = sum(v.rest.duration_s + max(v.rest.window.end_s, 0) for v in vehicles if v.rest)
        return latest - self._origin_s + work + longest * (len(self._visits) + 1) + rests

    def _times(
        self,
        profile: int,
        busy: Table,
        windows: Sequence[tuple[TimeWindow, ...]],
        horizon_s: int,
    ) -> Table:
        legs = self._legs[profile]
        times: Table = legs.drive_s + busy[:, None]
        for row, start in enumerate(self._start_rows, start=len(self._visits)):
            ready = start.ready_s - self._origin_s
            arrivals = ready + legs.drive_s[row, : len(windows)]
            begins = earliest_starts(arrivals, windows)
            if start.free_wait_until_s is not None:
                until = start.free_wait_until_s - self._origin_s
                begins = np.where(begins <= until, begins, arrivals)
            times[row, : len(windows)] = begins - ready
        times[legs.forbidden] = horizon_s + 1
        return times

    def _costs(
        self, time_of: Sequence[int], busy: Sequence[Table]
    ) -> tuple[tuple[int, ...], list[Table]]:
        tables: list[Table] = []
        known: dict[tuple[object, ...], int] = {}
        cost_of = []
        for position, departure in enumerate(self._departures):
            vehicle = self._problem.vehicles[departure.vehicle]
            prices = self._entry_prices(departure.vehicle)
            key = (
                time_of[position], vehicle.cost_per_s, vehicle.cost_per_drive_s,
                vehicle.cost_per_m, prices.tobytes(),
            )  # fmt: skip
            if key not in known:
                known[key] = len(tables)
                legs = self._legs[vehicle.profile]
                tables.append(arc_costs(vehicle, legs, busy[time_of[position]], prices))
            cost_of.append(known[key])
        return tuple(cost_of), tables

    def _entry_prices(self, vehicle_index: int) -> Table:
        problem, prices = self._problem, self._problem.prices
        home = problem.vehicles[vehicle_index].home_zones
        result = np.zeros(len(self._places), dtype=np.int64)
        for node, visit in enumerate(self._visits):
            if visit.kind is not VisitKind.STOP:
                continue
            stop = problem.stops[visit.index]
            if home is not None and stop.zone is not None and stop.zone not in home:
                result[node] += prices.outside_home_zone
            if stop.previous_vehicle not in (None, vehicle_index):
                result[node] += prices.vehicle_change
        return result

    def _loads(self) -> Table:
        problem = self._problem
        loads = np.zeros((len(problem.dimensions), len(self._places)), dtype=np.int64)
        for node, visit in enumerate(self._visits):
            if visit.kind is VisitKind.STOP:
                loads[:, node] = problem.load_of(problem.stops[visit.index])
        return loads

    def _omissions(self, costs: Sequence[Table], scale: int, required: int) -> tuple[int, ...]:
        there_and_back = 2 * max((int(table.max(initial=0)) for table in costs), default=0)
        result = []
        for node, visit in enumerate(self._visits):
            if visit.kind is VisitKind.HUB:
                result.append(there_and_back // scale if node in self._wanted else 0)
            else:
                price = self._problem.stops[visit.index].unserved_price
                result.append(required if price is None else price // scale)
        return tuple(result)

    def _scale(self, costs: Sequence[Table], horizon_s: int) -> tuple[int, int]:
        """Milli-fen per unit, and the units that outweigh everything else together."""
        problem = self._problem
        vehicles = [problem.vehicles[departure.vehicle] for departure in self._departures]
        stops = [problem.stops[v.index] for v in self._visits if v.kind is VisitKind.STOP]
        dearest = max((int(table.max(initial=0)) for table in costs), default=0)
        worst = 3 * dearest * (len(self._visits) + len(vehicles))
        worst += sum(v.fixed_cost + v.cost_per_s * horizon_s for v in vehicles)
        worst += sum(stop.unserved_price or 0 for stop in stops)
        worst += sum(stop.late_cost_per_s for stop in stops) * horizon_s
        required = sum(stop.unserved_price is None for stop in stops)
        scale = max(1, -(-(worst + 1) * (required + 1) // _COST_BUDGET))
        return scale, worst // scale + 1


def _within(windows: Sequence[TimeWindow], origin_s: int, horizon_s: int) -> tuple[TimeWindow, ...]:
    """The windows on the network's clock; all of it where there are none."""
    if not windows:
        return (TimeWindow(0, horizon_s),)
    return tuple(
        TimeWindow(max(window.start_s - origin_s, 0), window.end_s - origin_s)
        for window in windows
        if window.end_s >= origin_s
    )


def _numbered(keys: Sequence[_Key], first: int) -> tuple[tuple[int, ...], list[_Key]]:
    """A number from ``first`` on for each key, equal for equal keys, and the distinct keys."""
    numbers: dict[_Key, int] = {}
    for key in keys:
        numbers.setdefault(key, first + len(numbers))
    return tuple(numbers[key] for key in keys), list(numbers)
