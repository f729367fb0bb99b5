"""The native engine: valid plans, limits, seeds, warm starts, progress and stopping."""

from random import Random
from threading import Event

import pytest

from solvers.checker import check
from solvers.engines.native import NativeEngine
from solvers.engines.protocol import Limits, Progress
from solvers.engines.registry import get_engine
from solvers.findings import Rule
from solvers.model import Hub, Problem, Visit
from solvers.solution import Route, Solution
from tests.solvers.builders import problem, rest, solution, stop, vehicle, visits, window
from tests.solvers.drawn_fully import draw_problem, draw_route

# A committed prefix may leave no lawful place for the break it owes, whatever follows.
_BREAK_RULES = {Rule.BREAK_MISSING, Rule.BREAK_PLACE}


def _violated(problem: Problem, plan: Solution) -> set[Rule]:
    violations = {finding.rule for finding in check(problem, plan).violations}
    prefixes = Solution(
        tuple(
            Route(index, owner.committed)
            for index, owner in enumerate(problem.vehicles)
            if owner.committed
        )
    )
    before = {finding.rule for finding in check(problem, prefixes).violations}
    return violations - (before & _BREAK_RULES) - {Rule.REQUIRED_UNSERVED}


def _line(count: int, **given: object) -> Problem:
    stops = [stop(location, unserved_price=500) for location in range(1, count + 1)]
    return problem([10 * x for x in range(count + 1)], stops, [vehicle(**given)])


def test_it_is_registered_by_name() -> None:
    assert get_engine("native").name == "native"


@pytest.mark.parametrize("batch", range(4))
def test_drawn_problems_get_valid_plans_at_the_cost_reported(batch: int) -> None:
    for seed in range(batch * 60, (batch + 1) * 60):
        drawn = draw_problem(Random(seed))
        told: list[Progress] = []
        result = NativeEngine().solve(
            drawn, limits=Limits(iterations=60), seed=seed, progress=told.append
        )
        assert not _violated(drawn, result.solution), f"seed {seed}"
        assert told[-1].unserved == len(result.solution.unserved(drawn)), f"seed {seed}"
        if told[-1].cost is not None and told[-1].cost < 2**43:  # no required stop left out
            assert told[-1].cost == check(drawn, result.solution).cost.total, f"seed {seed}"


@pytest.mark.parametrize("batch", range(2))
def test_any_warm_start_is_taken_and_mended(batch: int) -> None:
    for seed in range(batch * 60, (batch + 1) * 60):
        rng = Random(seed)
        drawn = draw_problem(rng)
        # Drawn routes overlap, break rules, and name hubs and stops that do not exist.
        routes = [Route(index, tuple(draw_route(rng, drawn, index))) for index in (0, 0)]
        routes += [Route(99, visits(0)), Route(0, (Visit.stop(500), Visit.hub(500)))]
        result = NativeEngine().solve(
            drawn, limits=Limits(iterations=30), warm_start=Solution(tuple(routes))
        )
        assert not _violated(drawn, result.solution), f"seed {seed}"


def test_a_valid_warm_start_is_never_made_worse() -> None:
    for seed in range(60):
        drawn = draw_problem(Random(seed))
        found = NativeEngine().solve(drawn, limits=Limits(iterations=200), seed=seed).solution
        again = NativeEngine().solve(drawn, limits=Limits(iterations=0), warm_start=found).solution
        assert check(drawn, again).cost.total <= check(drawn, found).cost.total, f"seed {seed}"
        assert len(again.unserved(drawn)) <= len(found.unserved(drawn)), f"seed {seed}"


def test_the_same_seed_and_iterations_give_the_same_plan() -> None:
    drawn = draw_problem(Random(5), stops=30, vehicles=4)
    plans = [
        NativeEngine(threads=2).solve(drawn, limits=Limits(iterations=400), seed=3).solution
        for _ in range(2)
    ]
    assert plans[0] == plans[1]


