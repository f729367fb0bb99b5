"""The shifts of one day that cover the couriers needed at least cost.

Set covering as Dantzig put it ("A comment on Edie's traffic delays at toll booths", Operations
Research 2(3), 1954), solved by OR-Tools CP-SAT. Breaks are spread evenly over their windows, as
dispatching spreads them: a shift counts in an hour with the share of it that it is there.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from dispatch.capacity.errors import CapacityError
from dispatch.capacity.staffing.shift_rules import Shift
from dispatch.capacity.staffing.work import HOURS, Hours

_UNITS = 100
"""Couriers are counted in hundredths, since CP-SAT knows integers only."""

_MOST_S = 10.0
_GAP = 0.002


class CoverError(CapacityError):
    """Couriers are needed when no shift can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What couriers cost, in fen; a crew is one courier.

    Attributes:
        hour_fen: Paid hour.
        shift_fen: Each shift beside its hours.
        vehicle_day_fen: Vehicle that is used on a day.
    """

    hour_fen: int
    shift_fen: int
    vehicle_day_fen: int


@dataclass(frozen=True, slots=True, eq=False)
class DayRoster:
    """Shifts of one day.

    Attributes:
        shifts: Those that are worked, by start.
        counts: How many couriers work each, at least one.
        vehicles: Most couriers on shift in one hour, those on their break included.
        cost_fen: Hours, shifts and vehicles.
        gap: Of the cost over the least one there could be, as a share; 0 if proven least.
    """

    shifts: tuple[Shift, ...]
    counts: tuple[int, ...]
    vehicles: int
    cost_fen: int
    gap: float

    @property
    def couriers(self) -> int:
        """Shifts worked in all."""
        return sum(self.counts)

    @property
    def presence(self) -> Hours:
        """Couriers who can begin pickups in each hour, breaks and ways home off, shape (24,)."""
        total = np.zeros(HOURS)
        for shift, count in zip(self.shifts, self.counts, strict=True):
            total += count * _presence(shift)
        return total

    def count(self, *, full: bool) -> int:
        """Full or part-time shifts."""
        pairs = zip(self.shifts, self.counts, strict=True)
        return sum(count for shift, count in pairs if shift.full is full)

    def paid_h(self, *, full: bool) -> float:
        """Paid hours in full or part-time shifts, of couriers."""
        pairs = zip(self.shifts, self.counts, strict=True)
        return sum(count * shift.paid_h for shift, count in pairs if shift.full is full)


def cover(
    needed: Hours, shifts: Sequence[Shift], *, part_share: float, prices: Prices
) -> DayRoster:
    """The cheapest shifts with as many couriers at work in every hour as are needed.

    Args:
        needed: In each hour, shape (24,).
        shifts: Those there may be.
        part_share: Most part-time shifts among all, 0 to 1.
        prices: Of couriers.

    Raises:
        CoverError: In some hour nobody can be on shift, or only by breaking the share of
            part-time shifts.
    """
    presences = np.array([_presence(shift) for shift in shifts]).reshape(-1, HOURS)
    uncovered = np.flatnonzero((needed > 0) & ~(presences > 0).any(axis=0))
    if len(uncovered):
        hour = int(uncovered[0])
        raise CoverError(
            f"{needed[hour]:.1f} couriers are needed from {hour}:00 to {hour + 1}:00, when no "
            "shift can be; give earlier starts or later ends, or serve narrower hours"
        )
    model = cp_model.CpModel()
    most = math.ceil(needed.sum()) + len(shifts) + 1
    worked = [model.new_int_var(0, most, "") for _ in shifts]
    vehicles = model.new_int_var(0, most * len(shifts), "")
    for hour in np.flatnonzero(needed > 0).tolist():
        weights = np.floor(presences[:, hour] * _UNITS).astype(int).tolist()
        model.add(cp_model.LinearExpr.weighted_sum(worked, weights) >= _whole(needed[hour]))
    for hour in range(HOURS):
        on_shift = [
            one for one, shift in zip(worked, shifts, strict=True) if _on_shift(shift, hour)
        ]
        model.add(vehicles >= sum(on_shift))
    part = sum(one for one, shift in zip(worked, shifts, strict=True) if not shift.full)
    model.add(_UNITS * part <= math.floor(part_share * _UNITS) * sum(worked))
    costs = [round(shift.paid_h * prices.hour_fen) + prices.shift_fen for shift in shifts]
    model.minimize(
        cp_model.LinearExpr.weighted_sum(worked, costs) + vehicles * prices.vehicle_day_fen
    )
    return _solved(model, worked, shifts)


def _solved(
    model: cp_model.CpModel,
    worked: Sequence[cp_model.IntVar],
    shifts: Sequence[Shift],
) -> DayRoster:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = _MOST_S
    solver.parameters.relative_gap_limit = _GAP
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise CoverError(
            "no shifts cover the couriers needed with so few part-time shifts; allow more"
        )
    counts = [solver.value(one) for one in worked]
    chosen = [(shift, count) for shift, count in zip(shifts, counts, strict=True) if count]
    chosen.sort(key=lambda pair: pair[0].type.window)
    cost, bound = solver.objective_value, solver.best_objective_bound
    return DayRoster(
        shifts=tuple(shift for shift, _ in chosen),
        counts=tuple(count for _, count in chosen),
        vehicles=max(
            sum(count for shift, count in chosen if _on_shift(shift, hour)) for hour in range(HOURS)
        ),
        cost_fen=round(cost),
        gap=max((cost - bound) / cost, 0.0) if cost else 0.0,
    )


def _presence(shift: Shift) -> Hours:
    presence: Hours = shift.presence().reshape(HOURS, -1).mean(axis=1)
    return presence


def _on_shift(shift: Shift, hour: int) -> bool:
    return shift.type.start_h < hour + 1 and shift.type.end_h > hour


def _whole(couriers: float) -> int:
    # A hair less than a hundredth is not worth another courier.
    return math.ceil(couriers * _UNITS - 1e-6)
