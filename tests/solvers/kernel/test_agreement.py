"""The kernel computes what the model says: drawn routes, with replay and checker as judges."""

from random import Random

import pytest

from solvers.checker import check
from solvers.engines.native.flatten import flatten, nodes_of
from solvers.findings import Rule
from solvers.model import Problem, Visit, VisitKind
from solvers.objective import route_cost
from solvers.replay import replay
from solvers.solution import Route, Solution
from tests.solvers.drawn_fully import draw_problem, draw_route


def _breaks_rules(problem: Problem, vehicle: int, visits: list[Visit]) -> set[Rule]:
    report = check(problem, Solution((Route(vehicle, tuple(visits)),)))
    return {finding.rule for finding in report.violations if finding.vehicle == vehicle}


@pytest.mark.parametrize("batch", range(4))
def test_times_costs_and_rules_are_those_of_replay_and_checker(batch: int) -> None:
    for seed in range(batch * 150, (batch + 1) * 150):
        rng = Random(seed)
        problem = draw_problem(rng)
        kernel = flatten(problem)
        for vehicle, owner in enumerate(problem.vehicles):
            visits = draw_route(rng, problem, vehicle)
            if not visits:
                continue
            schedule = replay(problem, vehicle, visits)
            nodes = nodes_of(problem, visits)
            valid, cost, leave_s, end_s, drive_s, distance_m, times = kernel.replay(vehicle, nodes)
            where = f"seed {seed}, vehicle {vehicle}, {visits}"
            assert cost == route_cost(problem, schedule).total, where
            assert (leave_s, end_s) == (schedule.depart_s, schedule.end_s), where
            assert (drive_s, distance_m) == (schedule.drive_s, schedule.distance_m), where
            for (start_s, stop_s), expected in zip(times, schedule.visits, strict=True):
                if expected.visit.kind is not VisitKind.BREAK:
                    assert (start_s, stop_s) == (expected.start_s, expected.end_s), where
            if len(visits) > len(owner.committed):
                broken = _breaks_rules(problem, vehicle, visits)
                prefix = _breaks_rules(problem, vehicle, list(owner.committed))
                if Rule.BREAK_MISSING not in prefix:
                    assert valid == (not broken), f"{where}: {broken}"


@pytest.mark.parametrize("batch", range(4))
def test_added_cost_of_an_insertion_is_the_difference_of_two_replays(batch: int) -> None:
    judged = 0
    for seed in range(batch * 150, (batch + 1) * 150):
        rng = Random(seed)
        problem = draw_problem(rng)
        kernel = flatten(problem)
        for vehicle, owner in enumerate(problem.vehicles):
            nodes = nodes_of(problem, draw_route(rng, problem, vehicle))
            valid, before, *_ = kernel.replay(vehicle, nodes)
            if not valid:
                continue
            # On such routes an insertion may also bring a hub visit or move the break.
            may_gain = owner.rest is not None or bool(owner.hubs)
            for stop in set(range(len(problem.stops))) - set(nodes):
                costs = kernel.insertion_costs(vehicle, nodes, stop)
                for place, found in enumerate(costs):
                    fits, after, *_ = kernel.replay(vehicle, [*nodes[:place], stop, *nodes[place:]])
                    where = f"seed {seed}, vehicle {vehicle}, {nodes}, stop {stop} at {place}"
                    if place < len(owner.committed):
                        assert found is None, where
                    elif fits:
                        judged += 1
                        assert found is not None, where
                        assert found == after - before or (may_gain and found < after - before)
                    elif not may_gain:
                        assert found is None, where
    assert judged > 100


def test_visits_out_of_range_are_refused() -> None:
    problem = draw_problem(Random(1))
    kernel = flatten(problem)
    with pytest.raises(ValueError, match="there is no visit 99"):
        kernel.replay(0, [99])
    with pytest.raises(ValueError, match="there is no vehicle 7"):
        kernel.replay(7, [])
