"""Problems of a handful of stops get the best plan there is, whatever features they hold."""

from random import Random

import pytest

from solvers.checker import check
from solvers.engines.native import NativeEngine
from solvers.engines.protocol import Limits
from solvers.model import Problem
from tests.solvers.brute_force import Outcome, least_cost
from tests.solvers.builders import problem, stop, vehicle
from tests.solvers.drawn import Features, seeded_case
from tests.solvers.drawn_fully import draw_problem


def _found(drawn: Problem, seed: int) -> Outcome:
    plan = NativeEngine().solve(drawn, limits=Limits(iterations=500), seed=seed).solution
    left_out = [drawn.stops[index] for index in plan.unserved(drawn)]
    return sum(s.unserved_price is None for s in left_out), check(drawn, plan).cost.total


@pytest.mark.parametrize("batch", range(3))
def test_with_all_features(batch: int) -> None:
    for seed in range(batch * 12, (batch + 1) * 12):
        drawn = draw_problem(Random(seed), stops=4, vehicles=2)
        assert _found(drawn, seed) == least_cost(drawn), f"seed {seed}"


@pytest.mark.parametrize("batch", range(3))
def test_with_up_to_seven_stops(batch: int) -> None:
    features = Features(hubs=False, breaks=False)
    for seed in range(batch * 40, (batch + 1) * 40):
        drawn = seeded_case(seed, features).problem
        assert _found(drawn, seed) == least_cost(drawn), f"seed {seed}"


def test_proof_ends_the_search_before_its_limits() -> None:
    line = problem(
        [0, 10, 20, 30], [stop(i, unserved_price=500) for i in (1, 2, 3)], [vehicle(end=0)]
    )
    result = NativeEngine().solve(line, limits=Limits(seconds=600))
    assert check(line, result.solution).cost.total == least_cost(line)[1]
    assert not result.interrupted
