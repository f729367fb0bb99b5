"""How near an insertion with any unloading beside it could be: one bound for all those shapes."""

from dataclasses import replace

import numpy as np

from solvers.explain.backward import FAR
from solvers.explain.bounds import Bounds, StopBound, StopColumns
from solvers.explain.legs import Flags
from solvers.explain.shapes import Shape
from solvers.explain.table import SlotTable
from solvers.travel import IntArray


def relaxed_bounds(table: SlotTable, stop: int, columns: StopColumns) -> Bounds:
    """Never above the bounds of any shape with an unloading, in any slot.

    The stop is reached and left by the shorter of the direct way and the way by a hub, no time
    is spent unloading, and the break may be taken on the way.
    """
    location = table.problem.stops[stop].location
    shorter = replace(
        columns,
        to_stop=table.no_longer_to(location, columns.to_stop),
        from_stop=table.no_longer_from(location, columns.from_stop),
    )
    return _Relaxed(table, stop, Shape(before=False, after=True), shorter).bounds()


class _Relaxed(StopBound):
    """Every step gives the least over the shapes with an unloading."""

    def _unloadings_s(self) -> tuple[IntArray, IntArray]:
        nothing = np.zeros(len(self.table.slots), np.int64)
        return nothing, nothing

    def _rests(self) -> Flags:
        rests: Flags = self.table.rested | self.table.may_rest
        return rests

    def _leaves_by_s(self, start_s: IntArray) -> IntArray:
        latest_s: IntArray = np.where(self.table.first, FAR, super()._leaves_by_s(start_s))
        return latest_s

    def _count_loads(self) -> None:
        table = self.table
        for dimension, amount in enumerate(table.problem.load_of(self.stop)):
            load, later = table.load[dimension], table.load_after[dimension]
            capacity, room = table.capacity[dimension], table.room[dimension]
            around = np.maximum(amount, later) - capacity
            behind = np.maximum(load + amount - room, later - capacity)
            self.tally.add(np.minimum(around, behind), np.maximum(capacity, 1))

    def _count_break(self, leaves_by_s: IntArray, end_s: IntArray) -> None:  # noqa: ARG002
        self.absolute += self.table.break_misplaced
