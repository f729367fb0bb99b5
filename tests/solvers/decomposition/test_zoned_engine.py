"""Days too large to be solved whole."""

import multiprocessing
import time
from dataclasses import replace

import pytest

from solvers.checker import check
from solvers.decomposition import ZonedEngine
from solvers.decomposition.engine import SMALL
from solvers.decomposition.workers import Task, WorkerFailedError, WorkerLostError, Workers
from solvers.engines.insertion import insert_unserved
from solvers.engines.protocol import EngineResult, Limits
from solvers.errors import UnknownEngineError, UnsupportedProblemError
from solvers.model import Prices
from solvers.objective import cost_of
from solvers.solution import Solution
from tests.solvers.builders import problem, solution, stop, vehicle, visits, window


def test_a_large_day_gets_a_valid_plan_and_progress_by_part(make_day):
    made = make_day(SMALL + 40, 10, zones=4, side_m=9000)
    reports = []
    result = ZonedEngine("ortools", workers=2).solve(
        made, limits=Limits(seconds=4), progress=reports.append
    )
    report = check(made, result.solution)
    assert report.violations == ()
    assert len(report.unserved) < 0.5 * len(made.stops)
    assert reports[-1].cost == report.cost.total
    assert reports[0].unserved == len(made.stops)
    assert reports[-1].parts_done == reports[-1].parts >= 3
    assert {progress.phase for progress in reports} == {"zones", "borders"}


def test_the_stop_signal_reaches_the_workers(make_day):
    made = make_day(SMALL + 20, 0, zones=4, side_m=9000)
    reports = []
    began = time.monotonic()
    result = ZonedEngine("ortools", workers=2).solve(
        made,
        limits=Limits(seconds=300),
        progress=reports.append,
        stop=lambda: bool(reports) and reports[-1].unserved < len(made.stops),
    )
    assert result.interrupted
    assert time.monotonic() - began < 60
    assert check(made, result.solution).violations == ()
    assert result.solution.served()


def test_a_killed_worker_is_replaced(make_day):
    made = make_day(SMALL + 20, 0, zones=3, side_m=9000)
    killed = []

    def kill_one(progress):
        if not killed and progress.iterations > 0:
            victim = multiprocessing.active_children()[0]
            victim.kill()
            killed.append(victim)

    result = ZonedEngine("ortools", workers=2).solve(
        made, limits=Limits(seconds=4), progress=kill_one
    )
    assert killed
    assert check(made, result.solution).violations == ()
    assert not multiprocessing.active_children()


def kill_all():
    for victim in multiprocessing.active_children():
        victim.kill()


def listen(workers, before=lambda: None):
    while workers.busy:
        before()
        workers.reports(0.5)


def long_task(xs):
    stops = [stop(at, unserved_price=10**6) for at in range(1, len(xs))]
    return Task(1, problem(xs, stops, [vehicle()]), Limits(seconds=60), 0, None)


def test_a_task_that_loses_two_workers_is_named():
    with Workers("ortools", 1) as workers:
        workers.start(long_task(range(0, 300, 10)))
        with pytest.raises(WorkerLostError, match="part 1 ended twice"):
            listen(workers, before=kill_all)


def test_an_error_inside_a_worker_is_passed_on():
    refused = problem([0, 10], [stop(1, release_s=5)], [vehicle()])
    with Workers("ortools", 1) as workers:
        workers.start(Task(3, refused, Limits(seconds=1), 0, None))
        with pytest.raises(WorkerFailedError, match=r"part 3.*release times"):
            listen(workers)


def test_a_worker_takes_one_task_after_the_other():
    made = problem([0, 10], [stop(1)], [vehicle()])
    answers = []
    with Workers("ortools", 1) as workers:
        for number in range(2):
            workers.start(Task(number, made, Limits(iterations=0), 0, solution([0])))
            while workers.busy:
                answers += [
                    report
                    for report in workers.reports(0.5)
                    if isinstance(report.message, EngineResult)
                ]
    assert [(report.task, report.message.solution) for report in answers] == [
        (0, solution([0])),
        (1, solution([0])),
    ]


def test_a_small_problem_goes_to_the_inner_engine_whole():
    made = problem([0, 10, 20], [stop(1, zone=1), stop(2, zone=2)], [vehicle()])
    result = ZonedEngine("ortools").solve(made, limits=Limits(seconds=0.2))
    assert result.solution == solution([0, 1])


def test_it_refuses_what_the_inner_engine_refuses():
    made = problem([0, 10], [stop(1, release_s=5)], [vehicle()])
    with pytest.raises(UnsupportedProblemError, match=r"ortools by zones.*release times"):
        ZonedEngine("ortools").solve(made, limits=Limits(seconds=1))
    with pytest.raises(UnknownEngineError):
        ZonedEngine("ortols")


def test_a_stop_left_out_is_inserted_where_it_costs_least():
    made = problem(
        [0, 100, 200, 150],
        [stop(1), stop(2), stop(3, unserved_price=1000)],
        [vehicle(id="A"), vehicle(id="B", start=2)],
    )
    plan = insert_unserved(made, solution([0, 1]), must_end=lambda: False)
    assert plan == solution([0, 2, 1])


@pytest.mark.parametrize(
    "change",
    [
        {"windows": (window(0, 50),)},
        {"unserved_price": 5},
        {"skills": frozenset({"lift"})},
        {"load": (9,)},
    ],
)
def test_a_stop_that_fits_nowhere_or_is_not_worth_it_stays_out(change):
    fits = {"unserved_price": 1000, "load": (1,)}
    made = problem(
        [0, 100, 200],
        [stop(1), stop(2, **(fits | change))],
        [vehicle(capacity=(5,))],
        dimensions=("pieces",),
    )
    assert insert_unserved(made, solution([0]), must_end=lambda: False) == solution([0])


def test_nothing_is_inserted_before_committed_visits():
    made = problem(
        [0, 100, 50], [stop(1), stop(2, unserved_price=1000)], [vehicle(committed=visits(0))]
    )
    assert insert_unserved(made, solution([0]), must_end=lambda: False) == solution([0, 1])


def test_a_warm_start_is_not_made_worse_by_the_split(make_day):
    made = make_day(SMALL + 10, 0, zones=3, side_m=9000)
    given = insert_unserved(made, Solution(), must_end=lambda: False)
    result = ZonedEngine("ortools", workers=2).solve(
        made, limits=Limits(iterations=0), warm_start=given
    )
    assert check(made, result.solution).violations == ()
    assert cost_of(made, result.solution).total <= cost_of(made, given).total


def test_home_zone_prices_survive_the_split(make_day):
    made = make_day(SMALL + 10, 0, zones=3, side_m=9000)
    homes = tuple(replace(v, home_zones=frozenset({i % 3})) for i, v in enumerate(made.vehicles))
    made = made.replace(vehicles=homes, prices=Prices(outside_home_zone=100))
    reports = []
    result = ZonedEngine("ortools", workers=2).solve(
        made, limits=Limits(seconds=2), progress=reports.append
    )
    assert reports[-1].cost == cost_of(made, result.solution).total
    assert isinstance(result.solution, Solution)


def test_a_run_asked_to_stop_inserts_nothing_more():
    made = problem([0, 10], [stop(1)], [vehicle()])
    assert insert_unserved(made, Solution(), must_end=lambda: True) == Solution()
