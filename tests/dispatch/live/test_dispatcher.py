from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dispatch.domain.city import TravelKind, TravelSettings
from dispatch.domain.places import Place
from dispatch.domain.requests import Load, PickupClass, PickupRequest
from dispatch.live.decisions import (
    Assigned,
    AtRisk,
    Committed,
    LeftOut,
    PromiseBroken,
    Resequenced,
    Unserved,
)
from dispatch.live.dispatcher import Dispatcher
from dispatch.live.events import (
    Arrived,
    Booked,
    BrokenDown,
    Cancelled,
    Changed,
    Collected,
    Departed,
    Event,
    FailedAtDoor,
    LoadRecovered,
    Position,
    Refused,
    RestBegan,
    ShiftEnded,
    ShiftStarted,
    Ticked,
    Unloaded,
)
from dispatch.live.revisions import Revision
from dispatch.live.rules import LiveRules
from dispatch.live.tasks import Collect, Recover, TakeBreak, Task, Unload, WaitAt
from dispatch.live.verdicts import Outcome
from solvers.engines.protocol import Limits
from tests.dispatch.live.days import COURIERS, HUBS, NINE, SHIFT_END, day, request

SOME = Limits(iterations=50)


def begun(*courier_ids: str, rules: LiveRules | None = None) -> Dispatcher:
    """A day at nine with just these couriers, on shift."""
    given = day()
    chosen = tuple(one for one in COURIERS if one.id in courier_ids)
    dispatcher = Dispatcher(replace(given, couriers=chosen), rules)
    run(dispatcher, *(ShiftStarted(NINE, courier_id) for courier_id in courier_ids))
    return dispatcher


def run(dispatcher: Dispatcher, *events: Event) -> Revision:
    """Tells the events, each at its time, and what is decided then."""
    for event in events:
        dispatcher.tell(Ticked(event.at))
        verdict = dispatcher.tell(event)
        assert verdict.outcome is Outcome.APPLIED, verdict
    return dispatcher.decide(SOME)


def tasks(revision: Revision, courier_id: str) -> list[Task]:
    planned = revision.couriers.get(courier_id)
    return [] if planned is None else [one.task for one in planned.tasks]


def heavy(given: PickupRequest, weight_g: int) -> PickupRequest:
    return replace(given, load=replace(given.load, weight_g=weight_g))


def bulky(number: int) -> PickupRequest:
    load = Load(weight_g=50_000, volume_ml=400_000, pieces=1)
    return replace(request(number), pickup_class=PickupClass.BULKY, load=load)


def test_a_booking_is_assigned_and_the_courier_sent() -> None:
    dispatcher = begun("E1", "E2")
    revision = run(dispatcher, Booked(NINE, request(1)), Booked(NINE, request(6)))
    assert (tasks(revision, "E1"), tasks(revision, "E2")) == ([Collect("R1")], [Collect("R6")])
    assert revision.instructions.of("E1") == (Collect("R1"),)
    assert {type(one) for one in revision.decisions} == {Assigned}
    again = run(dispatcher, Departed(NINE + 30, "E1", Collect("R1")))
    assert again.decisions == (Committed("E1", Collect("R1")),)
    assert again.changes.unchanged == ("R1", "R6")


def test_who_would_wait_at_the_door_waits_where_it_is() -> None:
    dispatcher = begun("E1")
    revision = run(dispatcher, Booked(NINE, request(1, NINE + 3600)))
    assert tasks(revision, "E1") == [Collect("R1")]
    assert revision.instructions.of("E1") == ()
    leave_s = revision.couriers["E1"].leave_s
    assert NINE + 3000 < leave_s < NINE + 3600
    revision = run(dispatcher, Ticked(leave_s - 30))
    assert revision.instructions.of("E1") == (Collect("R1"),)


def test_a_courier_on_its_way_stays_on_it_though_another_comes_nearer() -> None:
    dispatcher = begun("E1", "E2")
    run(dispatcher, Booked(NINE, request(4)), Departed(NINE + 1, "E1", Collect("R4")))
    revision = run(dispatcher, Position(NINE + 60, "E2", 120.14, 30.30))
    assert tasks(revision, "E1") == [Collect("R4")]
    assert tasks(revision, "E2") == []


