"""The fleet of a roll-out on peak days: what more it would take, or what the promise costs.

Kept simple enough to check by hand, as a fluid queue (R. W. Hall, Queueing Methods: For Services
and Manufacturing, 1991, chapter 6): vehicles serve a window's own requests first, up to what fills
their promise on an ordinary day; what does not fit waits for the next window with room to spare,
who has waited for longest first. So as few requests move as possible, and some of them far.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from dispatch.capacity.needs import Level
from dispatch.capacity.rollout.inputs import Peak, RolloutInput, Service
from dispatch.capacity.rollout.schedule import Schedule

MOST_DAYS = 60
"""A backlog that is not gone by then is said to stay."""

_HAIR = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakDays:
    """How one service fares on the peak days.

    Attributes:
        service: Which.
        vehicles: On the road in the week of the peak.
        people: On its payroll for them, by the share of its need.
        capacity_per_day: Requests a day up to which these vehicles keep the promise.
        requests: Asked for on all peak days together.
        extra_vehicles: To keep the promise on the worst day.
        extra_people: For them, by the same share.
        same_day: Requests moved to a later window of the same day, with the vehicles there are.
        later_day: Requests moved to a later day.
        days_to_clear: Days after the last peak day until nobody waits from the day before; ``None``
            where that does not happen within `MOST_DAYS`.
    """

    service: Service
    vehicles: int
    people: int
    capacity_per_day: float
    requests: float
    extra_vehicles: int
    extra_people: int
    same_day: float
    later_day: float
    days_to_clear: int | None

    @property
    def kept_share(self) -> float:
        """Share of the requests served in the window asked for."""
        return 1 - (self.same_day + self.later_day) / self.requests


def peak_days(plan: RolloutInput, schedule: Schedule) -> tuple[PeakDays, ...]:
    """Try every service that is open in the week of the peak on the peak days."""
    return tuple(
        _peak_of(plan, service, working[plan.peak.week])
        for service, working in schedule.working.items()
        if (opens := schedule.opening[service]) is not None and opens <= plan.peak.week
    )


def _peak_of(plan: RolloutInput, service: Service, vehicles: int) -> PeakDays:
    need, peak = plan.need(service), plan.peak
    wanted = vehicles_for(plan, service, need.requests_per_day * max(peak.factors))
    extra = max(0, wanted - vehicles)
    capacity = capacity_of(plan, service, vehicles)
    same_day, later_day, days = moved(peak, need.requests_per_day, capacity)
    return PeakDays(
        service=service,
        vehicles=vehicles,
        people=ceil(vehicles * need.people / need.vehicles),
        capacity_per_day=capacity,
        requests=need.requests_per_day * sum(peak.factors),
        extra_vehicles=extra,
        extra_people=ceil(extra * need.people / need.vehicles),
        same_day=same_day,
        later_day=later_day,
        days_to_clear=days,
    )


def capacity_of(plan: RolloutInput, service: Service, vehicles: int) -> float:
    """Requests a day that so many vehicles serve with the promise kept.

    Linear between the levels of demand whose needs are known, from nothing up to the lowest, and
    in proportion beyond the highest.
    """
    requests_of: dict[int, float] = {0: 0.0}
    for level in Level:
        need = plan.needs.get((service, level))
        if need is not None:
            known = requests_of.get(need.vehicles, 0.0)
            requests_of[need.vehicles] = max(known, need.requests_per_day)
    most = max(requests_of)
    if vehicles > most:
        return requests_of[most] * vehicles / most
    known_vehicles = sorted(requests_of)
    return float(np.interp(vehicles, known_vehicles, [requests_of[v] for v in known_vehicles]))


def vehicles_for(plan: RolloutInput, service: Service, requests_per_day: float) -> int:
    """The fewest vehicles that serve so many requests a day with the promise kept."""
    low, high = 0, 1
    while capacity_of(plan, service, high) < requests_per_day - _HAIR:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        enough = capacity_of(plan, service, middle) >= requests_per_day - _HAIR
        low, high = (low, middle) if enough else (middle, high)
    return high


def moved(
    peak: Peak, requests_per_day: float, capacity_per_day: float
) -> tuple[float, float, int | None]:
    """Requests moved to a later window of their day and to a later day, and days to clear.

    Args:
        peak: Factors of the days; ordinary days follow.
        requests_per_day: Of an ordinary day.
        capacity_per_day: Requests a day up to which the promise is kept. All vehicles on the road
            serve in a window what is asked for in the busiest one of such a day.
    """
    in_a_window = capacity_per_day * max(peak.asked_shares)
    windows = [in_a_window * share for share in peak.on_road]
    waiting = same_day = later_day = 0.0
    for day in range(len(peak.factors) + MOST_DAYS):
        is_peak = day < len(peak.factors)
        if not is_peak and waiting <= _HAIR:
            return same_day, later_day, day - len(peak.factors)
        asked = requests_per_day * (peak.factors[day] if is_peak else 1.0)
        same, later, waiting = _day(
            [asked * share for share in peak.asked_shares], windows, waiting
        )
        if is_peak:
            same_day += same
            later_day += later
    return same_day, later_day, None


def _day(
    asked: Sequence[float], windows: Sequence[float], before: float
) -> tuple[float, float, float]:
    """One day: requests moved within it, those of it moved out of it, and all that wait then.

    Args:
        asked: Requests for each window.
        windows: What can be served in each.
        before: Requests that wait from the days before.
    """
    own = in_time = 0.0
    for wanted, room in zip(asked, windows, strict=True):
        spare = max(0.0, room - wanted)
        older = min(before, spare)
        today = min(own, spare - older)
        before -= older
        own += max(0.0, wanted - room) - today
        in_time += today
    return in_time, own, before + own
