"""VROOM problems: what they say arrives in the problem, and the rest is refused by name."""

import json
from typing import Any

import pytest

from solvers.checker import check
from solvers.formats.errors import FormatError
from solvers.formats.vroom.reading import read_vroom
from solvers.model import Break, TimeWindow
from solvers.objective import cost_of
from solvers.solution import Solution
from tests.solvers.formats.vroom_problems import DURATIONS, case, problem, route


def test_a_vehicle_and_its_limits_arrive() -> None:
    read = case(
        problem(
            vehicle={
                "capacity": [5, 6],
                "skills": [1, 14],
                "time_window": [100, 900],
                "breaks": [{"id": 1, "service": 60, "time_windows": [[50, 880]]}],
                "max_tasks": 3,
                "max_travel_time": 500,
                "description": "red",
            }
        )
    )
    vehicle = read.problem.vehicles[0]
    assert (vehicle.start, vehicle.end) == (0, 0)
    assert vehicle.capacity == (5, 6)
    assert vehicle.skills == {"1", "14"}
    assert (vehicle.available_s, vehicle.shift_end_s) == (100, 900)
    assert vehicle.rest == Break(TimeWindow(100, 840), 60), "cut to the working hours"
    assert (vehicle.max_stops, vehicle.max_drive_s) == (3, 500)


def test_times_at_the_door_depend_on_the_type_of_vehicle() -> None:
    job = {
        "id": 1,
        "location_index": 1,
        "setup": 5,
        "service": 9,
        "setup_per_type": {"van": 50},
        "service_per_type": {"van": 90},
    }
    data = problem(jobs=[job])
    data["vehicles"].append({"id": 8, "start_index": 0, "type": "van"})
    read = case(data).problem
    first, second = (read.stops[0].service_s[vehicle.vehicle_class] for vehicle in read.vehicles)
    assert (first, second) == (9, 90)
    assert read.stops[0].setup_s == (5, 50)


def test_set_up_is_paid_once_at_a_place() -> None:
    jobs = [{"id": n, "location_index": 1, "setup": 100} for n in (1, 2)]
    read = case(problem(jobs=jobs))
    schedule = check(read.problem, route(0, 1)).schedules[0]
    assert schedule.end_s - schedule.depart_s == 10 + 100 + 10


def test_speed_factor_is_followed_to_hundredths_of_a_second() -> None:
    read = case(problem(vehicle={"speed_factor": 1.3, "time_window": [1, 99]}))
    assert read.time_scale == 100
    assert read.problem.travel[0].duration_s(0, 3, 0) == 30 * 77
    assert read.problem.vehicles[0].shift_end_s == 9900


def test_waiting_costs_nothing() -> None:
    jobs = [
        {"id": 1, "location_index": 1},
        {"id": 2, "location_index": 2, "time_windows": [[500, 600]]},
    ]
    read = case(problem(jobs=jobs))
    report = check(read.problem, route(0, 1))
    assert report.valid
    assert read.route_cost(report.schedules[0]) == 10 + 15 + 20


def test_costs_add_up_as_vroom_counts_them() -> None:
    costs = {"fixed": 7, "per_hour": 1800, "per_km": 333}
    distances = [[100 * value for value in row] for row in DURATIONS]
    matrices = {"car": {"durations": DURATIONS, "distances": distances}}
    read = case(problem(vehicle={"costs": costs}, matrices=matrices))
    report = check(read.problem, route(0, 1))
    assert read.route_cost(report.schedules[0]) == round(7 + 45 / 2 + 0.333 * 4500)
    assert report.cost.total * 1000 == read.cost_scale * (7_000 + 22_500 + 1_498_500)


def test_a_matrix_of_costs_counts_in_place_of_durations() -> None:
    costs = [[2 * value + 1 for value in row] for row in DURATIONS]
    read = case(problem(matrices={"car": {"durations": DURATIONS, "costs": costs}}))
    report = check(read.problem, route(0, 1))
    assert read.route_cost(report.schedules[0]) == 21 + 31 + 41


@pytest.mark.parametrize("priorities", [(0, 0), (1, 0), (100, 99), (3, 3)])
def test_leaving_out_costs_more_than_any_driving_and_priority_more_than_number(
    priorities: tuple[int, int],
) -> None:
    jobs = [
        {"id": n, "location_index": n, "priority": p}
        for n, p in enumerate((*priorities, 0), start=1)
    ]
    read = case(problem(vehicle={"costs": {"fixed": 1000}}, jobs=jobs)).problem
    everything = cost_of(read, route(2, 1, 0)).total
    without_last, without_first = cost_of(read, route(0, 1)).total, cost_of(read, route(1, 2)).total
    assert everything < without_last
    if priorities[0] > 0:
        only_first = cost_of(read, route(0)).total
        assert only_first < without_first or priorities[1] > 0
    else:
        assert abs(without_last - without_first) < read.stops[0].unserved_price  # type: ignore[operator]
    assert without_first < cost_of(read, Solution()).total