def test_the_end_of_a_pickup_is_reckoned_from_where_the_courier_is() -> None:
    dispatcher = begun("E1")
    run(dispatcher, Booked(NINE, request(4)))
    revision = run(dispatcher, Departed(NINE, "E1", Collect("R4")))
    (before,) = revision.couriers["E1"].tasks
    revision = run(dispatcher, Position(NINE + 900, "E1", 120.11, 30.30))
    (delayed,) = revision.couriers["E1"].tasks
    assert delayed.start_s > before.start_s
    revision = run(dispatcher, Arrived(NINE + 1500, "E1", "R4"))
    assert revision.couriers["E1"].tasks[0].start_s == NINE + 1500


def test_a_refusal_gives_the_request_to_somebody_else() -> None:
    dispatcher = begun("E1", "E2")
    run(dispatcher, Booked(NINE, request(1)), Departed(NINE, "E1", Collect("R1")))
    revision = run(dispatcher, Refused(NINE + 30, "E1", "R1"))
    assert (tasks(revision, "E1"), tasks(revision, "E2")) == ([], [Collect("R1")])
    revision = run(dispatcher, Refused(NINE + 60, "E2", "R1"))
    assert revision.left_out == {Collect("R1"): LeftOut.NOBODY_CAN}
    assert Unserved(Collect("R1"), LeftOut.NOBODY_CAN) in revision.decisions


def test_after_nobody_was_home_the_courier_comes_again_later() -> None:
    dispatcher = begun("E1")
    run(dispatcher, Booked(NINE, request(1)), Arrived(NINE + 300, "E1", "R1"))
    revision = run(dispatcher, FailedAtDoor(NINE + 400, "E1", "R1", "nobody home"))
    (again,) = revision.couriers["E1"].tasks
    assert again.start_s == NINE + 400 + LiveRules().retry_after_s
    assert (again.late_s, again.slack_s) == (0, None)
    run(dispatcher, Arrived(NINE + 4100, "E1", "R1"))
    revision = run(dispatcher, FailedAtDoor(NINE + 4200, "E1", "R1", "nobody home"))
    assert revision.couriers == {}


def test_a_breakdown_sends_somebody_for_the_stops_and_the_load() -> None:
    dispatcher = begun("E1", "E2")
    run(dispatcher, Booked(NINE, request(1)), Booked(NINE, request(2)))
    run(dispatcher, Arrived(NINE + 300, "E1", "R1"), Collected(NINE + 400, "E1", "R1", 2000))
    revision = run(dispatcher, BrokenDown(NINE + 500, "E1"))
    assert set(tasks(revision, "E2")) == {Recover("E1"), Collect("R2")}
    assert "E1" not in revision.couriers
    run(dispatcher, Departed(NINE + 510, "E2", Recover("E1")))
    revision = run(dispatcher, LoadRecovered(NINE + 2000, "E2", "E1"))
    assert tasks(revision, "E2") == [Collect("R2")]
    revision = run(dispatcher, ShiftStarted(NINE + 2100, "E1"))
    revision = run(dispatcher, ShiftEnded(NINE + 2100, "E2"))
    assert tasks(revision, "E1") == [Collect("R2")]


def test_goods_heavier_than_said_are_unloaded_first_and_once() -> None:
    dispatcher = begun("E1")
    run(dispatcher, Booked(NINE, request(1)), Booked(NINE, heavy(request(2), 30_000)))
    run(dispatcher, Arrived(NINE + 300, "E1", "R1"))
    revision = run(dispatcher, Collected(NINE + 400, "E1", "R1", 45_000))
    assert tasks(revision, "E1") == [Unload("H1"), Collect("R2")]
    revision = run(dispatcher, Departed(NINE + 410, "E1", Unload("H1")))
    assert tasks(revision, "E1") == [Unload("H1"), Collect("R2")]
    revision = run(dispatcher, Unloaded(NINE + 1100, "E1", "H1"))
    assert tasks(revision, "E1") == [Collect("R2")]


def test_goods_collected_next_to_the_hub_are_unloaded_there() -> None:
    dispatcher = begun("E1")
    at_hub = replace(request(1), id="R0", place=HUBS[0].place)
    run(dispatcher, Booked(NINE, request(1)), Booked(NINE, at_hub))
    run(dispatcher, Booked(NINE, heavy(request(2), 30_000)))
    run(dispatcher, Arrived(NINE + 300, "E1", "R1"), Collected(NINE + 400, "E1", "R1", 2_000))
    run(dispatcher, Arrived(NINE + 700, "E1", "R0"))
    revision = run(dispatcher, Collected(NINE + 800, "E1", "R0", 45_000))
    assert tasks(revision, "E1") == [Unload("H1"), Collect("R2")]
    revision = run(dispatcher, Departed(NINE + 810, "E1", Unload("H1")))
    assert tasks(revision, "E1") == [Unload("H1"), Collect("R2")]
    revision = run(dispatcher, Unloaded(NINE + 1200, "E1", "H1"))
    assert tasks(revision, "E1") == [Collect("R2")]


