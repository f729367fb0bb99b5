"""How near an insertion could be at best, for every slot at once.

A bound is never above the exact distance of ``solvers.explain.nearness``, so a search that
tries insertions in rising order of their bounds, and stops when the next bound is above the
best distance found, answers as if it had tried them all. Where travel is constant and every
visit has one window the bound is nearly exact; elsewhere it is a looser one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from solvers.explain.nearness import FURTHER_RULE_PPM, HOUR_S, WHOLE_PPM
from solvers.explain.slots import FAR, LEVELS_S
from solvers.explain.table import Flags, Legs, SlotTable
from solvers.insertions import Visits
from solvers.model import Hub, Problem, Stop, TimeWindow, Visit
from solvers.replay import service_s
from solvers.travel import IntArray


@dataclass(frozen=True, slots=True)
class Body:
    """What is inserted: the stop, with unloadings beside it and perhaps a break between."""

    stop: int
    before: int | None = None
    after: int | None = None
    pause_before: bool = False
    pause_after: bool = False

    def visits(self) -> Visits:
        """The visits to insert."""
        made = [] if self.before is None else [Visit.hub(self.before)]
        made += [Visit.break_()] * self.pause_before
        made.append(Visit.stop(self.stop))
        made += [Visit.break_()] * self.pause_after
        made += [] if self.after is None else [Visit.hub(self.after)]
        return tuple(made)

    @property
    def pauses(self) -> bool:
        """Whether the body holds the break."""
        return self.pause_before or self.pause_after


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds for one body in every slot; shape (slots,) each.

    Attributes:
        body: What is inserted.
        possible: Whether the vehicle has the hubs, and the break where the body holds it.
        absolute: Rules broken without a degree.
        ppm: Parts per million of the other rules.
        cost: Rise in cost.
    """

    body: Body
    possible: Flags
    absolute: IntArray
    ppm: IntArray
    cost: IntArray


@dataclass(frozen=True, slots=True)
class _StopLegs:
    """Drives to and from the stop."""

    to_stop: Legs
    from_stop: Legs
    hub_to_stop: dict[int, Legs]
    stop_to_hub: dict[int, Legs]


@dataclass(slots=True)
class _Tally:
    """Sums over the rules of what is surely broken, in every slot."""

    ppm: IntArray
    rules: IntArray

    def add(self, amount: IntArray, whole: int | IntArray) -> None:
        """Count a rule broken by ``amount``."""
        over = np.maximum(amount, 0)
        parts: IntArray = -np.floor_divide(-over * WHOLE_PPM, whole)
        self.ppm = self.ppm + parts
        self.rules = self.rules + (over > 0)

    def total(self) -> IntArray:
        """Parts per million with the surcharge for every further rule."""
        result: IntArray = self.ppm + FURTHER_RULE_PPM * np.maximum(self.rules - 1, 0)
        return result


def bodies_of(table: SlotTable, stop: int) -> Iterator[Body]:
    """Every body some slot of the table may hold."""
    rests = bool(table.may_rest.any())
    yield Body(stop)
    for hub in table.hubs:
        yield Body(stop, before=hub)
        yield Body(stop, after=hub)
        if rests:
            yield Body(stop, before=hub, pause_before=True)
            yield Body(stop, after=hub, pause_after=True)
        for other in table.hubs:
            yield Body(stop, before=hub, after=other)
            if rests:
                yield Body(stop, before=hub, after=other, pause_before=True)
                yield Body(stop, before=hub, after=other, pause_after=True)


def bounds_of(table: SlotTable, stop: int) -> Iterator[Bounds]:
    """Bounds for every body with the stop."""
    location = table.problem.stops[stop].location
    hubs = {hub: table.problem.hubs[hub].location for hub in table.hubs}
    legs = _StopLegs(
        table.legs_to(location),
        table.legs_from(location),
        {hub: table.leg_between(place, location) for hub, place in hubs.items()},
        {hub: table.leg_between(location, place) for hub, place in hubs.items()},
    )
    unfit = unfit_for(table.problem, stop)[table.vehicle]
    for body in bodies_of(table, stop):
        yield _Bound(table, body, legs, unfit).bounds()