def test_one_step_of_priority_outweighs_all_other_jobs() -> None:
    jobs = [{"id": n, "location_index": 1, "priority": int(n == 0)} for n in range(50)]
    read = case(problem(jobs=jobs)).problem
    only_first = cost_of(read, route(0)).total
    all_others = cost_of(read, route(*range(1, 50))).total
    assert only_first < all_others


def test_priorities_and_fine_costs_of_many_jobs_do_not_overflow() -> None:
    jobs = [{"id": n, "location_index": 1 + n % 3, "priority": 100} for n in range(3000)]
    distances = [[1_000_000 * value for value in row] for row in DURATIONS]
    matrices = {"car": {"durations": DURATIONS, "distances": distances}}
    costs = {"fixed": 0, "per_hour": 3601, "per_km": 7}
    read = case(problem(vehicle={"costs": costs}, jobs=jobs, matrices=matrices))
    assert read.notes == ("costs are rounded in the search, as exact ones would exceed 63 bits",)
    report = check(read.problem, route(0, 1))
    assert read.route_cost(report.schedules[0]) == round(45 * 3601 / 3600 + 7 * 45_000)


def test_deliveries_alone_are_limited_like_pickups() -> None:
    jobs = [{"id": n, "location_index": n, "delivery": [4]} for n in (1, 2)]
    read = case(problem(vehicle={"capacity": [7]}, jobs=jobs))
    assert read.loads_deliveries
    assert not check(read.problem, route(0, 1)).valid
    assert check(read.problem, route(1)).valid


def test_steps_are_a_start() -> None:
    steps = [{"type": "start"}, {"type": "job", "id": 12}, {"type": "end"}]
    assert case(problem(vehicle={"steps": steps})).start == route(1)
    assert case(problem()).start is None


def test_known_keys_for_people_pass() -> None:
    jobs = [{"id": 1, "location_index": 1, "location": [2.35, 48.8], "description": "bell"}]
    assert case(problem(jobs=jobs)).given.jobs[0].description == "bell"


def test_without_matrices_travel_comes_from_places_and_that_is_said() -> None:
    data = {
        "vehicles": [{"id": 1, "start": [2.0, 48.0], "end": [2.0, 48.0], "profile": "bike"}],
        "jobs": [{"id": 1, "location": [2.1, 48.0]}, {"id": 2, "location": [2.0, 48.0]}],
    }
    asked = []

    def travel(profile: str, places: Any) -> Any:
        asked.append((profile, list(places)))
        return [[0, 5], [6, 0]], [[0, 50], [60, 0]]

    read = read_vroom(json.dumps(data), travel)
    assert asked == [("bike", [(2.0, 48.0), (2.1, 48.0)])]
    assert [stop.location for stop in read.problem.stops] == [1, 0]
    assert read.problem.travel[0].duration_s(1, 0, 0) == 6
    assert "straight lines" in read.notes[0]
    with pytest.raises(FormatError, match="matrices: are missing"):
        read_vroom(json.dumps(data))


