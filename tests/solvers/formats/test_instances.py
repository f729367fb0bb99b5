"""Solomon and VRPLIB instances: what they say arrives in the problem, and nothing is skipped."""

from pathlib import Path

import pytest

from solvers.checker import check
from solvers.formats.cvrplib.departures import with_late_departures
from solvers.formats.cvrplib.instance import Instance
from solvers.formats.cvrplib.reading import InstanceForm, form_of, read_instance
from solvers.formats.cvrplib.rounding import Rounding
from solvers.formats.cvrplib.solutions import read_solution
from solvers.formats.errors import FormatError
from solvers.model import TimeWindow


def read(text: str, rounding: Rounding | None = None) -> Instance:
    return read_instance(text, form_of(text), rounding)


def section(name: str, *rows: object) -> str:
    return f"{name}_SECTION\n" + "".join(f"{n}\t{row}\n" for n, row in enumerate(rows, start=1))


def test_form_is_told_from_content(solomon: str, vrplib: str) -> None:
    assert form_of(solomon) is InstanceForm.SOLOMON
    assert form_of(vrplib) is InstanceForm.VRPLIB


@pytest.mark.parametrize(
    ("rounding", "diagonal", "window_end", "service"),
    [(Rounding.DIMACS, 14, 500, 100), (Rounding.EXACT, 1414, 50_000, 10_000)],
)
def test_solomon_numbers_are_scaled_by_rounding(
    solomon: str, rounding: Rounding, diagonal: int, window_end: int, service: int
) -> None:
    problem = read(solomon, rounding).problem
    assert problem.travel[0].distance_m(0, 1, 0) == diagonal
    assert problem.travel[0].duration_s(0, 1, 0) == diagonal
    assert problem.stops[0].windows == (TimeWindow(0, window_end),)
    assert problem.stops[0].service_s == (service,)
    assert problem.stops[0].load == (4,)
    assert [vehicle.capacity for vehicle in problem.vehicles] == [(10,), (10,)]
    assert problem.vehicles[0].shift_end_s == 2 * window_end


def test_solomon_is_read_under_dimacs_rounding_unless_told(solomon: str) -> None:
    assert read(solomon).rounding is Rounding.DIMACS


def test_none_rounds_euclidean_distances_as_tsplib_does(solomon: str) -> None:
    travel = read(solomon, Rounding.NONE).problem.travel[0]
    assert (travel.distance_m(0, 1, 0), travel.distance_m(0, 2, 0)) == (1, 3)


def test_none_refuses_times_that_are_no_integers(vrplib: str) -> None:
    text = vrplib.replace("DEPOT_SECTION", section("SERVICE_TIME", 0, 1.5, 2, 2) + "DEPOT_SECTION")
    with pytest.raises(FormatError, match=r"SERVICE_TIME: 1.5 at entry 2 is no integer"):
        read(text, Rounding.NONE)


def test_a_cost_is_published_in_units_of_the_instance(solomon: str) -> None:
    instance = read(solomon)
    assert instance.cost_text(12345) == "1234.5"
    assert instance.cost_text(12340) == "1234"


def test_explicit_matrix_is_taken_as_it_is(vrplib: str) -> None:
    text = vrplib.replace("EUC_2D", "EXPLICIT\nEDGE_WEIGHT_FORMAT: FULL_MATRIX")
    start, end = text.index("NODE_COORD"), text.index("DEMAND")
    weights = "EDGE_WEIGHT_SECTION\n0 1 2 3\n4 0 5 6\n7 8 0 9\n10 11 12 0\n"
    travel = read(text[:start] + weights + text[end:]).problem.travel[0]
    assert travel.distance_m(0, 3, 0) == 3
    assert travel.distance_m(3, 0, 0) == 10


def test_vehicles_may_differ_in_depot_capacity_limits_and_clients(vrplib: str) -> None:
    text = vrplib.replace("CAPACITY: 10\n", "").replace("2 4\n3 4\n4 4\nD", "2 4\n3 4\n4 0\nD")
    text = text.replace(
        "DEPOT_SECTION\n1\n",
        section("CAPACITY", 10, 20)
        + section("VEHICLES_DEPOT", 1, 4)
        + section("VEHICLES_MAX_DISTANCE", 30, 40)
        + section("VEHICLES_MAX_DURATION", 300, 400)
        + section("VEHICLES_FIXED_COST", 7, 8)
        + section("VEHICLES_ALLOWED_CLIENTS", "2", "2 3")
        + "DEPOT_SECTION\n1\n4\n",
    )
    instance = read(text)
    first, second = instance.problem.vehicles
    assert (first.start, first.end, second.start, second.end) == (0, 0, 3, 3)
    assert (first.capacity, second.capacity) == ((10,), (20,))
    assert (first.max_distance_m, second.max_duration_s, second.fixed_cost) == (30, 400, 8)
    assert [stop.id for stop in instance.problem.stops] == ["1", "2"]
    assert instance.problem.stops[0].allowed_vehicles == {0, 1}
    assert instance.problem.stops[1].allowed_vehicles == {1}
    assert instance.vehicles_differ


