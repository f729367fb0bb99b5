"""``dispatch explain`` says why a request is on no route, in a planner's words."""

import json
import shutil

import pytest

from tests.dispatch.cli.conftest import TINY_DAY, run


def left_out(plan, *refs):
    """The plan without these requests; only the order of visits is believed."""
    document = json.loads(plan.read_text("utf-8"))
    for route in document["routes"]:
        route["visits"] = [v for v in route["visits"] if v.get("id") not in refs]
    plan.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return plan


@pytest.fixture
def short_of_vans(tmp_path):
    """The tiny day with a van that goes home at noon, an hour before B02's window opens."""
    day = tmp_path / "day"
    shutil.copytree(TINY_DAY, day)
    for name, old, new in (
        ("couriers.csv", "V1,van,2,08:00,19:30", "V1,van,2,08:00,13:30"),
        ("requests.csv", "bulky,38,420,2,13:00,15:00", "bulky,38,420,2,13:20,15:00"),
    ):
        text = (day / name).read_text("utf-8")
        assert old in text
        (day / name).write_text(text.replace(old, new), "utf-8")
    return day


def flowing(result):
    return " ".join(result.output.split())


def test_a_request_that_nobody_could_serve(short_of_vans, tiny_plan):
    result = run("explain", short_of_vans, left_out(tiny_plan, "B02"))
    assert result.exit_code == 0
    said = flowing(result)
    assert "B02 (bulky, 13:20-15:00)" in said
    assert "No courier could, even with nothing else to do. V1 comes nearest: the route" in said
    assert "claim: impossible_alone; code: shift_end; nearest: V1" in said
    assert "after the shift (13:30)" in said
    assert "would let it in: shift of V1 until" in said
    assert "R0" not in said


def test_following_the_advice_lets_the_request_in(short_of_vans, tiny_plan):
    plan = left_out(tiny_plan, "B02")
    said = flowing(run("explain", short_of_vans, plan, "--request", "B02"))
    until = said.partition("shift of V1 until ")[2][:5]
    couriers = short_of_vans / "couriers.csv"
    text = couriers.read_text("utf-8")
    couriers.write_text(text.replace("08:00,13:30", f"08:00,{until}"), "utf-8")
    assert "impossible_alone" not in run("explain", short_of_vans, plan).output


def test_a_request_the_search_has_missed(tiny_plan):
    said = flowing(run("explain", TINY_DAY, left_out(tiny_plan, "R10")))
    assert "It fits:" in said
    assert "leaving it out costs" in said
    assert "search longer" in said


def test_a_served_request_says_by_whom_and_when(tiny_plan):
    result = run("explain", TINY_DAY, tiny_plan, "--request", "R04", "--request", "B01")
    assert result.exit_code == 0
    assert "served by E1 at 09:40" in result.output
    assert "served by V1 at" in result.output


def test_a_plan_that_serves_all_says_so(tiny_plan):
    result = run("explain", TINY_DAY, tiny_plan)
    assert (result.exit_code, result.output) == (0, "Every request is served.\n")


def test_unknown_requests_are_refused_with_near_names(tiny_plan):
    result = run("explain", TINY_DAY, tiny_plan, "--request", "R4", "--request", "??")
    assert result.exit_code == 2
    assert "2 request(s) are not in the day" in result.output
    assert "'R4'; is it R04" in result.output


def test_a_plan_that_breaks_rules_is_not_explained(tiny_plan):
    document = json.loads(tiny_plan.read_text("utf-8"))
    (van,) = [route for route in document["routes"] if route["courier"] == "V1"]
    van["visits"].reverse()
    tiny_plan.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    result = run("explain", TINY_DAY, left_out(tiny_plan, "R10"))
    assert result.exit_code == 2
    assert "breaks" in result.output
    assert "dispatch check" in result.output
