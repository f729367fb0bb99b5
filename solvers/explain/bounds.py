"""How near an insertion could be at best, for every slot at once.

A bound is never above the exact distance of ``solvers.explain.nearness``, so a search that
tries insertions in rising order of their bounds, and stops when the next bound is above the
best distance found, answers as if it had tried them all. Where travel is constant and every
visit has one window the bound is nearly exact; elsewhere it is a looser one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from solvers.explain.afters import LEVELS_S
from solvers.explain.backward import FAR
from solvers.explain.legs import Flags, Legs
from solvers.explain.nearness import FURTHER_RULE_PPM, HOUR_S, WHOLE_PPM
from solvers.explain.shapes import ALONE, RESTING, UNLOADING, Shape
from solvers.explain.table import SlotTable
from solvers.model import Problem, Stop
from solvers.replay import service_s
from solvers.travel import IntArray


@dataclass(slots=True)
class Tally:
    """Sums over the rules of what is surely broken, in every slot."""

    ppm: IntArray
    rules: IntArray

    def add(self, amount: IntArray, whole: int | IntArray) -> None:
        """Count a rule broken by ``amount``."""
        if not (amount > 0).any():
            return  # most rules are broken nowhere, and dividing is slow
        over = np.maximum(amount, 0)
        parts: IntArray = -np.floor_divide(-over * WHOLE_PPM, whole)
        self.ppm = self.ppm + parts
        self.rules = self.rules + (over > 0)

    def total(self) -> IntArray:
        """Parts per million with the surcharge for every further rule."""
        result: IntArray = self.ppm + FURTHER_RULE_PPM * np.maximum(self.rules - 1, 0)
        return result


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds for one shape in every slot; arrays of shape (slots,).

    Attributes:
        shape: What is inserted.
        possible: Whether the vehicle may unload, where the shape asks for it.
        absolute: Rules broken without a degree.
        ppm: Parts per million of the other rules.
        cost: Rise in cost.
        arrival_s: Earliest arrival after the slot, less what is saved further on.
        before: What is surely broken beside the rest of the route.
        came: Hub before the stop, -1 for none.
        comes: Hub after it.
    """

    shape: Shape
    possible: Flags
    absolute: IntArray
    ppm: IntArray
    cost: IntArray
    arrival_s: IntArray
    before: Tally
    came: IntArray
    comes: IntArray

    def ppm_at(self, table: SlotTable, slots: IntArray) -> IntArray:
        """A closer bound of ``ppm`` in some slots, dearer to find: every late visit is counted."""
        late_s = table.lateness_s(slots, self.arrival_s[slots])
        parts = (late_s * WHOLE_PPM // HOUR_S).sum(axis=1)
        late = np.count_nonzero(late_s, axis=1)
        whole = Tally(self.before.ppm[slots] + parts, self.before.rules[slots] + late)
        result: IntArray = np.maximum(self.ppm[slots], whole.total())
        return result


@dataclass(frozen=True, slots=True)
class StopColumns:
    """What depends on the stop and the hubs beside it, per slot; -1 stands for no hub."""

    to_stop: Legs
    from_stop: Legs
    unfit: IntArray
    service_s: IntArray
    whole_service_s: IntArray
    price: IntArray
    came: IntArray
    comes: IntArray

    def at(self, slots: IntArray) -> "StopColumns":
        """The same in some slots only."""
        return StopColumns(
            self.to_stop.at(slots),
            self.from_stop.at(slots),
            *(column[slots] for column in (self.unfit, self.service_s, self.whole_service_s)),
            *(column[slots] for column in (self.price, self.came, self.comes)),
        )


def bounds_of(table: SlotTable, stop: int, columns: StopColumns) -> Bounds:
    """Bounds for the stop by itself."""
    return StopBound(table, stop, ALONE, columns).bounds()


def unloading_bounds(
    table: SlotTable, stop: int, known: StopColumns
) -> Iterator[tuple[SlotTable, Bounds]]:
    """Bounds for every shape with an unloading, one row for each hub or pair of hubs."""
    shapes = UNLOADING
    if (table.unloads & table.may_rest & ~table.rested).any():
        shapes += RESTING
    location = table.problem.stops[stop].location
    for before, after in ((True, False), (False, True), (True, True)):
        rows, came, comes = table.rows_by_hub(before=before, after=after)
        part = table.at(rows)
        columns = replace(known.at(rows), came=came, comes=comes)
        if before:
            columns = replace(columns, to_stop=part.legs_to_by_hub(location, came))
        if after:
            columns = replace(columns, from_stop=part.legs_from_by_hub(location, comes))
        for shape in shapes:
            if (shape.before, shape.after) == (before, after):
                yield part, StopBound(part, stop, shape, columns).bounds()


def stop_columns(table: SlotTable, index: int) -> StopColumns:
    """The columns of one stop, with the direct drives to and from it."""
    stop, vehicles = table.problem.stops[index], table.problem.vehicles
    bare = np.asarray([service_s(stop, v, shares_setup=True) for v in vehicles], np.int64)
    whole = np.asarray([service_s(stop, v, shares_setup=False) for v in vehicles], np.int64)
    shares = np.zeros(len(table.slots), dtype=np.bool_)
    if stop.address is not None:
        shares = table.address_before == table.address_codes.get(stop.address, -2)
    prices = [_prices(table.problem, stop, vehicle) for vehicle in range(len(vehicles))]
    return StopColumns(
        table.legs_to(stop.location),
        table.legs_from(stop.location),
        np.asarray([_unfit(table.problem, stop, v) for v in range(len(vehicles))])[table.vehicle],
        np.where(shares, bare[table.vehicle], whole[table.vehicle]),
        whole[table.vehicle],
        np.asarray(prices, np.int64)[table.vehicle],
        np.full(len(table.slots), -1),
        np.full(len(table.slots), -1),
    )


def _unfit(problem: Problem, stop: Stop, vehicle: int) -> int:
    """Skills and lists that keep the vehicle from the stop, counted."""
    refused = stop.allowed_vehicles is not None and vehicle not in stop.allowed_vehicles
    missing = len(stop.skills - problem.vehicles[vehicle].skills)
    return missing + refused + (vehicle in stop.excluded_vehicles)


def _prices(problem: Problem, stop: Stop, vehicle: int) -> int:
    """What is counted once for the stop on this vehicle."""
    home = problem.vehicles[vehicle].home_zones
    outside = stop.zone is not None and home is not None and stop.zone not in home
    changed = stop.previous_vehicle not in (None, vehicle)
    prices = problem.prices
    return prices.outside_home_zone * outside + prices.vehicle_change * changed


class StopBound:
    """One shape driven through every slot."""

    def __init__(self, table: SlotTable, stop: int, shape: Shape, columns: StopColumns) -> None:
        self.table = table
        self.shape = shape
        self.stop: Stop = table.problem.stops[stop]
        self.columns = columns
        self.absolute = columns.unfit.copy()
        count = len(table.slots)
        self.tally = Tally(np.zeros(count, np.int64), np.zeros(count, np.int64))
        self.to_stop, self.from_stop = columns.to_stop, columns.from_stop
        ends = ~table.end_given
        into, out = self.to_stop, self.from_stop
        self.absolute += into.forbidden + (out.forbidden & ends)
        self.drive_s = table.drive_sum_s - table.direct_s + into.least_s + out.least_s * ends
        self.distance_m = table.distance_sum_m - table.direct_m + into.least_m + out.least_m * ends
        self.service_s = columns.whole_service_s if shape.before else columns.service_s
        self.unload_in_s, self.unload_out_s = self._unloadings_s()
        self.unload_s = self.unload_in_s + self.unload_out_s

    def _unloadings_s(self) -> tuple[IntArray, IntArray]:
        """Seconds to unload before and after the stop."""
        table, shape = self.table, self.shape
        nothing = np.zeros(len(table.slots), np.int64)
        load = [np.full(len(table.slots), amount) for amount in table.problem.load_of(self.stop)]
        if not shape.before:
            load = [amount + there for amount, there in zip(load, table.load, strict=True)]
        return (
            table.least_unload_s(table.load) if shape.before else nothing,
            table.least_unload_s(load) if shape.after else nothing,
        )

    def _rests(self) -> Flags:
        """Whether the break lies inside the route."""
        rests: Flags = self.table.rested | self.shape.rests
        return rests

    def bounds(self) -> Bounds:
        """Drive through, then count what is broken and what it costs."""
        table = self.table
        start_s = self._start_s()
        depart_s = start_s + self.service_s + self.unload_out_s
        arrival_s = self._next_s(depart_s)
        saved_s = self._saved_setup_s() + self._saved_unload_s()
        end_s = self._end_s(arrival_s, saved_s)
        leaves_by_s = self._leaves_by_s(start_s)
        busy_s = self.drive_s + table.busy_sum_s + self.service_s + self.unload_s
        pause_s = np.where(self._rests(), table.rest_s, 0)
        paid_s = np.maximum(busy_s - saved_s, end_s - leaves_by_s - pause_s)
        self._count_loads()
        self.tally.ppm = self.tally.ppm + table.broken_ppm
        self.tally.rules = self.tally.rules + table.broken_rules
        before = Tally(self.tally.ppm, self.tally.rules)
        self._count_rest_of_route(arrival_s, depart_s, end_s)
        self._count_limits(paid_s)
        self._count_break(leaves_by_s, end_s)
        possible = table.unloads | (not self.shape.unloads)
        if self.shape.rests:
            possible = possible & table.may_rest & ~table.rested
        cost = self._cost(paid_s, start_s, arrival_s, saved_s)
        return Bounds(
            self.shape,
            possible,
            self.absolute,
            self.tally.total(),
            cost,
            arrival_s - saved_s,
            before,
            self.columns.came,
            self.columns.comes,
        )

    def _start_s(self) -> IntArray:
        """Earliest start of service."""
        table, windows = self.table, self.stop.windows
        driven_s = table.drive_s(self.to_stop, table.depart_s)
        arrival_s = self._rested(table.depart_s, driven_s, table.rest_in)
        arrival_s = arrival_s + self.unload_in_s
        if self.shape.rest_in:
            # begun at the hub or later: the drive on from there may wait for the break to open
            arrival_s = np.maximum(arrival_s, table.rest_opens_s) + table.rest_s
        start_s = arrival_s
        for window in reversed(windows):
            begin_s = np.maximum(arrival_s, window.start_s)
            start_s = np.where(arrival_s <= window.end_s, begin_s, start_s)
        if windows:
            self.tally.add(arrival_s - windows[-1].end_s, HOUR_S)
        return start_s

    def _next_s(self, depart_s: IntArray) -> IntArray:
        """Earliest arrival at the visit after the slot, or at the end."""
        table = self.table
        driven_s = table.drive_s(self.from_stop, depart_s) * ~table.end_given
        if self.shape.rest_out:
            arrival_s: IntArray = np.maximum(depart_s + driven_s, table.rest_opens_s) + table.rest_s
            return arrival_s
        return self._rested(depart_s, driven_s, table.rest_out)

    def _rested(self, depart_s: IntArray, driven_s: IntArray, rests: Flags) -> IntArray:
        table = self.table
        begin_s = np.maximum(depart_s, table.rest_opens_s)
        rested_s = np.maximum(depart_s + driven_s, begin_s) + table.rest_s
        return np.where(rests, rested_s, depart_s + driven_s)

    def _saved_setup_s(self) -> IntArray:
        table = self.table
        if self.stop.address is None:
            return np.zeros(len(table.slots), dtype=np.int64)
        same = table.address_after == table.address_codes.get(self.stop.address, -2)
        return np.where(same, table.setup_after_s, 0)

    def _saved_unload_s(self) -> IntArray:
        if not self.shape.unloads:
            return np.zeros(len(self.table.slots), dtype=np.int64)
        return self.table.unload_after_s

    def _end_s(self, arrival_s: IntArray, saved_s: IntArray) -> IntArray:
        """Earliest end of the route."""
        table = self.table
        put_off_s = np.where(table.plain, np.maximum(arrival_s - table.keeps_end_s, 0), 0)
        no_sooner = (arrival_s >= table.same_start_s) & ~table.last & (saved_s == 0)
        as_before_s = np.where(no_sooner, table.route_ends_s + put_off_s, -FAR)
        result: IntArray = np.maximum(arrival_s + table.busy_after_s - saved_s, as_before_s)
        return result

    def _leaves_by_s(self, start_s: IntArray) -> IntArray:
        """Latest departure from the start place."""
        table, release_s = self.table, self.stop.release_s
        as_now = table.route_departs_s
        if release_s is not None:
            return np.where(table.first | (as_now < release_s), FAR, as_now)
        if self.shape.before:
            reaches = table.leaves_for_hub_s  # on arrival at the hub, or when it opens
        else:
            reaches = np.maximum(table.available_s, start_s - self.to_stop.least_s)
        return np.where(table.first, np.where(table.released, FAR, reaches), as_now)

    def _count_rest_of_route(
        self, arrival_s: IntArray, depart_s: IntArray, end_s: IntArray
    ) -> None:
        """Windows, hub hours, break and shift end after the place.

        Where the rest of the route saves set-up its latest arrivals say nothing; where an
        unloading has less to unload, those for an empty vehicle hold.
        """
        table = self.table
        holds = self._saved_setup_s() == 0
        shorter = self._saved_unload_s() > 0

        def latest(whole_s: list[IntArray], spared_s: list[IntArray]) -> list[IntArray]:
            if not self.shape.unloads:
                return whole_s
            return [np.where(shorter, s, w) for w, s in zip(whole_s, spared_s, strict=True)]

        tightest_s = latest(table.tightest_s, table.spared_tightest_s)
        # both or neither exactly, or one rule could be counted as two
        undiminished = table.plain & (tightest_s[0] > -FAR // 2)
        # no less than the route ends after the shift: that is the tightest rule, or broken too
        surely_s = np.maximum(end_s - table.shift_end_s, 0)
        for latest_s in (tightest_s, latest(table.second_s, table.spared_second_s)):
            late_s = np.zeros(len(arrival_s), dtype=np.int64)
            for level, bound_s in zip(LEVELS_S, latest_s, strict=True):
                late_s = np.where(arrival_s > bound_s, level + 1, late_s)
            exact_s = np.maximum(arrival_s - latest_s[0], 0)
            late_s = np.where(undiminished, exact_s, late_s) * holds
            self.tally.add(np.maximum(late_s, surely_s), HOUR_S)
            surely_s = np.zeros_like(surely_s)
        self.tally.add(np.where(table.rest_out, depart_s - table.rest_closes_s, 0), HOUR_S)

    def _count_loads(self) -> None:
        table, before, after = self.table, self.shape.before, self.shape.after
        for dimension, amount in enumerate(table.problem.load_of(self.stop)):
            load, later = table.load[dimension], table.load_after[dimension]
            capacity, room = table.capacity[dimension], table.room[dimension]
            if before and after:
                over = np.maximum(amount, later) - capacity
            elif before:
                over = amount + later - capacity
            elif after:
                over = np.maximum(load + amount - room, later - capacity)
            else:
                over = load + amount + later - room
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
        if self.shape.rests:
            return
        taken_before = leaves_by_s >= table.rest_opens_s + table.rest_s
        taken_after = end_s <= table.rest_closes_s
        # Committed visits that end after the break's window leave no place for it: inherited.
        not_lost = table.depart_s <= table.rest_closes_s
        self.absolute += table.may_rest & ~table.rested & ~taken_before & ~taken_after & not_lost

    def _cost(
        self, paid_s: IntArray, start_s: IntArray, arrival_s: IntArray, saved_s: IntArray
    ) -> IntArray:
        table, stop = self.table, self.stop
        late_s = 0 if stop.due_s is None else np.maximum(start_s - stop.due_s, 0)
        kept_late = (arrival_s >= table.same_start_s) & (saved_s == 0)
        if self.shape.unloads:
            kept_late &= ~table.released
        result: IntArray = (
            table.fixed_cost
            + table.cost_per_s * paid_s
            + table.cost_per_drive_s * self.drive_s
            + table.cost_per_m * self.distance_m
            + table.kept_cost
            + np.where(kept_late, table.late_cost, 0)
            + late_s * stop.late_cost_per_s
            + self.columns.price
            - table.cost_now
        )
        return result
