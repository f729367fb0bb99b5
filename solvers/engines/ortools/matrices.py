"""Seconds, metres and costs between the nodes of a network, on the safe side.

Travel that depends on the departure time is taken at its slowest while everything is on time; as
nobody overtakes by waiting (slopes of at least -1), a plan without lateness keeps its windows with
the real times too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solvers.model import Problem, TimeWindow, Vehicle
from solvers.travel import UNREACHABLE, Matrix

Table = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Legs:
    """Drives between nodes by one profile.

    Attributes:
        drive_s: Seconds, shape (n, n); 0 where forbidden.
        distance_m: Metres, shape (n, n); 0 where forbidden.
        forbidden: Arcs that may not be driven, shape (n, n).
    """

    drive_s: Table
    distance_m: Table
    forbidden: Mask


@dataclass(frozen=True, slots=True)
class Spans:
    """When nodes are left and reached where nothing is late, seconds, shape (n,) each.

    Attributes:
        from_s: Nobody leaves the node before.
        until_s: Nobody leaves it later.
        by_s: Nobody sets out for it later.
    """

    from_s: Table
    until_s: Table
    by_s: Table


def legs_between(
    problem: Problem, profile: int, places: Sequence[int | None], spans: Spans
) -> Legs:
    """Drives between nodes at ``places``, at their slowest in ``spans``.

    Nothing is driven from or to ``None``.
    """
    located = [node for node, place in enumerate(places) if place is not None]
    travel = problem.travel[profile]
    durations, distances = travel.matrices([place for place in places if place is not None])
    slowest = _slowest(durations, travel.breakpoints_s, spans, located)
    longest = distances.max(axis=0).astype(np.int64)
    closed = (durations == UNREACHABLE).any(axis=0) | (longest == UNREACHABLE)
    size = len(places)
    chosen = np.ix_(located, located)
    drive_s, distance_m = np.zeros((2, size, size), dtype=np.int64)
    forbidden = np.zeros((size, size), dtype=np.bool_)
    drive_s[chosen] = np.where(closed, 0, slowest)
    distance_m[chosen] = np.where(closed, 0, longest)
    forbidden[chosen] = closed
    return Legs(drive_s, distance_m, forbidden)


def _slowest(
    durations: Matrix, breakpoints_s: Sequence[int], spans: Spans, located: Sequence[int]
) -> Table:
    """The longest time of each drive, at the breakpoints in its span and those around it."""
    from_s = spans.from_s[located]
    until_s = np.minimum(spans.until_s[located][:, None], spans.by_s[located][None, :])
    # Beyond the first and the last breakpoint travel takes what it takes there.
    first = np.searchsorted(breakpoints_s, from_s, side="right") - 1
    last = np.searchsorted(breakpoints_s, np.maximum(until_s, from_s[:, None]), side="left")
    first = first.clip(0, len(breakpoints_s) - 1)[:, None]
    last = last.clip(0, len(breakpoints_s) - 1)
    slowest: Table = np.zeros(durations.shape[1:], dtype=np.int64)
    for number, seconds in enumerate(durations):
        inside = (first <= number) & (number <= last)
        np.maximum(slowest, seconds, out=slowest, where=inside)
    return slowest


def earliest_starts(arrivals_s: Table, windows: Sequence[Sequence[TimeWindow]]) -> Table:
    """First allowed start at or after each arrival; the arrival itself where none is left."""
    result = arrivals_s.copy()
    for node, allowed in enumerate(windows):
        for window in allowed:
            if arrivals_s[node] <= window.end_s:
                result[node] = max(arrivals_s[node], window.start_s)
                break
    return result


def arc_costs(vehicle: Vehicle, legs: Legs, busy_s: Table, entry_prices: Table) -> Table:
    """Milli-fen of doing what is to be done at one node and going on to the next.

    Waiting is not in it; the time dimension charges it.

    Args:
        vehicle: Whose prices apply.
        legs: Drives of its profile.
        busy_s: Seconds at each node, shape (n,).
        entry_prices: Milli-fen for going to each node, shape (n,).
    """
    per_drive_s = vehicle.cost_per_s + vehicle.cost_per_drive_s
    costs = legs.drive_s * per_drive_s + legs.distance_m * vehicle.cost_per_m
    costs += busy_s[:, None] * vehicle.cost_per_s + entry_prices[None, :]
    return costs
