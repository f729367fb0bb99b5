"""The kernel's search for the nearest insertion, and what stands in where it cannot be had."""

import sys
from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np
import pytest

from solvers.engines.native.flatten import flatten
from solvers.explain import explain
from solvers.explain.nearness import Tried
from solvers.explain.search import Insertions, compiled_of
from solvers.insertions import Visits
from solvers.kernel import NearestInsertion
from solvers.model import Hub, Problem, Vehicle, Visit
from solvers.travel import UNREACHABLE, MatrixTravel
from tests.solvers.builders import problem, rest, solution, stop, vehicle, visits, window
from tests.solvers.drawn import Case, seeded_case


def with_closing_arcs(case: Case, seed: int) -> Case:
    """The case with some arcs closed at some times of day."""
    rng = Random(seed)
    sources = []
    for source in case.problem.travel:
        durations, distances = source.matrices(range(source.size))
        layers = np.repeat(durations[:1], 3, axis=0)
        for _ in range(rng.randint(1, 6)):
            origin, destination = rng.randrange(source.size), rng.randrange(source.size)
            layers[rng.randrange(3), origin, destination] = UNREACHABLE
        sources.append(MatrixTravel(layers, distances[:1], (0, 700, 1500)))
    return Case(case.problem.replace(travel=tuple(sources)), case.solution)


def nearest(made: Problem, routes: Sequence[Visits], left_out: int) -> Tried:
    """What the search answers; all insertions replayed one by one agree."""
    compiled = compiled_of(made)
    assert compiled is not None
    search = Insertions(made, routes, compiled)
    found = search.nearest(left_out)
    assert found == Insertions(made, routes, None).nearest(left_out)
    return found


@pytest.mark.parametrize("seed", range(600, 660))
def test_arcs_that_close_by_the_hour_are_judged_as_the_replay_does(seed: int):
    case = with_closing_arcs(seeded_case(seed), seed)
    routes = [vehicle.committed for vehicle in case.problem.vehicles]
    bound = {visit for route in routes for visit in route}
    for left_out in set(range(len(case.problem.stops))) - {visit.index for visit in bound}:
        nearest(case.problem, routes, left_out)


def by_hour(*layers: Sequence[Sequence[int]]) -> MatrixTravel:
    """Seconds at t0, an hour later and so on; a way of any length takes a metre."""
    durations = np.asarray(layers)
    return MatrixTravel(durations, np.ones_like(durations[0]), range(0, 3600 * len(layers), 3600))


def test_a_stop_that_makes_the_way_shorter_is_not_passed_over():
    apart = [[0, 10, 500, 900], [10, 0, 10, 10], [500, 480, 0, 0], [900, 10, 0, 0]]
    travel = MatrixTravel(apart, apart)
    stops = [stop(1, id="left out"), stop(0, id="A"), stop(2), stop(0, id="B"), stop(3)]
    fleet = [vehicle(id="V0"), vehicle(id="V1")]
    made = problem([0] * 4, stops, fleet, travel=(travel,))
    found = nearest(made, [visits(1, 2), visits(3, 4)], 0)
    assert (found.vehicle, found.visits, found.cost) == (1, visits(3, 0, 4), 10 + 10 - 900)


def test_a_first_drive_counts_as_at_the_late_hour_of_leaving():
    slow, fast = [[0, 900], [900, 0]], [[0, 10], [10, 0]]
    travel = (by_hour(fast, fast), by_hour(slow, fast))
    fleet = [
        vehicle(id="V0", cost_per_m=50, cost_per_drive_s=1),
        vehicle(id="V1", profile=1, cost_per_m=0, cost_per_drive_s=1),
    ]
    made = problem([0, 0], [stop(1, windows=(window(5000, 6000),))], fleet, travel=travel)
    found = nearest(made, [(), ()], 0)
    assert (found.vehicle, found.cost) == (1, 10)


