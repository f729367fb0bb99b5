"""``dispatch vrp``: exit statuses, and answers in the form the problem came in."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dispatch.cli.vrp import vrp

SOLOMON = """TINY

VEHICLE
NUMBER     CAPACITY
  2         10

CUSTOMER
CUST NO.   XCOORD.   YCOORD.    DEMAND   READY TIME   DUE DATE   SERVICE TIME

    0          0          0          0          0        100          0
    1          1          1          4          0         50         10
    2          2          2          6          5         60         10
"""

VROOM = {
    "vehicles": [{"id": 1, "start": [120.15, 30.25], "end": [120.15, 30.25]}],
    "jobs": [{"id": 5, "location": [120.16, 30.26]}, {"id": 6, "location": [120.18, 30.27]}],
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(vrp, [str(argument) for argument in arguments])


@pytest.fixture
def solomon(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.txt"
    file.write_text(SOLOMON)
    return file


def answer(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "answer"
    file.write_text(text)
    return file


def test_an_instance_is_solved_and_its_answer_checked(solomon: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "tiny.sol"
    solved = run("solve", solomon, "--out", out, "--seconds", 0.3)
    assert solved.exit_code == 0, solved.output
    assert "valid: cost 5.6, 1 routes, 0 unserved" in solved.output
    assert out.read_text().endswith("Cost 5.6\n")
    assert run("check", solomon, out).exit_code == 0


def test_a_broken_rule_ends_with_status_1(solomon: Path, tmp_path: Path) -> None:
    checked = run("check", solomon, answer(tmp_path, "Route #1: 1\n"))
    assert checked.exit_code == 1
    assert "violation: stop '2' must be served and is on no route" in checked.output


def test_a_wrong_cost_ends_with_status_1(solomon: Path, tmp_path: Path) -> None:
    checked = run("check", solomon, answer(tmp_path, "Route #1: 1 2\nCost 5.7\n"))
    assert checked.exit_code == 1
    assert "states a cost of 5.7; replayed it is 5.6" in checked.output
    right = run("check", solomon, tmp_path / "answer", "--rounding", "exact")
    assert "replayed it is 5.656" in right.output


def test_bad_input_ends_with_status_2_and_names_the_element(solomon: Path, tmp_path: Path) -> None:
    other = run("check", solomon, answer(tmp_path, "Route #1: 1 7\n"))
    assert other.exit_code == 2
    assert "Route #1: names client 7; instance 'TINY' has 2" in other.output
    truncated = answer(tmp_path, '{"vehicles": [')
    solved = run("solve", truncated, "--out", tmp_path / "no.json")
    assert solved.exit_code == 2
    assert "JSON:" in solved.output
    assert not (tmp_path / "no.json").exists()


def test_vroom_without_matrices_says_that_lines_are_straight(tmp_path: Path) -> None:
    file = answer(tmp_path, json.dumps(VROOM))
    out = tmp_path / "out.json"
    solved = run("solve", file, "--out", out, "--seconds", 0.3)
    assert solved.exit_code == 0, solved.output
    assert "travel is along straight lines" in solved.stderr
    written = json.loads(out.read_text())
    assert written["notes"] == ["no matrices are given: travel is along straight lines"]
    assert written["summary"]["unassigned"] == 0
    assert [step["type"] for step in written["routes"][0]["steps"]] == [
        "start",
        "job",
        "job",
        "end",
    ]
    assert run("check", file, out).exit_code == 0


def test_two_wheels_are_slower_than_cars(tmp_path: Path) -> None:
    durations = []
    for profile in ("car", "bike"):
        vehicles = [VROOM["vehicles"][0] | {"profile": profile}]
        file = answer(tmp_path, json.dumps(VROOM | {"vehicles": vehicles}))
        out = tmp_path / "out.json"
        assert run("solve", file, "--out", out, "--seconds", 0.3).exit_code == 0
        durations.append(json.loads(out.read_text())["summary"]["duration"])
    assert durations[1] == pytest.approx(durations[0] * 25 / 16, abs=3)


def test_rounding_does_not_apply_to_vroom(tmp_path: Path) -> None:
    file = answer(tmp_path, json.dumps(VROOM))
    solved = run("solve", file, "--out", tmp_path / "o", "--rounding", "dimacs")
    assert solved.exit_code == 2
    assert "--rounding" in solved.output
