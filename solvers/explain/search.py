"""The nearest insertion of a stop into a set of routes, exactly."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solvers.explain.afters import After
from solvers.explain.backward import FAR, DayLegs
from solvers.explain.bounds import Bounds, StopColumns, bounds_of, stop_columns, unloading_bounds
from solvers.explain.nearness import Distance, Tried, try_route
from solvers.explain.relaxed import relaxed_bounds
from solvers.explain.shapes import Shape
from solvers.explain.slots import Current, Slot, base_slots, current_route
from solvers.explain.table import SlotTable
from solvers.explain.tiers import TIERS_PPM, detours_of, least_ppm, tier_of
from solvers.insertions import Visits, bases
from solvers.model import Problem


@dataclass(frozen=True, slots=True)
class Candidate:
    """An insertion not tried yet, with its bound."""

    bound: Distance
    slot: Slot
    shape: Shape
    came: int
    comes: int

    def visits(self, stop: int) -> Visits:
        """The route with the stop."""
        base, place = self.slot.base.visits, self.slot.place
        body = self.shape.body(stop, self.came, self.comes)
        return (*base[:place], *body, *base[place:])


@dataclass(frozen=True, slots=True)
class Candidates:
    """Insertions of one stop into every slot, in every shape, column by column.

    Attributes:
        found: Table and bounds by number.
        bounds: Their ``Distance`` at best, shape (3, n).
        where: Slot in the table, and number of the table, shape (2, n).
    """

    found: Sequence[tuple[SlotTable, Bounds]]
    bounds: npt.NDArray[np.int64]
    where: npt.NDArray[np.int64]

    def first(self) -> Candidate:
        """The one with the lowest bound."""
        left = np.arange(self.bounds.shape[1])
        for row in self.bounds:
            left = left[row[left] == row[left].min()]
        return self._candidate(self.bounds[:, left[0]], self.where[:, left[0]])

    def in_order(self, limit: Distance) -> Iterator[Candidate]:
        """Those with bounds up to ``limit``, bounded more closely, in rising order."""
        near = _within(self.bounds, limit)
        where = self.where[:, near]
        bounds = self.bounds[:, near]
        for number, (table, found) in enumerate(self.found):
            mine = where[1] == number
            bounds[1, mine] = found.ppm_at(table, where[0, mine])
        near = _within(bounds, limit)
        for index in near[np.lexsort(bounds[::-1, near])]:
            yield self._candidate(bounds[:, index], where[:, index])

    def _candidate(self, bound: npt.NDArray[np.int64], where: npt.NDArray[np.int64]) -> Candidate:
        absolute, ppm, cost = bound.tolist()
        slot, number = where.tolist()
        table, found = self.found[number]
        hubs = int(found.came[slot]), int(found.comes[slot])
        return Candidate((absolute, ppm, cost), table.slots[slot], found.shape, *hubs)


def _within(bounds: npt.NDArray[np.int64], limit: Distance) -> npt.NDArray[np.intp]:
    """Columns up to ``limit`` in the order of distances."""
    absolute, ppm, cost = bounds
    as_far = (ppm < limit[1]) | ((ppm == limit[1]) & (cost <= limit[2]))
    return np.flatnonzero((absolute < limit[0]) | ((absolute == limit[0]) & as_far))


class Insertions:
    """Every insertion into the given routes, searched nearest first.

    Args:
        problem: The problem.
        routes: Visits by vehicle; each begins with the vehicle's committed visits.
    """

    def __init__(self, problem: Problem, routes: Mapping[int, Visits]) -> None:
        self._problem = problem
        self._current = {
            vehicle: current_route(problem, vehicle, visits) for vehicle, visits in routes.items()
        }
        self._ends: dict[int, dict[int, After]] = {vehicle: {} for vehicle in routes}
        self._legs = [DayLegs(travel) for travel in problem.travel]
        self._bases = self._bases_by_tier()
        self._built: list[list[SlotTable]] = []

    def cost_of(self, vehicle: int) -> int:
        """What the vehicle's route costs as it is, milli-fen."""
        return self._current[vehicle].cost.total

    def nearest(self, stop: int) -> Tried:
        """The insertion of ``stop`` that breaks least, then costs least.

        Ties go to the vehicle with the lower index, then to the visits that sort first.

        Raises:
            ValueError: There is no route to insert into.
        """
        best: Tried | None = None
        for tier, tier_ppm in enumerate(TIERS_PPM):
            if best is not None and (0, tier_ppm) > best.distance[:2]:
                break
            tables = self._tables(tier)
            if tables:
                best = self._nearest_in(tables, stop, best)
        if best is None:
            raise ValueError("there is no vehicle to insert into; give at least one")
        return best

    def _nearest_in(self, tables: Sequence[SlotTable], stop: int, best: Tried | None) -> Tried:
        """The nearest of the insertions into the tables and ``best``."""
        columns = [stop_columns(table, stop) for table in tables]
        plain = _collected(_plain(tables, columns, stop))
        if best is None:
            best = self._try(plain.first(), stop)
        best = self._nearest_of(plain, stop, best)
        unloading = _unloading(tables, columns, stop, best.distance)
        return self._nearest_of(_collected(unloading), stop, best)

    def _nearest_of(self, candidates: Candidates, stop: int, best: Tried) -> Tried:
        """The nearest of the candidates and ``best``."""
        for candidate in candidates.in_order(best.distance):
            if candidate.bound > best.distance:
                break
            best = min(best, self._try(candidate, stop), key=_rank)
        return best

    def _try(self, candidate: Candidate, stop: int) -> Tried:
        vehicle = candidate.slot.current.vehicle
        return try_route(self._problem, vehicle, candidate.visits(stop), self.cost_of(vehicle))

    def candidates(self, stop: int) -> Candidates:
        """Every insertion of ``stop`` with its bound."""
        tables = [table for tier in range(len(TIERS_PPM)) for table in self._tables(tier)]
        columns = [stop_columns(table, stop) for table in tables]
        unloading = _unloading(tables, columns, stop, (FAR, FAR, FAR))
        return _collected([*_plain(tables, columns, stop), *unloading])

    def _bases_by_tier(self) -> list[list[tuple[Current, Visits]]]:
        tiers: list[list[tuple[Current, Visits]]] = [[] for _ in TIERS_PPM]
        for vehicle, current in self._current.items():
            owner = self._problem.vehicles[vehicle]
            legs = self._legs[owner.profile]
            detours = detours_of(self._problem, current)
            for visits in bases(owner, current.visits):
                late_ppm = least_ppm(self._problem, current, visits, legs, detours)
                tiers[tier_of(late_ppm)].append((current, visits))
        return tiers

    def _tables(self, tier: int) -> list[SlotTable]:
        """The tables of the bases of one tier, built when first needed."""
        while len(self._built) <= tier:
            self._built.append(list(self._build_tables(self._bases[len(self._built)])))
        return self._built[tier]

    def _build_tables(self, of: Sequence[tuple[Current, Visits]]) -> Iterator[SlotTable]:
        problem = self._problem
        for profile, legs in enumerate(self._legs):
            slots = [
                slot
                for current, visits in of
                if problem.vehicles[current.vehicle].profile == profile
                for slot in base_slots(problem, current, visits, legs, self._ends[current.vehicle])
            ]
            # apart, since only bases without the break may have it beside the stop
            rested = [slot for slot in slots if slot.base.rested]
            unrested = [slot for slot in slots if not slot.base.rested]
            yield from (SlotTable(problem, profile, part) for part in (unrested, rested) if part)