def test_a_change_of_place_moves_the_plan_there() -> None:
    dispatcher = begun("E1", "E2")
    run(dispatcher, Booked(NINE, request(1)))
    moved = replace(request(1), place=request(6).place)
    revision = run(dispatcher, Changed(NINE + 10, moved))
    assert tasks(revision, "E2") == [Collect("R1")]
    assert revision.changes.moved == ("R1",)
    assert run(dispatcher, Cancelled(NINE + 20, "R1")).couriers == {}


def test_what_no_courier_can_do_any_more_is_said_with_its_reason_and_only_once() -> None:
    dispatcher = begun("E1", "V1")
    revision = run(dispatcher, Booked(NINE, bulky(2)))
    assert tasks(revision, "V1") == [Collect("R2")]
    revision = run(dispatcher, ShiftEnded(NINE + 10, "V1"))
    assert revision.decisions == (Unserved(Collect("R2"), LeftOut.NOBODY_CAN),)
    assert run(dispatcher, Ticked(NINE + 60)).decisions == ()
    revision = run(dispatcher, ShiftStarted(NINE + 90, "V1"))
    assert tasks(revision, "V1") == [Collect("R2")]
    assert revision.left_out == {}


def test_what_has_no_room_beside_the_others_is_said() -> None:
    dispatcher = begun("E1")
    late = SHIFT_END - 1000
    run(dispatcher, Ticked(late), Booked(late, request(1, late)))
    revision = run(dispatcher, Booked(late, request(2, late)))
    (left_out,) = revision.left_out.items()
    assert left_out[1] is LeftOut.NO_ROOM
    assert len(revision.pickups()) == 1


def test_a_promise_at_risk_is_said_before_it_is_broken_and_worse_is_said_again() -> None:
    dispatcher = begun("E1", rules=LiveRules(at_risk_s=900))
    revision = run(dispatcher, Booked(NINE, request(4, end_s=NINE + 2000)))
    (risk,) = (one for one in revision.decisions if isinstance(one, AtRisk))
    assert 0 < risk.slack_s <= 900
    assert run(dispatcher, Ticked(NINE + 60)).decisions == ()
    revision = run(dispatcher, Ticked(NINE + 1500))
    (broken,) = (one for one in revision.decisions if isinstance(one, PromiseBroken))
    assert broken.late_s == revision.pickups()["R4"][1].late_s > 0
    assert run(dispatcher, Ticked(NINE + 1500)).decisions == ()
    (worse,) = run(dispatcher, Ticked(NINE + 1600)).decisions
    assert worse == PromiseBroken("R4", broken.late_s + 100)


def test_a_new_booking_is_put_where_it_breaks_no_promise() -> None:
    dispatcher = begun("E1")
    dispatcher.tell(Ticked(NINE))
    dispatcher.tell(Booked(NINE, request(4, end_s=NINE + 1400)))
    dispatcher.tell(Booked(NINE, request(1)))
    revision = dispatcher.decide()
    assert tasks(revision, "E1") == [Collect("R4"), Collect("R1")]
    assert not any(isinstance(one, PromiseBroken) for one in revision.decisions)


def test_a_courier_that_comes_out_early_is_told_the_new_order() -> None:
    dispatcher = begun("E1")
    run(dispatcher, Booked(NINE, request(1)), Booked(NINE, request(2)), Booked(NINE, request(6)))
    revision = run(dispatcher, Position(NINE + 10, "E1", 120.10 + 6.2 * 0.0104, 30.30))
    assert tasks(revision, "E1")[0] == Collect("R6")
    assert Resequenced("E1") in revision.decisions


def test_a_break_is_kept_for_a_courier_that_was_busy_when_it_was_due() -> None:
    noon = 12 * 3600
    dispatcher = begun("E2")
    run(dispatcher, *(Booked(NINE, request(number, noon)) for number in (6, 5, 1)))
    run(dispatcher, Arrived(noon - 600, "E2", "R6"))
    revision = run(dispatcher, Collected(noon + 2400, "E2", "R6", 2000))
    (rest,) = (one for one in revision.couriers["E2"].tasks if one.task == TakeBreak())
    assert noon + 2400 <= rest.start_s <= noon + 3600
    assert rest.end_s == rest.start_s + 1800
    revision = run(dispatcher, RestBegan(noon + 2410, "E2"))
    assert tasks(revision, "E2") == [Collect("R5"), Collect("R1")]
    assert revision.couriers["E2"].tasks[0].start_s > noon + 2410 + 1800


