"""VROOM answers: what users read in them, and reading them back."""

import json
from pathlib import Path
from typing import Any

import pytest

from solvers.checker import check
from solvers.formats.errors import FormatError
from solvers.formats.vroom.answers import read_answer
from solvers.formats.vroom.writing import write_answer
from solvers.solution import Solution
from tests.solvers.formats.vroom_problems import (
    DURATIONS,
    Json,
    case,
    drawn,
    problem,
    route,
    solved,
)

TIMES = {"loading": 1, "solving": 2, "routing": 0}


def answer(data: Json, solution: Solution) -> Json:
    read = case(data)
    return write_answer(read, check(read.problem, solution), TIMES)


def shown(steps: list[Json], *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(step[key] for key in keys) for step in steps]


def test_a_route_step_by_step() -> None:
    jobs = [
        {"id": 11, "location_index": 1, "service": 5, "setup": 2, "pickup": [3], "priority": 4},
        {"id": 12, "location_index": 2, "pickup": [1], "time_windows": [[100, 200]]},
        {"id": 13, "location_index": 3, "location": [1.5, 2.5], "description": "far"},
    ]
    distances = [[100 * value for value in row] for row in DURATIONS]
    data = problem(
        vehicle={"capacity": [9], "description": "red"},
        jobs=jobs,
        matrices={"car": {"durations": DURATIONS, "distances": distances}},
    )
    given = answer(data, route(0, 1))
    assert given["code"] == 0
    assert given["unassigned"] == [
        {"id": 13, "type": "job", "location": [1.5, 2.5], "location_index": 3, "description": "far"}
    ]
    only = given["routes"][0]
    keys = ("type", "arrival", "waiting_time", "setup", "service", "duration", "distance", "load")
    assert shown(only["steps"], *keys) == [
        ("start", 0, 0, 0, 0, 0, 0, [0]),
        ("job", 10, 0, 2, 5, 10, 1000, [3]),
        ("job", 32, 68, 0, 0, 25, 2500, [4]),
        ("end", 120, 0, 0, 0, 45, 4500, [4]),
    ]
    assert only["steps"][1]["id"] == 11
    totals = {
        "cost": 45,
        "setup": 2,
        "service": 5,
        "duration": 45,
        "waiting_time": 68,
        "priority": 4,
        "distance": 4500,
        "pickup": [4],
        "delivery": [0],
        "violations": [],
    }
    assert {key: only[key] for key in totals} == totals
    assert {key: given["summary"][key] for key in totals} == totals
    assert only["description"] == "red"
    assert (given["summary"]["routes"], given["summary"]["unassigned"]) == (1, 1)
    assert given["summary"]["computing_times"] == TIMES


def test_deliveries_are_aboard_from_the_start() -> None:
    jobs = [{"id": n, "location_index": n, "delivery": [n]} for n in (1, 2)]
    only = answer(problem(vehicle={"capacity": [9]}, jobs=jobs), route(0, 1))["routes"][0]
    assert [step["load"] for step in only["steps"]] == [[3], [2], [0], [0]]
    assert (only["delivery"], only["pickup"]) == ([3], [0])


BREAKS = [
    # Inside the route, after as much driving as fits before it opens.
    ([14, 30], [("start", 0), ("job", 10), ("break", 14), ("job", 35), ("end", 55)]),
    # Before it: the vehicle leaves so late that the break is over.
    ([0, 5], [("start", 0), ("break", 0), ("job", 20), ("job", 35), ("end", 55)]),
    # After it: the route ends while the break may still begin.
    ([45, 300], [("start", 0), ("job", 10), ("job", 25), ("break", 45), ("end", 55)]),
]


@pytest.mark.parametrize(("span", "expected"), BREAKS)
def test_a_break_stands_where_it_is_taken(span: list[int], expected: list[tuple[str, int]]) -> None:
    hours = {"time_window": [0, 400]}
    rest = {"breaks": [{"id": 3, "service": 10, "time_windows": [span]}]}
    data = problem(vehicle=hours | rest)
    if expected[1][0] == "break":
        data["jobs"][0]["time_windows"] = [[20, 30]]
    read = case(data)
    steps: list[Json] = [{"type": "job", "id": 11}, {"type": "job", "id": 12}]
    if expected[2][0] == "break":
        steps.insert(1, {"type": "break", "id": 3})
    claimed = read_answer({"routes": [{"vehicle": 7, "steps": steps}]}, read)
    report = check(read.problem, claimed.solution)
    assert report.valid
    given = write_answer(read, report, TIMES)["routes"][0]
    assert shown(given["steps"], "type", "arrival") == expected
    assert given["duration"] == 45


def test_violations_are_named_as_vroom_names_them() -> None:
    given = answer(problem(vehicle={"max_tasks": 1}), route(0, 1))
    assert given["routes"][0]["violations"] == [{"cause": "max_tasks"}]
    assert given["summary"]["violations"] == [{"cause": "max_tasks"}]


@pytest.mark.parametrize("seed", range(12))
def test_answers_read_back_as_the_same_valid_plan(seed: int) -> None:
    read = case(drawn(seed))
    found = solved(read)
    assert found.report.valid
    given = json.loads(json.dumps(write_answer(read, found.report, TIMES)))
    claimed = read_answer(given, read)
    report = check(read.problem, claimed.solution)
    assert report.valid
    assert claimed.cost == sum(read.route_cost(schedule) for schedule in report.schedules)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "routes: Field required"),
        ({"code": 2, "routes": []}, "answer: has code 2"),
        ({"routes": [{"vehicle": 9, "steps": []}]}, "vehicle 9: has a route and is not"),
        (
            {"routes": [{"vehicle": 7, "steps": [{"type": "job", "id": 5}]}]},
            r"vehicle 7: steps\[0\]: names job 5, which the problem does not have",
        ),
        (
            {"routes": [{"vehicle": 7, "steps": [{"type": "break", "id": 5}]}]},
            "names break 5",
        ),
        (
            {"routes": [{"vehicle": 7, "steps": [{"type": "delivery", "id": 5}]}]},
            "has type 'delivery'",
        ),
    ],
)
def test_answers_to_other_problems_are_refused(data: Json, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_answer(data, case(problem()))


def in_plan_mode(data: Json, given: Json, folder: Path) -> Json:
    """VROOM's own judgement of an answer: our steps as its vehicles' steps."""
    vroom = pytest.importorskip("vroom", reason="needs pyvroom, of the extra 'peers'")
    steps = {
        route["vehicle"]: [
            {key: step[key] for key in ("type", "id") if key in step} for step in route["steps"]
        ]
        for route in given["routes"]
    }
    used = [v | {"steps": steps[v["id"]]} for v in data["vehicles"] if v["id"] in steps]
    file = folder / "plan.json"
    file.write_text(json.dumps(data | {"vehicles": used}))
    judged: Json = vroom.Input.from_json(file).check().to_dict()
    return judged


@pytest.mark.parametrize("seed", range(25))
def test_vroom_accepts_our_answers_at_our_cost(seed: int, tmp_path: Path) -> None:
    data = drawn(seed)
    read = case(data)
    given = write_answer(read, solved(read).report, TIMES)
    if not given["routes"]:
        pytest.skip("nothing can be served in this draw")
    judged = in_plan_mode(data, given, tmp_path)
    assert judged["summary"]["violations"] == []
    same = ("cost", "routes", "unassigned", "setup", "service", "duration", "priority")
    assert {key: given["summary"][key] for key in same} == {
        key: judged["summary"][key] for key in same
    }
