"""Which stops are planned together: zones, put together where they are too small to be alone.

Stops that only a few vehicles are skilled for (furniture needs a van) form groups of their own,
each over as many zones as it takes: sharing a handful of vans out to every zone would leave some
zones without and others with half a van's work.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from solvers.decomposition.nearness import drives_between
from solvers.model import Problem, VisitKind

FEWEST_STOPS = 50
"""A zone with fewer stops is put together with a neighbour."""

_RARE_SHARE = 0.5
"""Skills that fewer than this share of the vehicles have are rare."""


@dataclass(frozen=True, slots=True)
class Group:
    """Stops to be planned together, and the vehicles that may be shared out to them."""

    stops: tuple[int, ...]
    candidates: tuple[int, ...]


def groups_of(problem: Problem) -> list[Group]:
    """Every stop that is not committed in exactly one group; the order is always the same.

    Groups have either the same candidates or none in common.
    """
    kinds = _kinds(problem)
    rare = [vehicle for vehicles in kinds for vehicle in vehicles]
    common = tuple(v for v in range(len(problem.vehicles)) if v not in set(rare))
    by_kind: dict[tuple[int, ...], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    committed = _committed(problem)
    for index, stop in enumerate(problem.stops):
        if index in committed:
            continue
        able = _skilled(problem, stop.skills)
        kind = next((vehicles for vehicles in kinds if set(able) & set(vehicles)), common)
        if set(able) & set(common):
            kind = common
        by_kind[kind][-1 if stop.zone is None else stop.zone].append(index)
    return [
        Group(tuple(stops), kind)
        for kind, zones in sorted(by_kind.items())
        for stops in _merged(problem, kind, [zones[zone] for zone in sorted(zones)])
    ]


def _committed(problem: Problem) -> set[int]:
    return {
        visit.index
        for vehicle in problem.vehicles
        for visit in vehicle.committed
        if visit.kind is VisitKind.STOP
    }


def _skilled(problem: Problem, skills: frozenset[str]) -> tuple[int, ...]:
    return tuple(
        index for index, vehicle in enumerate(problem.vehicles) if skills <= vehicle.skills
    )


def _kinds(problem: Problem) -> list[tuple[int, ...]]:
    """Disjoint sets of vehicles, each holding all the vehicles for some rare skills."""
    sets: list[set[int]] = []
    for skills in sorted({stop.skills for stop in problem.stops if stop.skills}, key=sorted):
        able = set(_skilled(problem, skills))
        if not able or len(able) >= _RARE_SHARE * len(problem.vehicles):
            continue
        touching = [known for known in sets if known & able]
        sets = [known for known in sets if not known & able]
        sets.append(able.union(*touching))
    return sorted(tuple(sorted(vehicles)) for vehicles in sets)


def _merged(problem: Problem, kind: Sequence[int], zones: Sequence[list[int]]) -> list[list[int]]:
    """Zones put together, the smallest with its nearest, until all have work for vehicles.

    There are never more groups than vehicles.
    """
    groups = [list(zone) for zone in zones]
    profile = problem.vehicles[kind[0]].profile if kind else 0
    while len(groups) > 1:
        smallest = min(range(len(groups)), key=lambda number: (len(groups[number]), number))
        enough = len(groups[smallest]) >= FEWEST_STOPS and len(groups) <= max(1, len(kind) // 2)
        if enough:
            break
        places = [[problem.stops[stop].location for stop in group] for group in groups]
        drives = drives_between(problem.travel[profile], places)
        near = min(
            (number for number in range(len(groups)) if number != smallest),
            key=lambda number: (drives[smallest, number], number),
        )
        groups[near] = sorted(groups[near] + groups[smallest])
        del groups[smallest]
    return groups
