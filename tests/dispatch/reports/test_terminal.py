import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from dispatch.checking import PlanCheck, PlanFinding
from dispatch.domain.day import Day
from dispatch.domain.plans import Plan, UnservedRequest
from dispatch.domain.requests import PickupClass
from dispatch.reports.findings import print_findings
from dispatch.reports.progress import SolveProgress, progress_text
from dispatch.reports.terminal import print_summary
from solvers.engines.protocol import Progress


@pytest.fixture
def console() -> Console:
    """Not a terminal: a pipe or a log."""
    return Console(file=io.StringIO(), width=80, highlight=False)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def words(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_the_summary_says_what_a_planner_asks(
    small_plan: Plan, small_day: Day, console: Console
) -> None:
    print_summary(small_plan, small_day, console)
    lines = words(printed(console))
    first = "60.0 % of 5 requests start in their window; 1 unserved, 1 late."
    assert printed(console).startswith(first)
    assert ["parcel", "4", "3", "3", "0", "1"] in lines
    assert ["bulky", "1", "1", "0", "1", "0"] in lines
    assert ["couriers", "with", "a", "route", "2", "of", "3"] in lines
    assert ["utilisation,", "all", "on", "shift", "16.7", "%"] in lines
    assert [
        "work,",
        "least",
        "/",
        "median",
        "/",
        "most",
        "1.8",
        "/",
        "1.9",
        "/",
        "2.0",
        "h",
    ] in lines
    assert ["lateness", "¥10.50"] in lines
    assert ["all", "¥235.30"] in lines
    assert ["10", "3", "1", "1", "2", "12", "1.8"] in lines
    assert ["R5", "parcel", "15:00-17:00", "10", "¥50.00"] in lines


def test_without_a_terminal_it_is_plain_and_fits_80_columns(
    small_plan: Plan, small_day: Day, console: Console
) -> None:
    long = "杭州市西湖区文三路的一个非常非常长的退货编号" * 3
    request = replace(small_day.requests[4], id=long)
    day = replace(small_day, requests=(*small_day.requests[:4], request))
    unserved = UnservedRequest(
        request_id=long, pickup_class=PickupClass.PARCEL, price_milli_fen=5_000_000
    )
    print_summary(replace(small_plan, unserved=(unserved,)), day, console)
    text = printed(console)
    assert "\x1b" not in text
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert "杭州市西湖区" in text


def test_square_brackets_in_names_are_kept(
    small_plan: Plan, small_day: Day, console: Console
) -> None:
    plan = replace(small_plan, zone_of=dict.fromkeys(small_plan.zone_of, "[red]east"))
    print_summary(plan, small_day, console)
    assert "[red]east" in printed(console)


def test_reasons_and_remedies_are_told_under_the_unserved(
    reasoned_plan: Plan, small_day: Day, console: Console
) -> None:
    print_summary(reasoned_plan, small_day, console)
    assert max(cell_len(line) for line in printed(console).splitlines()) <= 80
    text = " ".join(printed(console).split())
    assert "R5: Fits into no route as it is. V1 王师傅 comes nearest" in text
    assert "Would let it in: window until 17:07; or one more van in zone 10" in text
    assert "without a reason" not in text


def test_unserved_without_a_reason_say_how_to_ask(
    small_plan: Plan, small_day: Day, console: Console
) -> None:
    print_summary(small_plan, small_day, console)
    assert "1 without a reason yet: dispatch explain DAY PLAN" in printed(console)


def test_many_unserved_are_cut_dearest_first(
    small_plan: Plan, small_day: Day, console: Console
) -> None:
    many = tuple(
        UnservedRequest(
            request_id=f"X{number}", pickup_class=PickupClass.PARCEL, price_milli_fen=number
        )
        for number in range(15)
    )
    print_summary(replace(small_plan, unserved=many), small_day, console)
    text = printed(console)
    assert "X14" in text
    assert "X4 " not in text
    assert "... and 5 more in plan.json" in text


def test_an_interrupted_search_is_said(small_plan: Plan, small_day: Day, console: Console) -> None:
    plan = replace(small_plan, origin=replace(small_plan.origin, interrupted=True))
    print_summary(plan, small_day, console)
    assert printed(console).startswith("Interrupted")


def test_an_empty_day_is_said(small_plan: Plan, small_day: Day, console: Console) -> None:
    plan = replace(
        small_plan,
        routes=(),
        idle_courier_ids=(),
        idle_shift_s=0,
        unserved=(),
        zone_of={},
        cost_milli_fen={},
    )
    print_summary(plan, replace(small_day, requests=(), couriers=()), console)
    assert printed(console).startswith("No requests on this day")


def test_progress_in_words() -> None:
    progress = Progress(elapsed_s=7.4, cost=1_234_500_000, unserved=12, parts_done=3, parts=20)
    assert progress_text(progress, 20) == (
        "7 of 20 s, cost ¥12,345.00, 12 unserved, 3 of 20 zones, search"
    )
    assert progress_text(Progress(elapsed_s=0.1), 20) == "0 of 20 s, no plan yet, search"


def test_progress_in_a_log_is_a_line_now_and_then_and_the_last_state(console: Console) -> None:
    with SolveProgress(20, console) as progress:
        for number in range(100):
            progress(Progress(elapsed_s=number / 100, cost=0, unserved=100 - number))
    lines = printed(console).splitlines()
    assert len(lines) == 2
    assert "100 unserved" in lines[0]
    assert "1 unserved" in lines[1]


def test_progress_on_a_terminal_ends_with_a_plain_line() -> None:
    terminal = Console(file=io.StringIO(), width=80, force_terminal=True, highlight=False)
    with SolveProgress(20, terminal) as progress:
        progress(Progress(elapsed_s=20, cost=0, unserved=3))
    assert printed(terminal).rstrip().splitlines()[-1].endswith("3 unserved, search")


def finding(rule: str, amount: int) -> PlanFinding:
    return PlanFinding(
        rule=rule,
        courier_id="C1",
        request_id="退货-2",
        amount=amount,
        unit="s",
        message="a sentence",
    )


def test_findings_name_stop_courier_and_amount(small_plan: Plan, console: Console) -> None:
    checked = PlanCheck(
        violations=(finding("window", 1260),),
        lateness=(finding("late", 60),),
        inherited=(),
        replayed=small_plan,
        restated=3,
        same_input=False,
    )
    print_findings(checked, console)
    text = printed(console)
    assert "violation: window (request 退货-2, courier C1, by 1,260 s): a sentence" in text
    assert "late: late (request 退货-2, courier C1, by 60 s): a sentence" in text
    assert "other input files" in text
    assert "3 visit(s) start at another time" in text
    assert text.splitlines()[-1] == (
        "the plan is not valid: 1 violation(s), 1 late, 0 inherited breach(es)"
    )


def test_a_late_plan_is_still_valid(small_plan: Plan, console: Console) -> None:
    checked = PlanCheck(
        violations=(),
        lateness=(finding("late", 60),),
        inherited=(),
        replayed=small_plan,
        restated=0,
        same_input=True,
    )
    print_findings(checked, console)
    assert printed(console).splitlines()[-1].startswith("the plan is valid")
