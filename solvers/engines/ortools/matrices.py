"""Seconds, metres and costs between the nodes of a network, on the safe side.

Travel that depends on the departure time is taken at its slowest; as nobody overtakes by waiting
(slopes of at least -1), a plan that keeps its windows so keeps them with the real times too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solvers.model import Problem, TimeWindow, Vehicle
from solvers.travel import UNREACHABLE

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


def legs_between(problem: Problem, profile: int, places: Sequence[int | None]) -> Legs:
    """Drives between nodes at ``places``; nothing is driven from or to ``None``."""
    located = [node for node, place in enumerate(places) if place is not None]
    durations, distances = problem.travel[profile].matrices(
        [place for place in places if place is not None]
    )
    slowest = durations.max(axis=0).astype(np.int64)
    longest = distances.max(axis=0).astype(np.int64)
    closed = (slowest == UNREACHABLE) | (longest == UNREACHABLE)
    size = len(places)
    chosen = np.ix_(located, located)
    drive_s, distance_m = np.zeros((2, size, size), dtype=np.int64)
    forbidden = np.zeros((size, size), dtype=np.bool_)
    drive_s[chosen] = np.where(closed, 0, slowest)
    distance_m[chosen] = np.where(closed, 0, longest)
    forbidden[chosen] = closed
    return Legs(drive_s, distance_m, forbidden)


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