def test_iterations_are_counted_and_kept_to() -> None:
    result = NativeEngine().solve(_line(20), limits=Limits(iterations=123))
    assert result.iterations == 123
    assert not result.interrupted


def test_a_limit_of_nothing_still_gives_a_plan() -> None:
    for limits in (Limits(seconds=0), Limits(iterations=0)):
        line = _line(20)
        result = NativeEngine().solve(line, limits=limits)
        assert not result.solution.unserved(line)


def test_the_stop_signal_ends_the_search_with_a_plan() -> None:
    asked = 0

    def stop_at_third() -> bool:
        nonlocal asked
        asked += 1
        return asked >= 3

    line = _line(20)
    result = NativeEngine().solve(line, limits=Limits(seconds=600), stop=stop_at_third)
    assert result.interrupted
    assert asked == 3
    assert not result.solution.unserved(line)


def test_the_stop_signal_is_heeded_while_the_problem_is_handed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = _line(20, committed=visits(3, 2))
    may_end = Event()

    def slowly(_: Problem) -> None:
        may_end.wait()

    monkeypatch.setattr("solvers.engines.native.engine.flatten", slowly)
    try:
        for warm, expected in (
            (solution([3, 2, 5]), solution([3, 2, 5])),
            (None, solution([3, 2])),
        ):
            result = NativeEngine().solve(
                line, limits=Limits(seconds=600), warm_start=warm, stop=lambda: True
            )
            assert result.interrupted
            assert result.solution == expected
    finally:
        may_end.set()


def test_several_threads_join_their_shares() -> None:
    rng = Random(8)
    xs = [rng.randint(0, 20000) for _ in range(400)]
    stops = [
        stop(i, unserved_price=10**6, windows=(window(0, rng.randint(9000, 40000)),))
        for i in range(20, 400)
    ]
    fleet = [vehicle(id=f"V{i}", start=i) for i in range(20)]
    large = problem(xs, stops, fleet)
    told: list[Progress] = []
    result = NativeEngine(threads=2).solve(large, limits=Limits(seconds=0.6), progress=told.append)
    report = check(large, result.solution)
    assert report.valid
    assert not report.unserved
    assert told[-1].cost == report.cost.total


def test_a_hub_visit_comes_in_when_the_load_needs_it_and_goes_when_not() -> None:
    stops = [stop(i, load=(6,)) for i in (1, 2, 3)]
    hubs = [Hub(id="H", location=0, fixed_s=5)]
    for capacity, unloadings in ((10, 2), (12, 1), (18, 0)):
        loaded = problem(
            [0, 10, 20, 30],
            stops,
            [vehicle(capacity=(capacity,), hubs=(0,), end=0)],
            hubs,
            dimensions=("weight_g",),
        )
        warm = solution([0, "H0", 1, "H0", 2])
        plan = NativeEngine().solve(loaded, limits=Limits(iterations=300), warm_start=warm).solution
        assert check(loaded, plan).valid
        assert sum(v.kind == "hub" for v in plan.routes[0].visits) == unloadings


def test_the_break_falls_into_the_wait() -> None:
    day = problem(
        [0, 100, 200],
        [stop(1, windows=(window(100, 100),)), stop(2, windows=(window(600, 700),))],
        [vehicle(rest=rest(150, 400, 200), cost_per_s=1)],
    )
    plan = NativeEngine().solve(day, limits=Limits(iterations=100)).solution
    assert plan == solution([0, "B", 1])
    assert check(day, plan).schedules[0].end_s == 610


def test_no_stops_and_no_vehicles_give_an_empty_plan() -> None:
    engine = NativeEngine()
    limits = Limits(iterations=10)
    assert engine.solve(problem([0], [], [vehicle()]), limits=limits).solution == Solution()
    alone = problem([0, 10], [stop(1, unserved_price=5)], [])
    assert engine.solve(alone, limits=limits).solution == Solution()


def test_threads_must_be_positive() -> None:
    with pytest.raises(ValueError, match="threads must be at least 1, not 0"):
        NativeEngine(threads=0)
