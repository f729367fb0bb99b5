"""Which shifts there may be: lengths, starts, breaks, and what the law allows.

Labour law of China: 8 hours a day and 40 a week (State Council Decree 174 of 1995), a day off each
week (Labour Law, article 38); part-time work is at most 4 hours a day on average and 24 a week
(Labour Contract Law, article 68).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dispatch.capacity.errors import CapacityError
from dispatch.domain.requests import PickupClass
from dispatch.sampling.demand import HOUR_S
from dispatch.sampling.fleet import ShiftType
from dispatch.sampling.workload import DAY_SLOTS, SLOT_S, Curve

FULL_DAY_H = 8.0
PART_DAY_H = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRules:
    """What a planner may roster.

    Attributes:
        first_start_h: Earliest start, hours of the day.
        last_end_h: Latest end.
        step_h: Between possible starts.
        full_h: Lengths of full shifts with their break, hours.
        break_min: Length of the break of a full shift.
        break_h: Hours from its start between which a full shift's break begins.
        part_h: Lengths of part-time shifts, without break.
        part_share: Most part-time shifts among all of a day, 0 to 1.
        full_days: Days a week of a full-time courier.
        part_week_h: Most hours a week of a part-time courier.
        most_days: Most days a week of anybody.
        absent_share: Share of working days lost to leave and sickness.
        overhead_fen: Per person and week beside wages: insurance, training, clothes.
    """

    first_start_h: float
    last_end_h: float
    step_h: float = 0.5
    full_h: tuple[float, ...] = (9.0,)
    break_min: int = 60
    break_h: tuple[float, float] = (2.5, 5.0)
    part_h: tuple[float, ...] = (3.0, 4.0)
    part_share: float = 0.3
    full_days: int = 5
    part_week_h: float = 24.0
    most_days: int = 6
    absent_share: float = 0.08
    overhead_fen: int = 25_000

    def __post_init__(self) -> None:
        """Refuse rules that contradict the law or themselves.

        Raises:
            CapacityError: Naming the figure.
        """
        if not 0 <= self.first_start_h < self.last_end_h <= 24:
            raise CapacityError(
                f"shifts from {self.first_start_h:g} to {self.last_end_h:g} o'clock are none; "
                "give hours from 0 to 24 in rising order"
            )
        too_long = [one for one in self.full_h if one - self.break_min / 60 > FULL_DAY_H]
        too_long += [one for one in self.part_h if one > PART_DAY_H]
        if too_long:
            raise CapacityError(
                f"a shift of {too_long[0]:g} hours is longer than the law allows "
                f"({FULL_DAY_H:g} without its break, {PART_DAY_H:g} part-time)"
            )
        for name, share in (("part_share", self.part_share), ("absent_share", self.absent_share)):
            if not 0 <= share < 1:
                raise CapacityError(f"{name} must be at least 0 and below 1, not {share:g}")


RULES: Mapping[PickupClass, ShiftRules] = {
    PickupClass.PARCEL: ShiftRules(first_start_h=8.5, last_end_h=19.5),
    PickupClass.BULKY: ShiftRules(
        first_start_h=8.5, last_end_h=20.0, part_h=(4.0,), part_share=0.2
    ),
}
"""As bundled. Shares, absences and overhead are assumptions; ``docs/capacity.md`` reasons them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One shift that may be rostered.

    Attributes:
        type: When it is, and its break.
        full: Whether a full-time courier works it.
        paid_h: Without the break.
        home_h: Hours at its end that go on the way home, in which no pickup begins.
    """

    type: ShiftType
    full: bool
    paid_h: float
    home_h: float = 0.0

    def presence(self) -> Curve:
        """Share of every quarter of an hour in which pickups can begin, shape (96,)."""
        presence = self.type.presence()
        left = self.type.window[1] / SLOT_S - self.home_h * HOUR_S / SLOT_S - np.arange(DAY_SLOTS)
        able: Curve = presence * np.clip(left, 0.0, 1.0)
        return able


def possible_shifts(rules: ShiftRules, home_h: float = 0.0) -> tuple[Shift, ...]:
    """All shifts the rules allow, by length and start.

    Args:
        rules: What is allowed.
        home_h: Hours at the end of each that go on the way home.
    """
    shifts = []
    for length_h in rules.full_h:
        rest_h = rules.break_min / 60
        for start_h in _starts(rules, length_h):
            first_h, last_h = (start_h + after_h for after_h in rules.break_h)
            kind = ShiftType(
                start_h=start_h,
                end_h=start_h + length_h,
                break_h=(first_h, last_h),
                break_min=rules.break_min,
            )
            shifts.append(Shift(type=kind, full=True, paid_h=length_h - rest_h, home_h=home_h))
    for length_h in rules.part_h:
        for start_h in _starts(rules, length_h):
            kind = ShiftType(start_h=start_h, end_h=start_h + length_h)
            shifts.append(Shift(type=kind, full=False, paid_h=length_h, home_h=home_h))
    return tuple(shifts)


def _starts(rules: ShiftRules, length_h: float) -> list[float]:
    count = int((rules.last_end_h - length_h - rules.first_start_h) / rules.step_h + 1e-9) + 1
    return [rules.first_start_h + number * rules.step_h for number in range(max(count, 0))]
