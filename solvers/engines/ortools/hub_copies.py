"""How many unloadings the routing model offers at each hub.

OR-Tools visits a node at most once, so a hub that several trips end at needs several nodes; each
one makes the search slower, so there are as many as the load asks for and some to spare.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from solvers.engines.ortools.departures import Departure
from solvers.model import Problem, padded


@dataclass(frozen=True, slots=True)
class HubCopies:
    """Nodes of one hub.

    Attributes:
        count: How many.
        wanted: How many of them the load cannot do without.
    """

    count: int
    wanted: int


_SPARE = 1.5
"""Nodes per trip the load asks for if every trip were full; trips end early for the clock."""


def hub_copies(
    problem: Problem, departures: Sequence[Departure], stops: Sequence[int]
) -> dict[int, HubCopies]:
    """Nodes per hub; hubs that nobody needs are left out.

    Args:
        problem: The whole problem.
        departures: The vehicles that take part.
        stops: Indices of the stops still open.
    """
    total = [sum(amounts) for amounts in zip(*(_load(problem, s) for s in stops), strict=True)]
    tight = [
        departure
        for departure in departures
        if problem.vehicles[departure.vehicle].hubs and _may_fill_up(problem, departure, total)
    ]
    if not tight:
        return {}
    shares = _shares(problem, tight, stops)
    trips = _trips(problem, tight, stops)
    unloadings = max(0.0, trips - len(tight))
    return {
        hub: HubCopies(
            count=min(len(stops), ceil(_SPARE * trips * shares[hub]) + 1),
            wanted=min(len(stops), ceil(unloadings * shares[hub])),
        )
        for hub in sorted(shares)
    }


def _shares(problem: Problem, tight: Sequence[Departure], stops: Sequence[int]) -> dict[int, float]:
    """Part of the unloadings to be expected at each hub: stops unload at the nearest one."""
    groups = Counter(
        (problem.vehicles[d.vehicle].hubs, problem.vehicles[d.vehicle].profile) for d in tight
    )
    shares: dict[int, float] = {}
    for (hubs, profile), vehicles in groups.items():
        travel = problem.travel[profile]
        for stop in stops:
            place = problem.stops[stop].location
            ways = [(travel.distance_m(place, problem.hubs[hub].location, 0), hub) for hub in hubs]
            nearest = min(ways)[1]
            shares[nearest] = shares.get(nearest, 0.0) + vehicles / len(tight) / len(stops)
    return shares


def _may_fill_up(problem: Problem, departure: Departure, total: Sequence[int]) -> bool:
    """Whether the vehicle could not carry everything at once."""
    capacity = _capacity(problem, departure)
    return any(
        carried + amount > most
        for carried, amount, most in zip(departure.load, total, capacity, strict=False)
    )


def _trips(problem: Problem, tight: Sequence[Departure], stops: Sequence[int]) -> float:
    """Full trips needed for the stops and what is on board, by the scarcest dimension."""
    needed = 0.0
    for dimension in range(len(problem.dimensions)):
        mean = sum(_capacity(problem, d)[dimension] for d in tight) / len(tight)
        load = sum(_load(problem, stop)[dimension] for stop in stops)
        load += sum(departure.load[dimension] for departure in tight)
        if mean > 0:
            needed = max(needed, load / mean)
    return needed


def _load(problem: Problem, stop: int) -> tuple[int, ...]:
    return problem.load_of(problem.stops[stop])


def _capacity(problem: Problem, departure: Departure) -> tuple[int, ...]:
    return padded(problem.vehicles[departure.vehicle].capacity, len(problem.dimensions))