def test_a_courier_that_was_idle_for_its_break_has_had_it() -> None:
    noon = 12 * 3600
    dispatcher = begun("E2")
    revision = run(dispatcher, Ticked(noon + 2400), Booked(noon + 2400, request(6, noon)))
    assert tasks(revision, "E2") == [Collect("R6")]


def test_a_courier_sent_to_wait_goes_on_from_there() -> None:
    dispatcher = begun("E1", "E2")
    run(dispatcher, Departed(NINE, "E1", WaitAt(lon=request(4).place.lon, lat=30.30)))
    revision = run(dispatcher, Booked(NINE + 1, request(4)))
    assert tasks(revision, "E1")[-1] == Collect("R4")
    assert tasks(revision, "E2") == []


def test_places_outside_the_city_are_refused() -> None:
    dispatcher = begun("E1")
    far = replace(request(1), place=Place(lon=100.0, lat=30.3))
    for event in (Booked(NINE, far), Position(NINE, "E1", 100.0, 30.3)):
        verdict = dispatcher.tell(event)
        assert verdict.outcome is Outcome.REFUSED
        assert "outside the city's area" in verdict.why
    assert dispatcher.tell(Position(NINE, "E1", 300.0, 30.3)).outcome is Outcome.REFUSED


def test_promises_for_another_day_are_refused() -> None:
    dispatcher = begun("E1")
    for start_s in (-3600, 3 * 86_400):
        verdict = dispatcher.tell(Booked(NINE, request(1, start_s)))
        assert verdict.outcome is Outcome.REFUSED
        assert f"is promised for {start_s}" in verdict.why
    assert dispatcher.ledger.requests == {}


def story(dispatcher: Dispatcher) -> list[Revision]:
    bookings = [Booked(NINE + 20 * number, request(number)) for number in range(1, 7)]
    return [run(dispatcher, *bookings), run(dispatcher, Departed(NINE + 200, "E1", Collect("R1")))]


def test_the_same_day_told_twice_is_decided_alike() -> None:
    assert story(begun("E1", "E2", "V1")) == story(begun("E1", "E2", "V1"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda given: replace(given, couriers=()), "at least one courier"),
        (
            lambda given: replace(
                given,
                settings=replace(
                    given.settings,
                    travel=TravelSettings(kind=TravelKind.ROADS, roads=Path("x.roads")),
                ),
            ),
            "straight lines only",
        ),
    ],
)
def test_days_that_cannot_be_run_live_are_refused(
    change: Callable[..., object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Dispatcher(change(day()))  # type: ignore[arg-type]


def test_who_has_time_for_the_break_takes_it_at_once() -> None:
    dispatcher = begun("E2")
    revision = run(dispatcher, Ticked(12 * 3600 - 1))
    assert revision.instructions.of("E2") == ()
    revision = run(dispatcher, Ticked(12 * 3600))
    assert revision.instructions.of("E2") == (TakeBreak(),)
    revision = run(dispatcher, RestBegan(12 * 3600, "E2"))
    assert revision.instructions.of("E2") == ()


def test_a_task_behind_a_wait_is_not_told_yet() -> None:
    dispatcher = begun("E1")
    late = request(2, NINE + 7200)
    revision = run(dispatcher, Booked(NINE, request(1)), Booked(NINE, late))
    assert tasks(revision, "E1") == [Collect("R1"), Collect("R2")]
    assert revision.instructions.of("E1") == (Collect("R1"),)


def test_promises_are_planned_with_time_to_spare() -> None:
    slack_s = []
    for buffer_s in (0, 1800):
        dispatcher = begun("E1", rules=LiveRules(buffer_s=buffer_s, drive_margin_permille=0))
        others = [Booked(NINE, request(number)) for number in range(1, 6)]
        revision = run(dispatcher, *others, Booked(NINE, request(6, NINE, NINE + 3600)))
        slack_s.append(revision.pickups()["R6"][1].slack_s or 0)
    assert slack_s[0] < 1200
    assert slack_s[1] > 1700