REFUSED = [
    ({"shipments": [{}]}, "shipments: holds 1 entries, and shipments are not supported"),
    ({"matrix": []}, "file: key 'matrix' is not understood.*use 'matrices'"),
    ({"vehicles": []}, "vehicles: is empty"),
    ({"vehicle": {"time_windw": [0, 1]}}, r"vehicles\[0\] \(id 7\): key 'time_windw'"),
    ({"vehicle": {"id": -1}}, r"vehicles\[0\] \(id -1\)\.id: -1 is wrong"),
    ({"vehicle": {"start_index": 4}}, "vehicle 7: start_index is 4, but the matrices have 4"),
    ({"vehicle": {"start_index": None, "end_index": None}}, "vehicle 7: has neither a start"),
    ({"vehicle": {"profile": "bike"}}, "vehicle 7: profile 'bike' has no matrices"),
    ({"vehicle": {"time_window": [9, 1]}}, r"vehicle 7: time window \[9, 1\] ends before"),
    ({"vehicle": {"max_distance": 5}}, "vehicle 7: max_distance needs matrices.car.distances"),
    ({"vehicle": {"costs": {"per_km": 5}}}, "costs.per_km needs matrices.car.distances"),
    ({"vehicle": {"costs": {"per_task_hour": 5}}}, "costs.per_task_hour is 5, and is not"),
    ({"vehicle": {"breaks": [{"id": 1}, {"id": 2}]}}, "vehicle 7: has 2 breaks"),
    (
        {"vehicle": {"breaks": [{"id": 1, "time_windows": [[0, 1], [2, 3]]}]}},
        "vehicle 7: break 1 has 2 time_windows",
    ),
    ({"vehicle": {"breaks": [{"id": 1, "max_load": [1]}]}}, "break 1 has a max_load"),
    (
        {
            "vehicle": {
                "time_window": [0, 50],
                "breaks": [{"id": 1, "service": 9, "time_windows": [[45, 90]]}],
            }
        },
        "vehicle 7: break 1 does not fit into its time_window",
    ),
    (
        {"vehicle": {"steps": [{"type": "job", "id": 11, "service_at": 5}]}},
        r"vehicle 7: steps\[0\]: service_at is not supported",
    ),
    ({"vehicle": {"steps": [{"type": "job", "id": 99}]}}, r"steps\[0\]: names job 99"),
    ({"vehicle": {"steps": [{"type": "pickup", "id": 1}]}}, r"steps\[0\]: has type 'pickup'"),
    ({"vehicle": {"speed_factor": 0}}, "speed_factor"),
    ({"jobs": [{"id": 1, "location_index": 1}] * 2}, "job 1: comes twice"),
    ({"jobs": [{"id": 1, "location_index": 9}]}, "job 1: location_index is 9"),
    ({"jobs": [{"id": 1}]}, "job 1: location_index is missing"),
    ({"jobs": [{"id": 1, "location_index": 1, "amount": [1]}]}, "use 'delivery' or 'pickup'"),
    ({"jobs": [{"id": 1, "location_index": 1, "service": 1.5}]}, r"\(id 1\)\.service: 1\.5"),
    ({"jobs": [{"id": 1, "location_index": 1, "service": True}]}, r"\(id 1\)\.service: True"),
    ({"jobs": [{"id": 1, "location_index": 1, "priority": 101}]}, "priority: 101"),
    ({"jobs": [{"id": 1, "location_index": 1, "pickup": [1]}]}, "job 1: pickup: has 1 entries"),
    (
        {"jobs": [{"id": 1, "location_index": 1, "time_windows": [[5, 9], [9, 12]]}]},
        "job 1: time_windows are",
    ),
    (
        {
            "vehicle": {"capacity": [5]},
            "jobs": [
                {"id": 1, "location_index": 1, "pickup": [1]},
                {"id": 2, "location_index": 1, "delivery": [1]},
            ],
        },
        "job 2 has a delivery and job 1 a pickup; a mixture is not supported",
    ),
]


@pytest.mark.parametrize(("change", "message"), REFUSED)
def test_what_is_wrong_or_not_supported_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(FormatError, match=message):
        case(problem(**change))


MATRICES = [
    ([[0, 1], [1]], r"matrices.car.durations: row 1 has 1 entries, and there are 2 rows"),
    ([[0, 1]], "row 0 has 2 entries, and there are 1 rows"),
    ([[0, 1], 5], "row 1 is no array"),
    ([[0, 1.0], [1, 0]], r"\[0\]\[1\] is 1.0; give integers only"),
    ([[0, 1], ["1", 0]], r"\[1\]\[0\] is '1'"),
    ([[0, 1], [True, 0]], r"\[1\]\[0\] is True"),
    ([[0, -1], [1, 0]], r"\[0\]\[1\] is -1; give values in 0"),
    ([[0, 2**40], [1, 0]], r"\[0\]\[1\] is 1099511627776"),
]


@pytest.mark.parametrize(("rows", "message"), MATRICES)
def test_broken_matrices_are_refused_by_entry(rows: list[Any], message: str) -> None:
    with pytest.raises(FormatError, match=message):
        case(problem(matrices={"car": {"durations": rows}}))


def test_matrices_of_one_profile_are_for_the_same_places() -> None:
    matrices = {"car": {"durations": DURATIONS, "distances": [[0]]}}
    with pytest.raises(FormatError, match=r"matrices.car.distances: has 1 rows, durations have 4"):
        case(problem(matrices=matrices))


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"max_distance": 5}, "max_distance beside matrices.car.costs"),
        ({"costs": {"per_hour": 5}}, "costs.per_hour beside matrices.car.costs"),
        ({"costs": {"per_km": 5}}, "costs.per_km beside matrices.car.costs"),
    ],
)
def test_a_matrix_of_costs_excludes_what_it_stands_in_for(
    extra: dict[str, Any], message: str
) -> None:
    matrices = {"car": {"durations": DURATIONS, "distances": DURATIONS, "costs": DURATIONS}}
    with pytest.raises(FormatError, match=message):
        case(problem(vehicle=extra, matrices=matrices))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"vehicles": [', "JSON: .* at line 1, column 15"),
        ("", "JSON"),
        ('{"jobs": [], "jobs": []}', "JSON: key 'jobs' comes twice"),
        ("[1]", "file"),
        ('{"jobs": []}', "file: key 'vehicles' is missing"),
        ("[" * 100_000, "JSON: is nested too deeply"),
    ],
)
def test_text_that_is_no_problem_is_refused(text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_vroom(text)
