"""The nearest insertion of a stop into a set of routes, exactly."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solvers.explain.backward import DayLegs
from solvers.explain.bounds import Shape, bounds_of
from solvers.explain.nearness import Distance, Tried, try_route
from solvers.explain.slots import Slot, current_route, route_slots
from solvers.explain.table import SlotTable
from solvers.insertions import Visits
from solvers.model import Problem

_HEAD = 256


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Insertions of one shape in one slot, not tried yet, with their bound."""

    bound: Distance
    slot: Slot
    shape: Shape

    def routes(self, problem: Problem, stop: int) -> Iterator[Visits]:
        """Every route it stands for: with each hub, and with the break beside the stop."""
        base, place = self.slot.base.visits, self.slot.place
        vehicle = problem.vehicles[self.slot.current.vehicle]
        for body in self.shape.bodies(self.slot, vehicle, stop):
            yield (*base[:place], *body, *base[place:])


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
            vehicle = candidate.slot.current.vehicle
            for visits in candidate.routes(self._problem, stop):
                tried = try_route(self._problem, vehicle, visits, self.cost_of(vehicle))
                if best is None or _rank(tried) < _rank(best):
                    best = tried
        if best is None:
            raise ValueError("there is no vehicle to insert into; give at least one")
        return best

    def _in_order(self, stop: int) -> Iterator[_Candidate]:
        """Every insertion in rising order of its bound."""
        shapes: list[tuple[SlotTable, Shape]] = []
        columns: list[npt.NDArray[np.int64]] = []
        for table in self._tables:
            for bounds in bounds_of(table, stop):
                slots = np.flatnonzero(bounds.possible)
                numbers = (bounds.absolute, bounds.ppm, bounds.cost)
                columns.append(
                    np.stack(
                        [*(n[slots] for n in numbers), slots, np.full(len(slots), len(shapes))]
                    )
                )
                shapes.append((table, bounds.shape))
        if not columns:
            return
        rows = np.concatenate(columns, axis=1)
        head = _leading(rows)
        for part in (rows[:, head], rows[:, ~head]):
            for index in np.lexsort((part[2], part[1], part[0])):
                absolute, ppm, cost, slot, number = part[:, index].tolist()
                table, shape = shapes[number]
                yield _Candidate((absolute, ppm, cost), table.slots[slot], shape)

    def _build_tables(self) -> Iterator[SlotTable]:
        for profile, travel in enumerate(self._problem.travel):
            legs = DayLegs(travel)
            slots = [
                slot
                for current in self._current.values()
                if self._problem.vehicles[current.vehicle].profile == profile
                for slot in route_slots(self._problem, current, legs)
            ]
            # apart, since only bases without the break may have it beside the stop
            rested = [slot for slot in slots if slot.base.rested]
            unrested = [slot for slot in slots if not slot.base.rested]
            yield from (
                SlotTable(self._problem, profile, part) for part in (unrested, rested) if part
            )


def _leading(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """The columns that come first in the order of their upper rows, at least some ``_HEAD``.

    Sorting these alone is quick, and few more are ever asked for.
    """
    leading = np.ones(rows.shape[1], dtype=np.bool_)
    for row in rows[:3]:
        count = np.count_nonzero(leading)
        if count <= _HEAD:
            break
        values = row[leading]
        limit = np.partition(values, _HEAD)[_HEAD]
        leading &= row <= limit
        if limit > values.min():
            break
    return leading


def _rank(tried: Tried) -> tuple[Distance, int, list[tuple[str, int]]]:
    return tried.distance, tried.vehicle, [(visit.kind, visit.index) for visit in tried.visits]
