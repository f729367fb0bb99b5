"""Costs fit in 63 bits, whatever plan is made."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from solvers.errors import ProblemIssue
from solvers.travel import UNREACHABLE, MatrixTravel, PlanarTravel, Travel
from solvers.validation.issues import issue

if TYPE_CHECKING:
    from solvers.model import Problem

COST_LIMIT = 2**62


def magnitude_issues(problem: "Problem") -> Iterator[ProblemIssue]:
    """An upper bound on any plan's cost stays below 2^62 milli-fen."""
    bound = _cost_bound(problem)
    if bound >= COST_LIMIT:
        cause = f"a plan could cost up to {bound} milli-fen; the limit is {COST_LIMIT}"
        yield issue("cost-overflow", "problem", cause, "lower prices or shorten the horizon")


def _cost_bound(problem: "Problem") -> int:
    """Every stop served as late and as far as can be, by the dearest vehicle."""
    if not problem.stops:
        return 0
    legs = 2 * len(problem.stops) + 2 * len(problem.vehicles)
    leg_s = max((_longest(source)[0] for source in problem.travel), default=0)
    leg_m = max((_longest(source)[1] for source in problem.travel), default=0)
    at_doors = sum(max(s.service_s) + max(s.setup_s, default=0) for s in problem.stops)
    horizon = _latest(problem) + legs * leg_s + at_doors + sum(h.fixed_s for h in problem.hubs)
    fleet = problem.vehicles
    per_s = max((v.cost_per_s + v.cost_per_drive_s for v in fleet), default=0)
    per_m = max((v.cost_per_m for v in fleet), default=0)
    late = max(stop.late_cost_per_s for stop in problem.stops)
    prices = problem.prices
    per_stop = prices.outside_home_zone + prices.vehicle_change + prices.time_change
    return (
        sum(v.fixed_cost for v in fleet)
        + per_s * horizon * max(1, len(fleet))
        + per_m * legs * leg_m
        + len(problem.stops) * (late * horizon + per_stop)
        + sum(stop.unserved_price or 0 for stop in problem.stops)
    )


def _latest(problem: "Problem") -> int:
    """The latest time named anywhere in the problem, at least 0."""
    times = [0]
    times += [abs(window.end_s) for stop in problem.stops for window in stop.windows[-1:]]
    times += [abs(stop.release_s) for stop in problem.stops if stop.release_s is not None]
    times += [abs(window.end_s) for hub in problem.hubs for window in hub.windows[-1:]]
    for vehicle in problem.vehicles:
        times += [abs(vehicle.available_s), abs(vehicle.shift_end_s or 0)]
    return 2 * max(times)


def _longest(source: Travel) -> tuple[int, int]:
    """Longest duration (s) and distance (m) of any arc that may be driven."""
    if isinstance(source, MatrixTravel):
        longest = []
        for values in (source.durations, source.distances):
            drivable = values[values != UNREACHABLE]
            longest.append(int(drivable.max()) if drivable.size else 0)
        return longest[0], longest[1]
    if isinstance(source, PlanarTravel) and source.size:
        spread = source.xy_m.max(axis=0) - source.xy_m.min(axis=0)
        metres = int(np.hypot(*spread)) * source.detour_permille // 1000 + 1
        return metres * 1000 // min(source.speeds_mm_s) + 1, metres
    return 0, 0
