import pytest

from benchmarks.static.jd_beijing import jd_case
from benchmarks.static.suites import MissingDataError, get_suite, instance_names
from solvers.formats.cvrplib.reading import form_of, read_instance
from solvers.formats.cvrplib.solutions import read_solution


@pytest.mark.parametrize(
    ("suite", "name", "best_known", "scale"),
    [
        ("solomon", "C101", 8273, 10),
        ("homberger-1000", "c1_10_1", 424448, 10),
        ("mtvrptwr", "C201R0.25", 15006, 1),
        ("sdvrptw", "PR01", 1655420, 1),
    ],
)
def test_best_known_costs_count_in_the_units_of_the_problem(
    shared_data, suite, name, best_known, scale
) -> None:
    case = get_suite(suite).load(shared_data, name)
    assert (case.best_known, case.scale) == (best_known, scale)


@pytest.mark.parametrize("suite", ["mtvrptwr", "sdvrptw"])
def test_published_solutions_are_valid_at_the_best_known_cost(shared_data, suite) -> None:
    given = get_suite(suite)
    for name in instance_names(given, shared_data, 3):
        text = (shared_data / suite / f"{name}.vrp").read_text()
        instance = read_instance(text, form_of(text))
        claimed = read_solution((shared_data / suite / f"{name}.sol").read_text(), instance)
        case = given.load(shared_data, name)
        judged = case.judge(claimed.solution)
        assert judged.valid
        assert judged.cost.total == case.best_known


def test_first_instances_cover_every_class(shared_data) -> None:
    names = instance_names(get_suite("homberger-200"), shared_data, 6)
    assert {name.split("_")[0] for name in names} == {"c1", "c2", "r1", "r2", "rc1", "rc2"}
    names = instance_names(get_suite("solomon"), shared_data, 6)
    assert names == ("C101", "C201", "R101", "R201", "RC101", "RC201")


def test_jd_beijing_keeps_pickups_and_leaves_stations_out(shared_data) -> None:
    problem = jd_case(shared_data, "jd200_1").problem
    assert len(problem.stops) == 200
    assert problem.travel[0].size == 201
    first = problem.stops[0]
    assert (first.windows[0].start_s, first.windows[0].end_s) == (210 * 60, 240 * 60)
    assert first.load == (8002,)
    vehicle = problem.vehicles[0]
    assert (vehicle.fixed_cost, vehicle.cost_per_m, vehicle.capacity) == (300_000, 14, (2_500_000,))
    assert problem.travel[0].duration_s(0, 1, 0) == 68 * 60
    assert problem.travel[0].distance_m(0, 1, 0) == 57_611


def test_missing_data_is_named_with_what_to_do(tmp_path) -> None:
    with pytest.raises(MissingDataError, match=r"no instances of suite 'solomon'.*--data"):
        instance_names(get_suite("solomon"), tmp_path, None)
