"""The slots of one travel source as columns, for bounds of all of them at once."""

from collections.abc import Callable, Sequence
from copy import copy
from typing import Any

import numpy as np
import numpy.typing as npt

from solvers.explain.afters import LEVELS_S
from solvers.explain.backward import FAR
from solvers.explain.legs import Flags, Legs, least_of, legs_of, shorter_of
from solvers.explain.slots import Slot
from solvers.insertions import may_rest
from solvers.model import Problem, Vehicle, Visit, padded
from solvers.travel import IntArray

_OF_ALL = (
    *("problem", "slots", "travel", "address_codes", "_breakpoints_s", "_befores", "_afters"),
    *("_hub_places", "_hubs", "_every_hub", "_befores_to_hubs", "_hubs_to_afters"),
    *("_firsts", "_late_from_s"),
)
"""Attributes of a table that do not go by slot."""


class SlotTable:
    """Slots of one travel source, column by column; every column has one entry per slot."""

    def __init__(self, problem: Problem, profile: int, slots: Sequence[Slot]) -> None:
        self.problem = problem
        self.slots = tuple(slots)
        self.travel = problem.travel[profile]
        self._breakpoints_s = np.asarray(self.travel.breakpoints_s, dtype=np.int64)
        self._fill_bases()
        self._fill_places()
        self._fill_times()
        self._fill_loads()
        self._fill_limits()
        self._fill_costs()
        self._fill_hubs()

    def at(self, slots: IntArray) -> "SlotTable":
        """The same table with some of its slots only."""
        part = copy(self)
        part.slots = tuple(self.slots[slot] for slot in slots.tolist())
        for name, column in vars(self).items():
            if name in _OF_ALL:
                continue
            if isinstance(column, list):
                rows: Any = [c.at(slots) if isinstance(c, Legs) else c[slots] for c in column]
            else:
                rows = column[slots]
            setattr(part, name, rows)
        return part

    def legs_to(self, location: int) -> Legs:
        """From the place before every slot to ``location``."""
        durations, distances = self.travel.between(self._befores, [location])
        rows = self._before
        return legs_of(durations[:, rows, 0], distances[:, rows, 0], self.has_before)

    def legs_from(self, location: int) -> Legs:
        """From ``location`` to the place after every slot."""
        durations, distances = self.travel.between([location], self._afters)
        columns = self._after
        return legs_of(durations[:, 0, columns], distances[:, 0, columns], self.has_after)

    def rows_by_hub(self, *, before: bool, after: bool) -> tuple[IntArray, IntArray, IntArray]:
        """Slot and hubs, one row for each hub its vehicle may use; -1 where none is asked for."""
        rows = [
            (slot, came, comes)
            for slot, vehicle in enumerate(self.vehicle.tolist())
            for came in (self.problem.vehicles[vehicle].hubs if before else (-1,))
            for comes in (self.problem.vehicles[vehicle].hubs if after else (-1,))
        ]
        slots, came, comes = np.asarray(rows, dtype=np.int64).reshape(-1, 3).T
        return slots, came, comes

    def legs_to_by_hub(self, location: int, hubs: IntArray) -> Legs:
        """From the place before every slot to ``location`` by the hub given for the slot."""
        durations, distances = self.travel.between(self._hub_places, [location])
        onward = legs_of(durations[:, :, 0], distances[:, :, 0], self._every_hub)
        return self._by_hub(self._to_hubs, onward, hubs)

    def legs_from_by_hub(self, location: int, hubs: IntArray) -> Legs:
        """From ``location`` to the place after every slot by the hub given for the slot."""
        durations, distances = self.travel.between([location], self._hub_places)
        inward = legs_of(durations[:, 0, :], distances[:, 0, :], self._every_hub)
        return self._by_hub(self._from_hubs, inward, hubs)

    def no_longer_to(self, location: int, direct: Legs) -> Legs:
        """At most the drives to ``location``, ``direct`` or by any hub at all."""
        durations, distances = self.travel.between(self._hub_places, [location])
        onward_s, onward_m = least_of(durations, distances)
        to_s, to_m = self._befores_to_hubs
        by_hub_s = (to_s + onward_s[:, 0]).min(axis=1, initial=FAR)
        by_hub_m = (to_m + onward_m[:, 0]).min(axis=1, initial=FAR)
        return shorter_of(direct, by_hub_s[self._before], by_hub_m[self._before])

    def no_longer_from(self, location: int, direct: Legs) -> Legs:
        """At most the drives from ``location``, ``direct`` or by any hub at all."""
        durations, distances = self.travel.between([location], self._hub_places)
        inward_s, inward_m = least_of(durations, distances)
        from_s, from_m = self._hubs_to_afters
        by_hub_s = (inward_s[0][:, None] + from_s).min(axis=0, initial=FAR)
        by_hub_m = (inward_m[0][:, None] + from_m).min(axis=0, initial=FAR)
        return shorter_of(direct, by_hub_s[self._after], by_hub_m[self._after])

    def _by_hub(self, slot_legs: Sequence[Legs], stop_legs: Legs, hubs: IntArray) -> Legs:
        """Both drives together, each at its best time of day."""
        number, slot = np.searchsorted(self._hubs, hubs), np.arange(len(hubs))

        def both(value: Callable[[Legs], IntArray]) -> IntArray:
            of_slot = np.stack([value(legs) for legs in slot_legs])
            total: IntArray = of_slot[number, slot] + value(stop_legs)[number]
            return total

        least_s = both(lambda legs: legs.least_s)
        least_m = both(lambda legs: legs.least_m)
        return Legs(least_s[None], least_s, least_m, both(lambda legs: legs.forbidden))

    def least_unload_s(self, load: Sequence[IntArray]) -> IntArray:
        """Seconds to unload at the quickest hub each slot's vehicle may use."""
        moved = np.zeros(len(self.slots), dtype=np.int64)
        for amount, unit_ms in zip(load, self._unit_ms, strict=True):
            moved = moved + amount * unit_ms
        return self._fixed_unload_s + moved // 1000

    def drive_s(self, legs: Legs, depart_s: IntArray) -> IntArray:
        """Seconds driven when leaving at ``depart_s``, as the travel source interpolates."""
        values, given = legs.durations_s, self._breakpoints_s
        if len(values) == 1:
            constant: IntArray = values[0]
            return constant
        low = np.clip(np.searchsorted(given, depart_s, side="right") - 1, 0, len(given) - 1)
        high = np.minimum(low + 1, len(given) - 1)
        span = np.maximum(given[high] - given[low], 1)
        offset = np.clip(depart_s - given[low], 0, span)
        slot = np.arange(len(depart_s))
        at_low = values[low, slot]
        result: IntArray = at_low + (values[high, slot] - at_low) * offset // span
        return result

    def lateness_s(self, slots: IntArray, arrival_s: IntArray) -> IntArray:
        """Seconds late at each visit after the slot and at the end of the shift, at least.

        Args:
            slots: Which slots, shape (n,).
            arrival_s: Earliest arrival after each, less what is saved further on, shape (n,).

        Returns:
            Shape (n, longest route); 0 where nothing is late.
        """
        due_s = self._late_from_s[self._base[slots]]
        late_s = (arrival_s + self.busy_after_s[slots])[:, None] - due_s
        ahead = np.arange(due_s.shape[1]) >= self._place[slots][:, None]
        result: IntArray = np.maximum(late_s, 0) * ahead
        return result

    def _vehicle(self, slot: Slot) -> Vehicle:
        return self.problem.vehicles[slot.current.vehicle]

    def _numbers(self, value: Callable[[Slot], int]) -> IntArray:
        return np.fromiter((value(slot) for slot in self.slots), np.int64, len(self.slots))

    def _flags(self, value: Callable[[Slot], bool]) -> Flags:
        return np.fromiter((value(slot) for slot in self.slots), np.bool_, len(self.slots))

    def _numbers_of_base(self, value: Callable[[Slot], int]) -> IntArray:
        """What is the same for all slots of a base, asked of its first slot only."""
        given: IntArray = np.asarray([value(slot) for slot in self._firsts], dtype=np.int64)
        return given[self._base]

    def _flags_of_base(self, value: Callable[[Slot], bool]) -> Flags:
        given: Flags = np.asarray([value(slot) for slot in self._firsts], dtype=np.bool_)
        return given[self._base]

    def _fill_bases(self) -> None:
        numbers: dict[int, int] = {}
        self._firsts: list[Slot] = []
        base = np.empty(len(self.slots), dtype=np.intp)
        for index, slot in enumerate(self.slots):
            known = numbers.setdefault(id(slot.base), len(numbers))
            if known == len(self._firsts):
                self._firsts.append(slot)
            base[index] = known
        self._base = base

    def _fill_places(self) -> None:
        before = self._numbers(lambda slot: slot.before)
        after = self._numbers(lambda slot: slot.after)
        self.has_before, self.has_after = before >= 0, after >= 0
        self._befores, self._before = _places(before)
        self._afters, self._after = _places(after)
        self.direct_s = self._numbers(lambda slot: slot.direct.least_s)
        self.direct_m = self._numbers(lambda slot: slot.direct.least_m)
        self.vehicle = self._numbers_of_base(lambda slot: slot.current.vehicle)
        self.vehicle_class = self._numbers_of_base(lambda slot: self._vehicle(slot).vehicle_class)
        codes: dict[str | None, int] = {None: -1}
        for slot in self.slots:
            for address in (slot.address_before, slot.address_after):
                codes.setdefault(address, len(codes))
        self.address_codes = codes
        self.address_before = self._numbers(lambda slot: codes[slot.address_before])
        self.address_after = self._numbers(lambda slot: codes[slot.address_after])
        self.first = self._flags(lambda slot: slot.first)
        self.last = self._flags(lambda slot: slot.last)
        self.end_given = self._flags(
            lambda slot: (
                slot.last
                and bool(slot.current.committed.visits)
                and not slot.current.committed.end_reachable
            )
        )

    def _fill_times(self) -> None:
        self.depart_s = self._numbers(lambda slot: slot.depart_s)
        self.setup_after_s = self._numbers(lambda slot: slot.setup_after_s)
        self.unload_after_s = self._numbers(lambda slot: slot.unload_after_s)
        self.same_start_s = self._numbers(lambda slot: slot.same_start_s)
        self.busy_after_s = self._numbers(lambda slot: slot.busy_after_s)
        self.keeps_end_s = self._numbers(lambda slot: slot.keeps_end_s)
        latest_s = np.asarray([slot.latest_s for slot in self.slots], dtype=np.int64)
        spared_s = np.asarray([slot.spared_latest_s for slot in self.slots], dtype=np.int64)
        levels = range(len(LEVELS_S))
        self.tightest_s = [latest_s[:, level, 0].copy() for level in levels]
        self.second_s = [latest_s[:, level, 1].copy() for level in levels]
        self.spared_tightest_s = [spared_s[:, level, 0].copy() for level in levels]
        self.spared_second_s = [spared_s[:, level, 1].copy() for level in levels]
        self._place = self._numbers(lambda slot: slot.place)
        longest = max(len(slot.late_from_s) for slot in self._firsts)
        self._late_from_s = np.full((len(self._firsts), longest), FAR)
        for row, slot in zip(self._late_from_s, self._firsts, strict=True):
            row[: len(slot.late_from_s)] = slot.late_from_s
        self.broken_ppm = self._numbers(lambda slot: slot.broken_ppm)
        self.broken_rules = self._numbers(lambda slot: slot.broken_rules)
        self.plain = self._flags_of_base(lambda slot: slot.base.plain)
        self.released = self._flags_of_base(lambda slot: slot.base.released)
        self.route_departs_s = self._numbers_of_base(lambda slot: slot.base.schedule.depart_s)
        self.route_ends_s = self._numbers_of_base(lambda slot: slot.base.schedule.end_s)
        self.shift_end_s = self._numbers_of_base(lambda slot: slot.current.shift_end_s)
        self.available_s = self._numbers_of_base(lambda slot: self._vehicle(slot).available_s)
        self.rest_in = self._flags(lambda slot: slot.rest_in)
        self.rest_out = self._flags(lambda slot: slot.rest_out)
        self.may_rest = self._flags_of_base(lambda slot: may_rest(self._vehicle(slot)))
        self.rested = self._flags_of_base(lambda slot: slot.base.rested)
        self.rest_opens_s = self._numbers_of_base(lambda slot: _rest(self._vehicle(slot))[0])
        self.rest_closes_s = self._numbers_of_base(lambda slot: _rest(self._vehicle(slot))[1])
        self.rest_s = self._numbers_of_base(lambda slot: _rest(self._vehicle(slot))[2])
        self.break_misplaced = self._flags(lambda slot: _misplaces_break(self._vehicle(slot), slot))

    def _fill_loads(self) -> None:
        count = range(len(self.problem.dimensions))
        shape = (len(self.slots), 3, len(count))
        loads = np.asarray(
            [(slot.load, slot.load_after, slot.room) for slot in self.slots], dtype=np.int64
        ).reshape(shape)
        self.load = [loads[:, 0, dimension].copy() for dimension in count]
        self.load_after = [loads[:, 1, dimension].copy() for dimension in count]
        self.room = [loads[:, 2, dimension].copy() for dimension in count]
        self.capacity = [
            self._numbers_of_base(
                lambda slot, d=d: padded(self._vehicle(slot).capacity, len(count))[d]  # type: ignore[misc]
            )
            for d in count
        ]

    def _fill_hubs(self) -> None:
        vehicles = {slot.current.vehicle for slot in self.slots}
        hubs = sorted({hub for index in vehicles for hub in self.problem.vehicles[index].hubs})
        self._hub_places = [self.problem.hubs[hub].location for hub in hubs]
        self._hubs = np.asarray(hubs, dtype=np.int64)
        self._every_hub = np.ones(len(hubs), dtype=np.bool_)
        self._befores_to_hubs = least_of(*self.travel.between(self._befores, self._hub_places))
        self._hubs_to_afters = least_of(*self.travel.between(self._hub_places, self._afters))
        self._to_hubs = [self.legs_to(place) for place in self._hub_places]
        self._from_hubs = [self.legs_from(place) for place in self._hub_places]
        usable_hubs = [
            self._flags_of_base(lambda slot, hub=hub: hub in self._vehicle(slot).hubs)  # type: ignore[misc]
            for hub in hubs
        ]
        self.leaves_for_hub_s = np.maximum(
            self.available_s, np.where(self.rest_in, self.rest_opens_s, -FAR)
        )
        for hub, legs, usable in zip(hubs, self._to_hubs, usable_hubs, strict=True):
            windows = self.problem.hubs[hub].windows
            spread_s = legs.durations_s.max(axis=0) - legs.least_s
            leaves_s = np.maximum(
                self.available_s + spread_s, windows[-1].start_s if windows else -FAR
            )
            np.maximum(self.leaves_for_hub_s, leaves_s, out=self.leaves_for_hub_s, where=usable)
        self.unloads = self._flags_of_base(lambda slot: bool(self._vehicle(slot).hubs))
        self._fixed_unload_s = self._numbers_of_base(
            lambda slot: min(
                (self.problem.hubs[hub].fixed_s for hub in self._vehicle(slot).hubs), default=0
            )
        )
        units = [padded(hub.unit_ms, len(self.problem.dimensions)) for hub in self.problem.hubs]
        self._unit_ms = [
            self._numbers_of_base(
                lambda slot, d=d: min(
                    (units[hub][d] for hub in self._vehicle(slot).hubs), default=0
                )  # type: ignore[misc]
            )
            for d in range(len(self.problem.dimensions))
        ]

    def _fill_limits(self) -> None:
        """Limits, as high as the committed visits exceed them by themselves."""

        def limit(
            value: Callable[[Vehicle], int | None], reached: Callable[[Slot], int]
        ) -> IntArray:
            def one(slot: Slot) -> int:
                given = value(self._vehicle(slot))
                return FAR if given is None else max(given, reached(slot))

            return self._numbers_of_base(one)

        self.max_stops = limit(
            lambda vehicle: vehicle.max_stops,
            lambda slot: sum(t.visit.kind == "stop" for t in slot.current.committed.visits),
        )
        self.max_distance_m = limit(
            lambda vehicle: vehicle.max_distance_m, lambda slot: slot.current.committed.distance_m
        )
        self.max_drive_s = limit(
            lambda vehicle: vehicle.max_drive_s, lambda slot: slot.current.committed.drive_s
        )
        self.max_duration_s = limit(
            lambda vehicle: vehicle.max_duration_s, lambda slot: slot.current.committed.paid_s
        )
        self.whole_distance_m = self._numbers_of_base(
            lambda slot: max(1, self._vehicle(slot).max_distance_m or 0)
        )
        self.whole_stops = self._numbers_of_base(
            lambda slot: max(1, self._vehicle(slot).max_stops or 0)
        )
        self.stops = self._numbers_of_base(lambda s: sum(v.kind == "stop" for v in s.base.visits))

    def _fill_costs(self) -> None:
        self.drive_sum_s = self._numbers_of_base(lambda slot: slot.base.drive_s)
        self.distance_sum_m = self._numbers_of_base(lambda slot: slot.base.distance_m)
        self.busy_sum_s = self._numbers_of_base(lambda slot: slot.base.busy_s)
        self.fixed_cost = self._numbers_of_base(lambda slot: self._vehicle(slot).fixed_cost)
        self.cost_per_s = self._numbers_of_base(lambda slot: self._vehicle(slot).cost_per_s)
        self.cost_per_drive_s = self._numbers_of_base(
            lambda slot: self._vehicle(slot).cost_per_drive_s
        )
        self.cost_per_m = self._numbers_of_base(lambda slot: self._vehicle(slot).cost_per_m)
        self.cost_now = self._numbers_of_base(lambda slot: slot.current.cost.total)
        self.kept_cost = self._numbers_of_base(
            lambda slot: slot.base.cost.outside_home_zone + slot.base.cost.vehicle_change
        )
        self.late_cost = self._numbers_of_base(lambda slot: slot.base.cost.lateness)


def _places(locations: IntArray) -> tuple[list[int], npt.NDArray[np.intp]]:
    """Distinct locations, and the place of each slot's among them; none counts as the first."""
    known, index = np.unique(np.maximum(locations, 0), return_inverse=True)
    return known.tolist(), index.reshape(-1)


def _rest(vehicle: Vehicle) -> tuple[int, int, int]:
    if vehicle.rest is None:
        return 0, 0, 0
    return vehicle.rest.window.start_s, vehicle.rest.window.end_s, vehicle.rest.duration_s


def _misplaces_break(vehicle: Vehicle, slot: Slot) -> bool:
    """Whether the break would come outside the route, with the stop inserted here."""
    if not may_rest(vehicle) or not slot.base.rested:
        return False
    at = slot.base.visits.index(Visit.break_())
    leads = at == 0 and slot.place > 0 and vehicle.start is None
    trails = at == len(slot.base.visits) - 1 and slot.place <= at and vehicle.end is None
    return leads or trails