def test_release_reloading_and_prizes(vrplib: str) -> None:
    text = vrplib.replace(
        "DEPOT_SECTION",
        section("RELEASE_TIME", 0, 5, 0, 7)
        + section("VEHICLES_RELOAD_DEPOT", 1, 1)
        + section("PRIZE", 0, 0, 50, 0)
        + "DEPOT_SECTION",
    )
    problem = read(text).problem
    assert [stop.release_s for stop in problem.stops] == [5, 0, 7]
    assert [stop.unserved_price for stop in problem.stops] == [None, 50, None]
    assert problem.vehicles[0].hubs == (0,)
    assert problem.hubs[0].location == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("CAPACITY: 10", "CAPACITY: 10\nDISTANCE: 20", "DISTANCE: is not understood"),
        (
            "DEPOT_SECTION\n",
            "BACKHAUL_SECTION\n1 0\nDEPOT_SECTION\n",
            "BACKHAUL: is not understood",
        ),
        ("3 4\n4 4\n", "4 4\n3 4\n", "DEMAND_SECTION: row 3 begins with 4"),
        ("3 4\n4 4\n", "3 4\n", r"DEMAND_SECTION: has 3 rows for 4 nodes"),
        ("3 4\n4 4\n", "3 4\n4 4.5\n", r"DEMAND_SECTION: 4.5 at entry 4 is no integer"),
        ("1 0\n2 4", "1 2\n2 4", "DEMAND_SECTION: gives 2 for depot 1"),
        ("EUC_2D", "GEO", "EDGE_WEIGHT_TYPE: 'GEO' is not supported"),
        ("1\n-1", "9\n-1", "DEPOT_SECTION: names node 9, but there are 4"),
        ("DIMENSION: 4\n", "", "DIMENSION: is missing"),
        ("CAPACITY: 10\n", "", "CAPACITY: is missing although there are demands"),
        ("VEHICLES: 2", "VEHICLES: two", "VEHICLES: is 'two'"),
        ("2 3 0", "2 3", "NODE_COORD_SECTION"),
        ("2 3 0", "2 nan 0", "NODE_COORD_SECTION: nan at entry 2, 1"),
    ],
)
def test_broken_vrplib_files_are_refused_by_element(
    vrplib: str, old: str, new: str, message: str
) -> None:
    assert old in vrplib
    with pytest.raises(FormatError, match=message):
        read(vrplib.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("60         10\n", "60\n", "CUSTOMER|Solomon"),
        ("    2          2 ", "    5          2 ", "row 2 has the number 5"),
        ("    1          1 ", "    1          1.5", r"row 1 is .*1\.5"),
    ],
)
def test_broken_solomon_files_are_refused_by_row(
    solomon: str, old: str, new: str, message: str
) -> None:
    assert old in solomon
    with pytest.raises(FormatError, match=message):
        read(solomon.replace(old, new, 1))


def test_text_that_is_no_instance_is_refused() -> None:
    with pytest.raises(FormatError, match="VRPLIB"):
        read("hello\n")


def test_several_depots_need_to_know_their_vehicles(vrplib: str) -> None:
    text = vrplib.replace("2 4\n", "2 0\n").replace("1\n-1", "1\n2\n-1")
    with pytest.raises(FormatError, match="DEPOT_SECTION: names 2 depots, but not which vehicle"):
        read(text)


def test_departures_put_off_shorten_routes_and_nothing_else(vrplib: str) -> None:
    text = vrplib.replace("CAPACITY: 10\n", "CAPACITY: 20\nVEHICLES_MAX_DURATION: 25\n").replace(
        "DEPOT_SECTION",
        section("TIME_WINDOW", "0 200", "0 100", "60 100", "0 100") + "DEPOT_SECTION",
    )
    instance = read(text)
    solution = read_solution("Route #1: 1 2 3\n", instance).solution
    assert not check(instance.problem, solution).valid
    later = with_late_departures(instance.problem, solution)
    assert check(later, solution).valid
    assert later.vehicles[0].available_s == 91
    late = read_solution("Route #1: 3 2 1\n", instance).solution
    assert check(with_late_departures(instance.problem, late), late).valid


PUBLISHED = [
    ("sdvrptw", "PR01"),
    ("sdvrptw", "PR03"),
    ("sdvrptw", "PR07"),
    ("mtvrptwr", "C201R0.25"),
    ("mtvrptwr", "R205R0.75"),
    ("mtvrptwr", "RC205R0.75"),
]


@pytest.mark.parametrize(("kind", "name"), PUBLISHED)
def test_published_solutions_are_valid_at_their_published_cost(
    shared_data: Path, kind: str, name: str
) -> None:
    instance = read((shared_data / kind / f"{name}.vrp").read_text())
    claimed = read_solution((shared_data / kind / f"{name}.sol").read_text(), instance)
    report = check(with_late_departures(instance.problem, claimed.solution), claimed.solution)
    assert report.findings == ()
    assert claimed.cost == report.cost.total


@pytest.mark.parametrize("name", ["R101", "R102", "R103", "R104", "R105", "C101"])
def test_solomon_instances_are_read_whole(shared_data: Path, name: str) -> None:
    instance = read((shared_data / "vrptw" / "solomon" / f"{name}.txt").read_text())
    assert instance.name == name
    assert len(instance.problem.stops) == 100
    assert len(instance.problem.vehicles) == 25
