"""``dispatch compare`` tells what changed between two plans."""

import json
import shutil

from tests.dispatch.cli.conftest import run


def changed(plan, edit):
    """A copy of the plan with its document edited."""
    copy = plan.with_name("other.json")
    document = json.loads(plan.read_text("utf-8"))
    edit(document, {route["courier"]: route["visits"] for route in document["routes"]})
    copy.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return copy


def last_line(result):
    return result.output.strip().splitlines()[-1]


def test_a_plan_does_not_differ_from_itself(tiny_plan):
    copy = tiny_plan.with_name("copy.json")
    shutil.copy(tiny_plan, copy)
    result = run("compare", tiny_plan, copy)
    assert result.exit_code == 0
    assert "all figures are the same" in result.output
    assert last_line(result) == (
        "0 moved, 0 retimed, 12 unchanged, 0 gained, 0 lost, 0 unserved in both"
    )


def test_every_kind_of_change_is_told(tiny_plan):
    def edit(document, visits):
        visits["V1"].append(visits["E1"].pop())
        visits["E1"][0]["start_at"] = "2025-11-03T09:40:30+08:00"
        lost = visits["E1"].pop(2)
        price = {"id": lost["id"], "class": "parcel", "price_milli_fen": 5}
        document["unserved"].append(price)
        document["figures"]["distance_m"] += 1234

    result = run("compare", tiny_plan, changed(tiny_plan, edit))
    assert last_line(result) == (
        "1 moved, 1 retimed, 9 unchanged, 0 gained, 1 lost, 0 unserved in both"
    )
    for expected in ("R10", "+1,234", "R03"):
        assert expected in result.output
    back = run("compare", changed(tiny_plan, edit), tiny_plan)
    assert "1 gained, 0 lost" in last_line(back)


def test_plans_of_different_days_are_told_apart(tiny_plan):
    def edit(document, visits):
        document["origin"]["input_fingerprint"] = "0" * 64
        visits["E1"][0]["id"] = "Q1"

    result = run("compare", tiny_plan, changed(tiny_plan, edit))
    assert "different input files" in result.output
    assert "1 requests only plan A knows: R04" in result.output
    assert "1 requests only plan B knows: Q1" in result.output


def test_what_is_no_plan_is_refused(tiny_plan, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{", "utf-8")
    result = run("compare", tiny_plan, broken)
    assert result.exit_code == 2
    assert "broken.json" in result.output
