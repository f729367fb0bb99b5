"""``dispatch check`` on a plan as written and as broken by hand."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.dispatch.cli.conftest import TINY_DAY, run

Visits = dict[str, list[dict[str, Any]]]


def edited(path: Path, edit: Callable[[Visits], None]) -> Path:
    """The plan with the visits of its routes changed as a planner would in an editor."""
    document = json.loads(path.read_text("utf-8"))
    visits = {route["courier"]: route["visits"] for route in document["routes"]}
    edit(visits)
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path


def take(visits: Visits, courier: str, ref: str) -> dict[str, Any]:
    """Cut the visit ``ref`` out of a courier's route."""
    row = next(i for i, visit in enumerate(visits[courier]) if visit.get("id") == ref)
    return visits[courier].pop(row)


def break_of(visits: Visits, courier: str) -> int:
    return next(i for i, visit in enumerate(visits[courier]) if visit["type"] == "break")


def test_a_good_plan_is_valid(tiny_plan):
    result = run("check", TINY_DAY, tiny_plan)
    assert "the plan is valid: 0 violation(s), 0 late" in result.output
    assert result.exit_code == 0


def overtaken(visits):
    visits["E1"].insert(0, take(visits, "E1", "R10"))


def bulky_on_a_bike(visits):
    visits["E1"].insert(5, take(visits, "V1", "B01"))


def worked_through_the_break(visits):
    visits["E1"].pop(break_of(visits, "E1"))


def second_break(visits):
    visits["E1"].insert(1, {"type": "break"})


def break_too_late(visits):
    visits["E1"].insert(9, visits["E1"].pop(break_of(visits, "E1")))


def break_nobody_has(visits):
    visits["V1"].insert(1, {"type": "break"})


def served_twice(visits):
    visits["V1"].append({"type": "pickup", "id": "R10"})


def late_in_the_wrong_order(visits):
    visits["V1"].reverse()


def break_at_the_end(visits):
    visits["E1"].append(visits["E1"].pop(break_of(visits, "E1")))


def heavy_on_a_bike(visits):
    visits["E1"].insert(7, take(visits, "V1", "B02"))
    visits["E1"].insert(7, take(visits, "V1", "B01"))


@pytest.mark.parametrize(
    ("edit", "rule", "names"),
    [
        (overtaken, "window", ("E1", "R04")),
        (bulky_on_a_bike, "skills", ("E1", "B01")),
        (worked_through_the_break, "break_missing", ("E1",)),
        (second_break, "break_twice", ("E1",)),
        (break_too_late, "break_window", ("E1",)),
        (break_nobody_has, "break_unknown", ("V1",)),
        (served_twice, "stop_twice", ("R10",)),
        (late_in_the_wrong_order, "window", ("V1", "B01")),
        (break_at_the_end, "break_place", ("E1",)),
        (heavy_on_a_bike, "capacity", ("E1", "B01")),
    ],
)
def test_a_plan_broken_by_hand_is_found_out(tiny_plan, edit, rule, names):
    result = run("check", TINY_DAY, edited(tiny_plan, edit))
    assert result.exit_code == 1
    lines = [line for line in result.output.splitlines() if rule in line]
    assert any(all(name in line for name in names) for line in lines), result.output


def test_a_visit_taken_out_is_no_violation_but_unserved(tiny_plan):
    result = run("check", TINY_DAY, edited(tiny_plan, lambda visits: take(visits, "E1", "R10")))
    assert result.exit_code == 0


def test_times_of_an_edited_plan_are_not_believed(tiny_plan):
    def lie(visits):
        visits["E1"][0]["start_at"] = "2025-11-03T03:00:00+08:00"

    result = run("check", TINY_DAY, edited(tiny_plan, lie))
    assert result.exit_code == 0
    assert "1 visit(s) start at another time than the file says" in result.output


@pytest.mark.parametrize(
    ("ref", "noun"),
    [({"type": "pickup", "id": "R99"}, "R99"), ({"type": "unload", "id": "H"}, "H")],
)
def test_names_the_day_does_not_have_are_refused(tiny_plan, ref, noun):
    result = run("check", TINY_DAY, edited(tiny_plan, lambda visits: visits["E1"].append(ref)))
    assert result.exit_code == 2
    assert f"'{noun}'" in result.output


def test_a_truncated_plan_is_refused(tiny_plan):
    tiny_plan.write_text(tiny_plan.read_text("utf-8")[:900], "utf-8")
    result = run("check", TINY_DAY, tiny_plan)
    assert result.exit_code == 2
    assert "plan.json" in result.output


def test_another_days_plan_is_noted(tiny_plan):
    document = json.loads(tiny_plan.read_text("utf-8"))
    document["origin"]["input_fingerprint"] = "0" * 64
    tiny_plan.write_text(json.dumps(document), "utf-8")
    assert "made for other input files" in run("check", TINY_DAY, tiny_plan).output
