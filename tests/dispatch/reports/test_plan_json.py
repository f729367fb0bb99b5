import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dispatch.domain.day import Day
from dispatch.domain.plans import Plan, VisitType
from dispatch.figures import figures_of
from dispatch.reports.plan_json import PlanFileError, plan_text, read_plan, write_plan


@pytest.fixture
def written(tmp_path: Path, small_plan: Plan, small_day: Day) -> Path:
    path = tmp_path / "计划" / "plan.json"
    write_plan(path, small_plan, figures_of(small_plan, small_day))
    return path


def edited(path: Path, old: str, new: str) -> Path:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def problems_of(path: Path) -> tuple[str, ...]:
    with pytest.raises(PlanFileError) as caught:
        read_plan(path)
    return caught.value.problems


def test_reading_gives_back_what_was_written(written: Path, small_plan: Plan) -> None:
    read = read_plan(written)
    assert read == small_plan
    assert read.routes[0].visits[0].start_at.utcoffset() == (
        small_plan.routes[0].visits[0].start_at.utcoffset()
    )


def test_reasons_find_their_way_back(tmp_path: Path, reasoned_plan: Plan, small_day: Day) -> None:
    write_plan(tmp_path / "plan.json", reasoned_plan, figures_of(reasoned_plan, small_day))
    assert read_plan(tmp_path / "plan.json") == reasoned_plan
    document = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert document["unserved"][0]["reason"]["courier"] == "V1 王师傅"
    edited(tmp_path / "plan.json", '"not_beside_others"', '"because"')
    (problem,) = problems_of(tmp_path / "plan.json")
    assert "unserved[0] (R5).reason.kind" in problem


def test_an_interrupted_plan_stays_marked(tmp_path: Path, small_plan: Plan, small_day: Day) -> None:
    plan = replace(small_plan, origin=replace(small_plan.origin, interrupted=True))
    write_plan(tmp_path / "plan.json", plan, figures_of(plan, small_day))
    assert read_plan(tmp_path / "plan.json").origin.interrupted


def test_the_same_plan_gives_the_same_bytes(small_plan: Plan, small_day: Day) -> None:
    figures = figures_of(small_plan, small_day)
    assert plan_text(small_plan, figures) == plan_text(small_plan, figures)


def test_the_file_says_times_with_offset_and_costs_that_add_up(written: Path) -> None:
    document: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
    assert document["schema"] == "pickup-dispatch/plan/1"
    assert document["routes"][0]["visits"][0]["start_at"] == "2026-11-11T10:00:00+08:00"
    assert sum(document["cost"]["parts_milli_fen"].values()) == document["cost"]["total_milli_fen"]
    assert document["figures"]["by_class"]["bulky"]["late"] == 1
    assert document["unserved"] == [{"id": "R5", "class": "parcel", "price_milli_fen": 5_000_000}]


def test_every_visit_is_one_line_that_can_be_moved(written: Path) -> None:
    lines = written.read_text(encoding="utf-8").splitlines()
    (moved,) = [line for line in lines if '"id": "R3"' in line]
    lines.remove(moved)
    van = next(number for number, line in enumerate(lines) if '"id": "B4"' in line)
    lines.insert(van, moved)
    written.write_text("\n".join(lines), encoding="utf-8")
    plan = read_plan(written)
    assert [visit.ref for visit in plan.routes[0].visits] == ["R1", "H1", "", "退货-2"]
    assert [visit.ref for visit in plan.routes[1].visits] == ["R3", "B4"]


def test_a_visit_added_by_hand_needs_only_type_and_id(written: Path) -> None:
    edited(
        written,
        '{"type": "break"',
        '{"type": "pickup", "id": "R5"},\n        {"type": "break"',
    )
    added = read_plan(written).routes[0].visits[3]
    assert (added.type, added.ref) == (VisitType.PICKUP, "R5")
    assert added.start_at.isoformat() == "2026-11-11T11:20:00+08:00"


def test_a_byte_order_mark_from_an_editor_is_no_problem(written: Path, small_plan: Plan) -> None:
    written.write_text(written.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert read_plan(written) == small_plan


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('"drive_s": 600', '"drive_s": "600"', "routes[0] (C1).visits[0] (R1).drive_s"),
        ('"drive_s": 600', '"drive_s": -1', "routes[0] (C1).visits[0] (R1).drive_s"),
        ('"drive_s": 600', '"drive_s": 600.5', "routes[0] (C1).visits[0] (R1).drive_s"),
        ('"drive_s": 600, ', "", "routes[0] (C1).visits[0] (R1).drive_s: the field is missing"),
        (
            '"drive_s": 600',
            '"drives": 600',
            "routes[0] (C1).visits[0] (R1).drives: there is no such field",
        ),
        ("T10:00:00+08:00", "T10:00:00", "routes[0] (C1).visits[0] (R1).arrival_at"),
        ("T10:00:00+08:00", "T25:00:00+08:00", "routes[0] (C1).visits[0] (R1).arrival_at"),
        ('"lon": 120.11', '"lon": 320.11', "routes[0] (C1).visits[0] (R1).place.lon"),
        ('"type": "pickup"', '"type": "collect"', "routes[0] (C1).visits[0] (R1).type"),
        ('"id": "R1", ', "", "routes[0] (C1).visits[0]: a pickup has the id of its request"),
        ('"timezone": "Asia/Shanghai"', '"timezone": "China"', "origin.timezone"),
        ('"date": "2026-11-11"', '"date": "11.11.2026"', "origin.date"),
        ('"total_milli_fen": 23530000,', '"total_milli_fen": 1,', "cost: the parts add up"),
        ('"courier": "V1 王师傅"', '"courier": "C1"', "more than one route"),
        ('"idle_shift_s": 27000,', '"idle_shift_s": 27000, "colour": "red",', "colour"),
    ],
)
def test_a_wrong_field_is_named(written: Path, old: str, new: str, named: str) -> None:
    edited(written, old, new)
    assert any(named in problem for problem in problems_of(written))


def test_all_problems_are_found_at_once(written: Path) -> None:
    text = written.read_text(encoding="utf-8").replace('"late_s": 0', '"late_s": null')
    written.write_text(text, encoding="utf-8")
    assert len(problems_of(written)) == 5


def test_another_version_is_refused_by_name(written: Path) -> None:
    edited(written, "pickup-dispatch/plan/1", "pickup-dispatch/plan/2")
    (problem,) = problems_of(written)
    assert "pickup-dispatch/plan/2" in problem
    assert "pickup-dispatch/plan/1" in problem


def test_a_truncated_file_is_refused_with_its_line(written: Path) -> None:
    text = written.read_text(encoding="utf-8")
    written.write_text(text[: len(text) // 2], encoding="utf-8")
    (problem,) = problems_of(written)
    assert "not whole JSON" in problem
    assert "line" in problem


def test_a_field_given_twice_is_refused(written: Path) -> None:
    edited(written, '"seed": 7', '"seed": 7, "seed": 8')
    assert problems_of(written) == ("the field 'seed' stands twice in one object; keep one",)


@pytest.mark.parametrize("content", [b"[]", b"null", b'"plan"', b"", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_plan_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    assert len(problems_of(path)) == 1


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path / "plan.json")
    assert "cannot be read" in problem
