"""How many people it takes to fill a week's shifts."""

import math
from collections.abc import Sequence

from dispatch.capacity.staffing.covering import DayRoster
from dispatch.capacity.staffing.shift_rules import ShiftRules


def people_needed(rosters: Sequence[DayRoster], rules: ShiftRules, crew_size: int) -> int:
    """People on the payroll who can work these days and have their days off.

    With so many that the busiest day is filled and nobody works more than ``d`` of the week's
    days, days off can always be arranged (Tibrewala, Philippe and Browne, "Optimal scheduling of
    two consecutive idle periods", Management Science 19(1), 1972, for the bounds).

    Args:
        rosters: Of the week's days.
        rules: For days a week, hours a week and absences.
        crew_size: People to a shift.
    """
    full = [roster.count(full=True) for roster in rosters]
    part = [roster.count(full=False) for roster in rosters]
    part_h = sum(roster.paid_h(full=False) for roster in rosters)
    full_time = max(max(full), math.ceil(sum(full) / rules.full_days))
    part_time = max(
        max(part),
        math.ceil(sum(part) / rules.most_days),
        math.ceil(part_h / rules.part_week_h),
    )
    present = 1 - rules.absent_share
    return crew_size * (math.ceil(full_time / present) + math.ceil(part_time / present))
