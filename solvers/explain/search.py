"""The nearest insertion of a stop into a set of routes, exactly."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solvers.explain.bounds import Body, bounds_of
from solvers.explain.nearness import Distance, Tried, try_route
from solvers.explain.slots import DayLegs, current_route, route_slots
from solvers.explain.table import SlotTable
from solvers.insertions import Visits
from solvers.model import Problem


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One insertion not tried yet, with its bound."""

    bound: Distance
    table: SlotTable
    slot: int
    body: Body

    @property
    def vehicle(self) -> int:
        return self.table.slots[self.slot].current.vehicle

    def visits(self) -> Visits:
        slot = self.table.slots[self.slot]
        base = slot.base.visits
        return (*base[: slot.place], *self.body.visits(), *base[slot.place :])


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
        self._tables = list(self._build_tables())

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
        for candidate in self._in_order(stop):
            if best is not None and candidate.bound > best.distance:
                break
            vehicle = candidate.vehicle
            cost_now = self._current[vehicle].cost.total
            tried = try_route(self._problem, vehicle, candidate.visits(), cost_now)
            if best is None or _rank(tried) < _rank(best):
                best = tried
        if best is None:
            raise ValueError("there is no vehicle to insert into; give at least one")
        return best

    def _in_order(self, stop: int) -> Iterator[_Candidate]:
        """Every insertion in rising order of its bound."""
        kinds: list[tuple[SlotTable, Body]] = []
        columns: list[npt.NDArray[np.int64]] = []
        for table in self._tables:
            for bounds in bounds_of(table, stop):
                slots = np.flatnonzero(bounds.possible)
                kind = np.full(len(slots), len(kinds))
                columns.append(
                    np.stack(
                        [bounds.absolute[slots], bounds.ppm[slots], bounds.cost[slots], slots, kind]
                    )
                )
                kinds.append((table, bounds.body))
        if not columns:
            return
        rows = np.concatenate(columns, axis=1)
        order = np.lexsort((rows[2], rows[1], rows[0]))
        for index in order:
            absolute, ppm, cost, slot, kind_of = rows[:, index].tolist()
            table, body = kinds[kind_of]
            yield _Candidate((absolute, ppm, cost), table, slot, body)

    def _build_tables(self) -> Iterator[SlotTable]:
        for profile, travel in enumerate(self._problem.travel):
            legs = DayLegs(travel)
            slots = [
                slot
                for current in self._current.values()
                if self._problem.vehicles[current.vehicle].profile == profile
                for slot in route_slots(self._problem, current, legs)
            ]
            if slots:
                yield SlotTable(self._problem, profile, slots)


def _rank(tried: Tried) -> tuple[Distance, int, list[tuple[str, int]]]:
    return tried.distance, tried.vehicle, [(visit.kind, visit.index) for visit in tried.visits]
