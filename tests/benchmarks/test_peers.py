"""Every peer reads the same problem as we do: its answers pass our checker at its own cost."""

from dataclasses import replace

import pytest

from benchmarks.static.contender import Budget, UnknownContenderError, get_contender
from benchmarks.static.pickup import pickup_problem
from benchmarks.static.suites import get_suite
from solvers.checker import check
from solvers.errors import UnsupportedProblemError
from solvers.model import Hub, Problem, Stop, TimeWindow, Vehicle
from tests.solvers.builders import line_travel

_BUDGET = Budget(seconds=0.3, seed=1, threads=1)


def _contender(name: str):
    if name in ("pyvrp", "vroom"):
        pytest.importorskip(name, reason="needs the extra 'peers'")
    return get_contender(name)


@pytest.fixture
def tiny() -> Problem:
    """The best plan is plain: the van at 20 takes the bulky stop, the bike the rest, 10 + 5."""
    stops = (
        Stop(id="a", location=1, service_s=(60, 60), windows=(TimeWindow(0, 500),),
             unserved_price=7200),
        Stop(id="b", location=2, service_s=(60, 60), windows=(TimeWindow(200, 500),),
             unserved_price=7200),
        Stop(id="c", location=3, service_s=(60, 60), windows=(TimeWindow(0, 500),),
             skills=frozenset({"bulky"}), unserved_price=7200),
    )  # fmt: skip
    vehicles = (
        Vehicle(id="bike", start=0, cost_per_drive_s=1),
        Vehicle(id="van", vehicle_class=1, start=4, cost_per_drive_s=1,
                skills=frozenset({"bulky"})),
    )  # fmt: skip
    return Problem(
        stops=stops,
        vehicles=vehicles,
        travel=(line_travel([0, 10, 15, 100, 120]),),
        vehicle_classes=("ebike", "van"),
    )


@pytest.mark.parametrize("name", ["native", "ortools", "pyvrp", "vroom", "ortools-peer"])
def test_every_configuration_finds_the_plain_optimum(tiny, name) -> None:
    contender = _contender(name)
    for configuration in contender.configurations(optional_stops=True, cores=2):
        answer = contender.answer(tiny, configuration, _BUDGET)
        judged = check(tiny, answer.solution)
        assert judged.valid, configuration
        assert (judged.cost.total, judged.unserved) == (35, ()), configuration


@pytest.mark.parametrize("name", ["pyvrp", "vroom", "ortools-peer"])
def test_answers_to_a_drawn_problem_are_valid_and_told_costs_are_the_replayed_ones(name) -> None:
    contender = _contender(name)
    problem = pickup_problem(30, 6, 1)
    for configuration in contender.configurations(optional_stops=True, cores=2):
        answer = contender.answer(problem, configuration, _BUDGET)
        judged = check(problem, answer.solution)
        assert judged.valid, configuration
        assert len(judged.unserved) <= 2, configuration
        if answer.trace:
            assert answer.trace[-1][1] == judged.cost.total, configuration


def test_pyvrp_with_all_stops_required_has_no_answer_where_one_cannot_be_served(tiny) -> None:
    contender = _contender("pyvrp")
    bikes_only = tiny.replace(vehicles=tiny.vehicles[:1])
    required, prizes = contender.configurations(optional_stops=True, cores=2)
    assert contender.answer(bikes_only, required, _BUDGET).solution is None
    judged = check(bikes_only, contender.answer(bikes_only, prizes, _BUDGET).solution)
    assert judged.valid
    assert judged.unserved == (2,)


def test_pyvrp_reloads_and_waits_for_releases() -> None:
    contender = _contender("pyvrp")
    stops = tuple(
        Stop(id=str(i), location=i, service_s=(5,), load=(1,), release_s=100 * i) for i in (1, 2)
    )
    vehicle = Vehicle(id="v", start=0, end=0, capacity=(1,), hubs=(0,), cost_per_m=1)
    problem = Problem(
        stops=stops,
        vehicles=(vehicle,),
        travel=(line_travel([0, 10, 20]),),
        hubs=(Hub(id="h", location=0),),
        dimensions=("pieces",),
    )
    (configuration, _) = contender.configurations(optional_stops=False, cores=2)
    judged = check(problem, contender.answer(problem, configuration, _BUDGET).solution)
    assert judged.valid
    assert judged.cost.total == 60
    for name in ("vroom", "ortools-peer"):
        with pytest.raises(UnsupportedProblemError, match="unloading at hubs"):
            _contender(name).answer(problem, "level 0", _BUDGET)


@pytest.mark.parametrize("name", ["pyvrp", "vroom", "ortools-peer"])
def test_fixed_costs_metres_and_capacity_are_read_alike(shared_data, name) -> None:
    contender = _contender(name)
    case = get_suite("jd-beijing").load(shared_data, "jd200_1")
    fewer = case.problem.replace(stops=case.problem.stops[:15], vehicles=case.problem.vehicles[:15])
    costs = []
    for configuration in contender.configurations(optional_stops=False, cores=2):
        judged = check(fewer, contender.answer(fewer, configuration, _BUDGET).solution)
        assert judged.valid
        assert judged.unserved == ()
        costs.append(judged.cost.total)
    ours = get_contender("native").answer(fewer, "all cores", _BUDGET)
    assert min(costs) <= 1.05 * check(fewer, ours.solution).cost.total


def test_limits_on_duration_are_kept(shared_data) -> None:
    case = get_suite("sdvrptw").load(shared_data, "PR01")
    for name in ("pyvrp", "ortools-peer"):
        contender = _contender(name)
        (configuration, _) = contender.configurations(optional_stops=False, cores=2)
        answer = contender.answer(case.problem, configuration, replace(_BUDGET, seconds=2.0))
        judged = case.judge(answer.solution)
        assert judged.valid, name
        assert judged.cost.total < 1.2 * case.best_known


def test_an_unknown_engine_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownContenderError, match=r"no engine named 'vrom'.*vroom"):
        get_contender("vrom")
