from dispatch.live.decisions import Assigned, AtRisk, PromiseBroken, Resequenced
from dispatch.live.publishing import instructions
from dispatch.live.revisions import (
    ChangeReport,
    News,
    PlannedCourier,
    PlannedTask,
    changes_between,
)
from dispatch.live.tasks import Collect, TakeBreak


def pickup(request_id: str, start_s: int, due_s: int = 9999) -> PlannedTask:
    slack_s = due_s - start_s
    late_s = max(0, -slack_s)
    return PlannedTask(Collect(request_id), start_s, start_s + 100, late_s, max(0, slack_s))


def courier(*tasks: PlannedTask, leave_s: int = 0) -> PlannedCourier:
    return PlannedCourier(None, leave_s, tasks)


def test_changes_tell_moved_and_retimed_requests_from_unchanged_ones() -> None:
    before = {"A": courier(*(pickup(name, 100) for name in ("gone", "moved", "kept", "late")))}
    after = {
        "A": courier(pickup("kept", 160), pickup("late", 161), pickup("new", 500)),
        "B": courier(pickup("moved", 100)),
    }
    assert changes_between(before, after, tolerance_s=60) == ChangeReport(
        moved=("moved",), retimed=("late",), unchanged=("kept",)
    )


def test_news_are_told_once() -> None:
    news = News(at_risk_s=50)
    plan = {"A": courier(pickup("R1", 100, due_s=150), pickup("R2", 300, due_s=290))}
    assert news.of(plan, {}) == (
        Assigned("R1", "A", 100),
        Assigned("R2", "A", 300),
        AtRisk("R1", 50),
        PromiseBroken("R2", 10),
    )
    assert news.of(plan, {}) == ()


def test_lateness_is_news_again_only_when_it_grows() -> None:
    news = News(at_risk_s=0)
    news.of({"A": courier(pickup("R1", 300, due_s=200))}, {})
    assert news.of({"A": courier(pickup("R1", 250, due_s=200))}, {}) == ()
    (worse,) = news.of({"A": courier(pickup("R1", 301, due_s=200))}, {})
    assert worse == PromiseBroken("R1", 101)


def test_an_order_is_new_only_among_requests_that_stay() -> None:
    news = News(at_risk_s=0)
    news.of({"A": courier(pickup("R1", 100), pickup("R2", 300), pickup("R3", 500))}, {})
    assert news.of({"A": courier(pickup("R1", 100), pickup("R3", 500))}, {}) == ()
    (swapped,) = news.of({"A": courier(pickup("R3", 100), pickup("R1", 500))}, {})
    assert swapped == Resequenced("A")


def test_tasks_behind_a_wait_are_not_told_yet() -> None:
    doing = PlannedTask(Collect("R1"), 100, 200)
    then = (PlannedTask(TakeBreak(), 900, 950), pickup("R2", 1000))
    plan = {
        "A": PlannedCourier(Collect("R1"), 900, (doing, *then)),
        "B": PlannedCourier(Collect("R1"), 250, (doing, *then)),
        "C": PlannedCourier(None, 900, then),
        "D": PlannedCourier(None, 150, then),
    }
    told = instructions(plan, by_s=100, lead_s=50)
    assert told.of("A") == (Collect("R1"),)
    assert told.of("B") == (Collect("R1"), TakeBreak(), Collect("R2"))
    assert told.of("C") == ()
    assert told.of("D") == (TakeBreak(), Collect("R2"))
    assert told.of("nobody") == ()