def unfit_for(problem: Problem, stop_index: int) -> IntArray:
    """Skills and lists that keep each vehicle from the stop, counted; shape (vehicles,)."""
    stop = problem.stops[stop_index]
    counts = []
    for index, vehicle in enumerate(problem.vehicles):
        refused = stop.allowed_vehicles is not None and index not in stop.allowed_vehicles
        excluded = index in stop.excluded_vehicles
        counts.append(len(stop.skills - vehicle.skills) + refused + excluded)
    return np.asarray(counts, dtype=np.int64)


class _Bound:
    """One body driven through every slot."""

    def __init__(self, table: SlotTable, body: Body, legs: _StopLegs, unfit: IntArray) -> None:
        self.table = table
        self.body = body
        self.stop: Stop = table.problem.stops[body.stop]
        self.legs = legs
        self.absolute = unfit.copy()
        count = len(table.slots)
        self.tally = _Tally(np.zeros(count, np.int64), np.zeros(count, np.int64))
        self.drive_s = table.drive_sum_s - table.direct_s
        self.distance_m = table.distance_sum_m - table.direct_m
        self.busy_s = table.busy_sum_s.copy()
        self.first_start_s: IntArray | None = None
        self.first_drive_s: IntArray | None = None

    def bounds(self) -> Bounds:
        """Drive through, then count what is broken and what it costs."""
        table = self.table
        depart_s = self._to_stop_and_off()
        arrival_s = self._to_next(depart_s)
        saved_s = self._saved_s()
        end_s = self._end_s(arrival_s, saved_s)
        leaves_by_s = self._leaves_by_s()
        rest_s = np.where(table.rested | self.body.pauses, table.rest_s, 0)
        paid_s = np.maximum(self.drive_s + self.busy_s - saved_s, end_s - leaves_by_s - rest_s)
        self._count_rest_of_route(arrival_s, depart_s)
        self._count_loads()
        self._count_limits(paid_s)
        self._count_break(leaves_by_s, end_s)
        cost = self._cost(paid_s, arrival_s, saved_s)
        return Bounds(self.body, self._possible(), self.absolute, self.tally.total(), cost)

    def _possible(self) -> Flags:
        table, body = self.table, self.body
        possible = np.ones(len(table.slots), dtype=np.bool_)
        for hub in (body.before, body.after):
            if hub is not None:
                possible &= table.may_unload[hub]
        if body.pauses:
            possible &= table.may_rest & ~table.rested
        return possible

    def _to_stop_and_off(self) -> IntArray:
        """Earliest departure from the last visit of the body."""
        table, body, legs = self.table, self.body, self.legs
        depart_s = table.depart_s
        if body.before is None:
            arrival_s = self._arrive(legs.to_stop, depart_s, table.rest_in)
        else:
            arrival_s = self._arrive(table.to_hub[body.before], depart_s, table.rest_in)
            carried = table.load
            depart_s = self._unload(table.problem.hubs[body.before], arrival_s, carried)
            arrival_s = self._arrive(legs.hub_to_stop[body.before], depart_s, body.pause_before)
        start_s = self._start(self.stop.windows, arrival_s)
        depart_s = start_s + self._service_s()
        if body.after is not None:
            arrival_s = self._arrive(legs.stop_to_hub[body.after], depart_s, body.pause_after)
            load = table.problem.load_of(self.stop)
            kept = 0 if body.before is not None else 1
            carried = [
                before * kept + amount for amount, before in zip(load, table.load, strict=True)
            ]
            depart_s = self._unload(table.problem.hubs[body.after], arrival_s, carried)
        self.stop_start_s = start_s
        return depart_s

    def _arrive(self, legs: Legs, depart_s: IntArray, rests: Flags | bool) -> IntArray:
        table = self.table
        driven_s = table.drive_s(legs, depart_s)
        self.absolute += legs.forbidden
        self.drive_s = self.drive_s + legs.least_s
        self.distance_m = self.distance_m + legs.least_m
        if self.first_drive_s is None:
            self.first_drive_s = legs.least_s
        return self._rested(depart_s, driven_s, rests)

    def _rested(self, depart_s: IntArray, driven_s: IntArray, rests: Flags | bool) -> IntArray:
        table = self.table
        begin_s = np.maximum(depart_s, table.rest_opens_s)
        rested_s = np.maximum(depart_s + driven_s, begin_s) + table.rest_s
        return np.where(rests, rested_s, depart_s + driven_s)

    def _start(self, windows: Sequence[TimeWindow], arrival_s: IntArray) -> IntArray:
        """Start in the first window still open, counting what comes after the last."""
        start_s = arrival_s
        for window in reversed(windows):
            begin_s = np.maximum(arrival_s, window.start_s)
            start_s = np.where(arrival_s <= window.end_s, begin_s, start_s)
        if windows:
            self.tally.add(arrival_s - windows[-1].end_s, HOUR_S)
        if self.first_start_s is None:
            self.first_start_s = start_s
        return start_s

    def _service_s(self) -> IntArray:
        table, stop = self.table, self.stop
        vehicles = table.problem.vehicles
        bare = np.asarray([service_s(stop, v, shares_setup=True) for v in vehicles], np.int64)
        whole = np.asarray([service_s(stop, v, shares_setup=False) for v in vehicles], np.int64)
        shares = np.zeros(len(table.slots), dtype=np.bool_)
        if self.body.before is None and stop.address is not None:
            code = table.address_codes.get(stop.address, -2)
            shares = table.address_before == code
        seconds = np.where(shares, bare[table.vehicle], whole[table.vehicle])
        self.busy_s = self.busy_s + seconds
        return seconds

    def _unload(self, hub: Hub, arrival_s: IntArray, carried: Sequence[IntArray]) -> IntArray:
        moved_ms = np.zeros(len(arrival_s), dtype=np.int64)
        for amount, unit_ms in zip(carried, hub.unit_ms or (0,) * len(carried), strict=True):
            moved_ms += amount * unit_ms
        seconds = hub.fixed_s + moved_ms // 1000
        self.busy_s = self.busy_s + seconds
        start_s = self._start(hub.windows, arrival_s)
        result: IntArray = start_s + seconds
        return result

    def _to_next(self, depart_s: IntArray) -> IntArray:
        table, body = self.table, self.body
        legs = self.legs.from_stop if body.after is None else table.from_hub[body.after]
        driven_s = table.drive_s(legs, depart_s)
        counts = ~table.end_given
        self.absolute += legs.forbidden & counts
        self.drive_s = self.drive_s + legs.least_s * counts
        self.distance_m = self.distance_m + legs.least_m * counts
        return self._rested(depart_s, driven_s * counts, table.rest_out)

    def _saved_s(self) -> IntArray:
        """Seconds the rest of the route may save: a shared set-up, less to unload."""
        return self._saved_setup_s() + self._saved_unload_s()

    def _saved_setup_s(self) -> IntArray:
        table = self.table
        if self.stop.address is None:
            return np.zeros(len(table.slots), dtype=np.int64)
        same = table.address_after == table.address_codes.get(self.stop.address, -2)
        return np.where(same, table.setup_after_s, 0)

    def _saved_unload_s(self) -> IntArray:
        if self.body.before is None and self.body.after is None:
            return np.zeros(len(self.table.slots), dtype=np.int64)
        return self.table.unload_after_s

    def _end_s(self, arrival_s: IntArray, saved_s: IntArray) -> IntArray:
        """Earliest end of the route."""
        table = self.table
        put_off_s = np.where(table.plain, np.maximum(arrival_s - table.keeps_end_s, 0), 0)
        no_sooner = (arrival_s >= table.arrival_s) & ~table.last & (saved_s == 0)
        as_before_s = np.where(no_sooner, table.route_ends_s + put_off_s, -FAR)
        result: IntArray = np.maximum(arrival_s + table.busy_after_s - saved_s, as_before_s)
        return result

    def _leaves_by_s(self) -> IntArray:
        """Latest departure from the start place."""
        table = self.table
        release_s = self.stop.release_s
        unchanged = table.route_departs_s
        if release_s is not None:
            unchanged = np.where(unchanged < release_s, FAR, unchanged)
        first = np.full(len(table.slots), FAR, dtype=np.int64)
        if release_s is None and self.first_start_s is not None and self.first_drive_s is not None:
            reaches = np.maximum(table.available_s, self.first_start_s - self.first_drive_s)
            first = np.where(table.released, FAR, reaches)
        return np.where(table.first, first, unchanged)

    def _count_rest_of_route(self, arrival_s: IntArray, depart_s: IntArray) -> None:
        """Windows, hub hours, break and shift end after the place, and what is broken before.

        Where the rest of the route saves time its latest arrivals say nothing; where only an
        unloading does, those up to that unloading still hold.
        """
        table = self.table
        holds = self._saved_setup_s() == 0
        shorter = self._saved_unload_s() > 0
        for whole_s, trip_s in zip(
            (table.tightest_s, table.second_s),
            (table.trip_tightest_s, table.trip_second_s),
            strict=True,
        ):
            latest_s = [np.where(shorter, t, w) for w, t in zip(whole_s, trip_s, strict=True)]
            late_s = np.zeros(len(arrival_s), dtype=np.int64)
            for level, bound_s in zip(LEVELS_S, latest_s, strict=True):
                late_s = np.where(arrival_s > bound_s, level + 1, late_s)
            undiminished = table.plain & (latest_s[0] > -FAR // 2)
            exact_s = np.maximum(arrival_s - latest_s[0], 0)
            self.tally.add(np.where(undiminished, exact_s, late_s) * holds, HOUR_S)
        begins_late_s = np.where(table.rest_out, depart_s - table.rest_closes_s, 0)
        self.tally.add(begins_late_s, HOUR_S)
        self.tally.ppm = self.tally.ppm + table.broken_ppm
        self.tally.rules = self.tally.rules + table.broken_rules

    def _count_loads(self) -> None:
        table, body = self.table, self.body
        for dimension, amount in enumerate(table.problem.load_of(self.stop)):
            load, later = table.load[dimension], table.load_after[dimension]
            capacity, room = table.capacity[dimension], table.room[dimension]
            if body.before is None and body.after is None:
                over = load + amount + later - room
            elif body.after is None:
                over = amount + later - capacity
            elif body.before is None:
                over = np.maximum(load + amount - room, later - capacity)
            else:
                over = np.maximum(amount, later) - capacity
            self.tally.add(over, np.maximum(capacity, 1))

    def _count_limits(self, paid_s: IntArray) -> None:
        table = self.table
        self.tally.add(table.stops + 1 - table.max_stops, table.whole_stops)
        self.tally.add(self.distance_m - table.max_distance_m, table.whole_distance_m)
        self.tally.add(self.drive_s - table.max_drive_s, HOUR_S)
        self.tally.add(paid_s - table.max_duration_s, HOUR_S)

    def _count_break(self, leaves_by_s: IntArray, end_s: IntArray) -> None:
        table = self.table
        self.absolute += table.break_misplaced
        if self.body.pauses:
            return
        taken_before = leaves_by_s >= table.rest_opens_s + table.rest_s
        taken_after = end_s <= table.rest_closes_s
        self.absolute += table.may_rest & ~table.rested & ~taken_before & ~taken_after

    def _cost(self, paid_s: IntArray, arrival_s: IntArray, saved_s: IntArray) -> IntArray:
        table, stop, prices = self.table, self.stop, self.table.problem.prices
        late_s = 0 if stop.due_s is None else np.maximum(self.stop_start_s - stop.due_s, 0)
        splits = self.body.before is not None or self.body.after is not None
        kept_late = (arrival_s >= table.arrival_s) & (saved_s == 0)
        if splits:
            kept_late &= ~table.released
        vehicles = table.problem.vehicles
        outside = np.asarray(
            [
                stop.zone is not None and v.home_zones is not None and stop.zone not in v.home_zones
                for v in vehicles
            ]
        )
        changed = np.full(len(vehicles), stop.previous_vehicle is not None)
        if stop.previous_vehicle is not None:
            changed[stop.previous_vehicle] = False
        result: IntArray = (
            table.fixed_cost
            + table.cost_per_s * paid_s
            + table.cost_per_drive_s * self.drive_s
            + table.cost_per_m * self.distance_m
            + table.kept_cost
            + np.where(kept_late, table.late_cost, 0)
            + late_s * stop.late_cost_per_s
            + prices.outside_home_zone * outside[table.vehicle]
            + prices.vehicle_change * changed[table.vehicle]
            - table.cost_now
        )
        return result
