import csv
import io
from dataclasses import replace

import pytest

from dispatch.domain.day import Day
from dispatch.domain.plans import Plan
from dispatch.reports.run_sheet import run_sheet_text


def lines_of(plan: Plan, day: Day) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run_sheet_text(plan, day).removeprefix("\ufeff"))))


def test_excel_is_told_that_it_is_utf_8(small_plan: Plan, small_day: Day) -> None:
    assert run_sheet_text(small_plan, small_day).encode("utf-8").startswith(b"\xef\xbb\xbfcourier,")


def test_every_route_is_in_order_from_start_to_end(small_plan: Plan, small_day: Day) -> None:
    lines = [line for line in lines_of(small_plan, small_day) if line["courier"] == "C1"]
    assert [(line["sequence"], line["type"], line["id"]) for line in lines] == [
        ("0", "start", ""),
        ("1", "pickup", "R1"),
        ("2", "pickup", "R3"),
        ("3", "unload", "H1"),
        ("4", "break", ""),
        ("5", "pickup", "退货-2"),
        ("6", "end", ""),
    ]


def test_a_pickup_says_what_a_courier_must_know(small_plan: Plan, small_day: Day) -> None:
    (line,) = [line for line in lines_of(small_plan, small_day) if line["id"] == "B4"]
    assert (line["courier"], line["class"], line["zone"]) == ("V1 王师傅", "bulky", "10")
    assert (line["arrival"], line["start"], line["end"]) == ("13:10", "13:10", "14:00")
    assert (line["promised"], line["late_min"]) == ("11:00-13:00", "11")
    assert (line["weight_kg"], line["pieces"], line["load_after_kg"]) == ("60.0", "2", "60.0")
    assert (line["floor"], line["notes"]) == ("5", "floor 5, lift; disassembly")


def test_stairs_and_a_second_window_are_said(small_plan: Plan, small_day: Day) -> None:
    by_id = {line["id"]: line for line in lines_of(small_plan, small_day)}
    assert by_id["R3"]["notes"] == "floor 3, no lift"
    assert by_id["退货-2"]["promised"] == "09:00-11:00 or 13:00-15:00"


@pytest.mark.parametrize("name", ["=1+1", "+C1", "-C1", "@C1"])
def test_a_name_is_never_run_as_a_formula(small_plan: Plan, small_day: Day, name: str) -> None:
    plan = replace(small_plan, routes=(replace(small_plan.routes[0], courier_id=name),))
    assert {line["courier"] for line in lines_of(plan, small_day)} == {f"'{name}"}