Found = list[tuple[SlotTable, Bounds]]


def _plain(tables: Sequence[SlotTable], columns: Sequence[StopColumns], stop: int) -> Found:
    """Bounds of the stop by itself."""
    return [
        (table, bounds_of(table, stop, known)) for table, known in zip(tables, columns, strict=True)
    ]


def _unloading(
    tables: Sequence[SlotTable], columns: Sequence[StopColumns], stop: int, limit: Distance
) -> Found:
    """Bounds with unloadings beside the stop, in those slots that may come within ``limit``."""
    found: Found = []
    for table, known in zip(tables, columns, strict=True):
        if not table.unloads.any():
            continue
        relaxed = relaxed_bounds(table, stop, known)
        near = _within(np.stack((relaxed.absolute, relaxed.ppm, relaxed.cost)), limit)
        near = near[table.unloads[near]]
        ppm = relaxed.ppm_at(table, near)
        near = near[_within(np.stack((relaxed.absolute[near], ppm, relaxed.cost[near])), limit)]
        if near.size:
            found += unloading_bounds(table.at(near), stop, known.at(near))
    return found


def _collected(found: Sequence[tuple[SlotTable, Bounds]]) -> Candidates:
    bounds: list[npt.NDArray[np.int64]] = [np.empty((3, 0), dtype=np.int64)]
    where: list[npt.NDArray[np.int64]] = [np.empty((2, 0), dtype=np.int64)]
    for number, (_, one) in enumerate(found):
        slots = np.flatnonzero(one.possible)
        bounds.append(np.stack((one.absolute, one.ppm, one.cost))[:, slots])
        where.append(np.stack((slots, np.full(len(slots), number))))
    return Candidates(found, np.concatenate(bounds, axis=1), np.concatenate(where, axis=1))


def _rank(tried: Tried) -> tuple[Distance, int, list[tuple[str, int]]]:
    return tried.distance, tried.vehicle, [(visit.kind, visit.index) for visit in tried.visits]