@pytest.mark.parametrize("early", [900, UNREACHABLE])
def test_a_release_may_bring_a_drive_to_a_better_hour(early: int):
    steady = [[0, 10], [10, 0]]
    travel = (by_hour(steady, steady), by_hour([[0, early], [10, 0]], steady))
    fleet = [
        vehicle(id="V0", cost_per_m=50, cost_per_drive_s=1),
        vehicle(id="V1", profile=1, cost_per_m=0, cost_per_drive_s=1),
    ]
    made = problem([0, 0], [stop(1, release_s=4000), stop(0)], fleet, travel=travel)
    found = nearest(made, [(), visits(1)], 0)
    assert (found.vehicle, found.cost) == (1, 10)


def closed_at_noon(**given: Any) -> Vehicle:
    """Leaves at the second hour, when the first arc is closed, if it rests first."""
    return vehicle(end=0, rest=rest(0, 7200, 60), **given)


def noon() -> tuple[MatrixTravel]:
    arcs, closed = [[0, 10, 10], [10, 0, 10], [10, 10, 0]], [[0, UNREACHABLE, 10]] * 3
    return (by_hour(arcs, arcs, closed, arcs),)


def test_a_first_arc_that_is_closed_when_the_vehicle_leaves_counts_as_closed():
    left_out = stop(1, windows=(window(36_000, 37_000),))
    made = problem([0] * 3, [left_out], [closed_at_noon()], travel=noon())
    assert nearest(made, [()], 0).visits != visits("B", 0)


def test_a_committed_visit_with_a_closed_arc_is_not_held_against_a_further_stop():
    stops = [stop(2, id="left out"), stop(1, windows=(window(36_000, 37_000),))]
    fleet = [closed_at_noon(id="V0", committed=visits("B", 1)), vehicle(id="V1", cost_per_m=9)]
    made = problem([0] * 3, stops, fleet, travel=noon())
    found = nearest(made, [visits("B", 1), ()], 0)
    assert (found.vehicle, found.valid) == (0, True)


def rich(*, last_s: int) -> Problem:
    """Two full vehicles with a break and two hubs, and stops that wait until ``last_s``."""
    stops = [stop(place, load=(6,), windows=(window(0, last_s),)) for place in (1, 2, 3)]
    hubs = [Hub(id=f"H{place}", location=place, fixed_s=30) for place in (0, 4)]
    fleet = [
        vehicle(id=f"V{i}", capacity=(6,), hubs=(0, 1), rest=rest(50, 200, 60), shift_end_s=400)
        for i in range(2)
    ]
    return problem([0, 100, 150, 200, 250], stops, fleet, hubs, dimensions=("pieces",))


def test_numbers_beyond_those_of_the_kernel_are_explained_all_the_same():
    common, far = rich(last_s=10_000), rich(last_s=2**36)
    assert compiled_of(common) is not None
    assert compiled_of(far) is None
    assert explain(far, solution([0])) == explain(common, solution([0]))


def test_without_the_kernel_the_reasons_are_the_same(monkeypatch: pytest.MonkeyPatch):
    made = rich(last_s=300)
    expected = explain(made, solution([0], [1]))
    monkeypatch.setitem(sys.modules, "solvers.explain.compiled", None)
    assert compiled_of(made) is None
    assert explain(made, solution([0], [1])) == expected


def test_a_search_needs_routes_headed_by_their_committed_visits():
    made = problem([0, 100, 50], [stop(1), stop(2)], [vehicle(committed=(Visit.stop(0),))])
    copy = flatten(made)
    with pytest.raises(ValueError, match="vehicle 0: its route must begin with its committed"):
        NearestInsertion(copy, [[]])
    with pytest.raises(ValueError, match="one for each vehicle"):
        NearestInsertion(copy, [])
    with pytest.raises(ValueError, match="there is no visit 9"):
        NearestInsertion(copy, [[0, 9]])
    search = NearestInsertion(copy, [[0]])
    with pytest.raises(ValueError, match="there is no such stop"):
        search.find(2, [0])
    with pytest.raises(ValueError, match="unfit: one for each vehicle"):
        search.find(1, [])
    assert search.find(1, [0]) == (0, [0, 1])
