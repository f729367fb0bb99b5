"""What couriers are told to do, between one published plan and the next."""

from datetime import datetime
from typing import Any

import pytest

from dispatch.domain.places import Window
from dispatch.live import events
from dispatch.live.decisions import Instructions
from dispatch.live.revisions import ChangeReport, PlannedCourier, PlannedTask, Revision
from dispatch.live.rules import LiveRules
from dispatch.live.tasks import Collect, Recover, TakeBreak, Task, Unload
from dispatch.service.day_plan import DayPlan
from dispatch.service.days import build_day
from dispatch.service.tasks import tasks_of
from tests.dispatch.service_cities import CITY, NINE, city_config, parcel

AT = 9 * 3_600
HALF_PAST = AT + 1_800


def at(second: int) -> datetime:
    return datetime.fromtimestamp(NINE.timestamp() + second - AT, NINE.tzinfo)


@pytest.fixture
def plan() -> DayPlan:
    """Three couriers at work at nine, each with a break, and three parcels booked."""
    config = city_config()
    for courier in config.day["couriers"]:
        courier |= {"break_start": "11:00", "break_end": "13:00", "break_min": "30"}
    plan = DayPlan(CITY, build_day(config, None, NINE.date()), LiveRules())
    plan.tick(NINE)
    for number in (1, 2, 3):
        window = Window(NINE, at(AT + 7_200))
        request = parcel(lon=120.15 + number / 1_000).request(f"pk_{number}", (window,), NINE)
        tell(plan, events.Booked(AT, request))
    for courier in ("E1", "E2", "V1"):
        tell(plan, events.ShiftStarted(AT, courier))
    return plan


def tell(plan: DayPlan, event: events.Event) -> None:
    assert plan.tell(event, NINE).outcome == "applied"


def publish(plan: DayPlan, *tasks: Task, told: Any = None, held: Any = ()) -> None:
    """Publishes that E1 does this, one thing every half hour."""
    planned = tuple(
        PlannedTask(task, HALF_PAST + 1_800 * number, HALF_PAST + 1_800 * number + 600,
                    held=task in held)
        for number, task in enumerate(tasks)
    )  # fmt: skip
    shown = [task for task in tasks if task not in held] if told is None else told
    plan.publish(
        Revision(
            number=1,
            at=AT,
            couriers={"E1": PlannedCourier(None, HALF_PAST, planned)} if tasks else {},
            left_out={},
            instructions=Instructions({"E1": tuple(shown)}),
            changes=ChangeReport(),
            decisions=(),
        )
    )


def shown(plan: DayPlan) -> list[Task]:
    return [one.task for one in tasks_of(plan, "E1")]


ONE, TWO, THREE = Collect("pk_1"), Collect("pk_2"), Collect("pk_3")


def test_nothing_is_told_before_the_first_plan(plan: DayPlan) -> None:
    assert shown(plan) == []


def test_a_place_that_is_only_held_is_passed_over(plan: DayPlan) -> None:
    publish(plan, ONE, TWO, THREE, held={TWO})
    assert shown(plan) == [ONE, THREE]


def test_what_has_ended_was_refused_or_is_with_another_is_not_told_again(plan: DayPlan) -> None:
    publish(plan, ONE, TWO, THREE)
    tell(plan, events.Cancelled(AT, "pk_1"))
    assert shown(plan) == [TWO, THREE]
    tell(plan, events.Refused(AT, "E1", "pk_2"))
    assert shown(plan) == [THREE]
    tell(plan, events.Departed(AT, "E2", THREE))
    assert shown(plan) == []


def test_nobody_is_sent_again_to_a_shut_door_before_the_plan_says_when(plan: DayPlan) -> None:
    publish(plan, ONE, TWO)
    tell(plan, events.Arrived(AT, "E1", "pk_1"))
    tell(plan, events.FailedAtDoor(AT + 60, "E1", "pk_1", "nobody_home"))
    assert shown(plan) == [TWO]
    publish(plan, TWO, ONE)
    assert shown(plan) == [TWO, ONE]


def test_what_it_is_doing_stays_on_the_list(plan: DayPlan) -> None:
    publish(plan, ONE, TWO)
    tell(plan, events.Departed(AT, "E1", ONE))
    first, second = tasks_of(plan, "E1")
    assert (first.task, first.committed, second.committed) == (ONE, True, False)


def test_after_unloading_come_the_next_tasks_until_the_next_plan(plan: DayPlan) -> None:
    publish(plan, Unload("H1"), ONE, Unload("H1"))
    tell(plan, events.Departed(AT, "E1", Unload("H1")))
    tell(plan, events.Unloaded(AT + 60, "E1", "H1"))
    assert shown(plan) == [ONE, Unload("H1")]
    publish(plan, ONE, Unload("H1"))
    assert shown(plan) == [ONE, Unload("H1")]


def test_a_load_that_was_taken_over_is_not_fetched_again(plan: DayPlan) -> None:
    tell(plan, events.Collected(AT, "E2", "pk_3", 900))
    tell(plan, events.BrokenDown(AT + 60, "E2"))
    publish(plan, Recover("E2"), ONE)
    assert shown(plan) == [Recover("E2"), ONE]
    tell(plan, events.LoadRecovered(AT + 120, "E1", "E2"))
    assert shown(plan) == [ONE]


def test_who_has_time_for_the_break_is_told_to_take_it_and_not_to_leave(plan: DayPlan) -> None:
    publish(plan, ONE, TWO, told=[TakeBreak()])
    (rest,) = tasks_of(plan, "E1")
    assert rest.task == TakeBreak()
    assert (rest.start_at, rest.end_at) == (at(AT), at(AT + 1_800))
    tell(plan, events.RestBegan(AT, "E1"))
    assert shown(plan) == []


def test_who_has_nothing_to_do_is_told_to_take_the_break(plan: DayPlan) -> None:
    publish(plan, told=[TakeBreak()])
    assert shown(plan) == [TakeBreak()]
