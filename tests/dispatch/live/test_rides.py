import math

import pytest

from dispatch.live.events import (
    Arrived,
    Booked,
    Collected,
    Departed,
    FailedAtDoor,
    Position,
    Refused,
    ShiftEnded,
    ShiftStarted,
    Ticked,
)
from dispatch.live.records import CourierStatus, RequestStatus
from dispatch.live.rules import LiveRules
from dispatch.live.tasks import Collect, Recover, Unload, WaitAt
from dispatch.live.verdicts import Outcome
from tests.dispatch.live.days import NINE, Told, door, request


@pytest.fixture
def told() -> Told:
    told = Told()
    told.tell(*(Booked(NINE, request(number)) for number in (1, 2, 3)))
    told.tell(ShiftStarted(NINE, "E1"), ShiftStarted(NINE, "E2"))
    return told


def status(told: Told, request_id: str) -> RequestStatus:
    return told.ledger.requests[request_id].status


def test_a_pickup_from_departure_to_goods_aboard(told: Told) -> None:
    told.tell(Departed(NINE, "E1", Collect("R1")))
    assert status(told, "R1") is RequestStatus.UNDERWAY
    assert told.tell(Arrived(NINE + 300, "E1", "R1")).why == ""
    assert status(told, "R1") is RequestStatus.AT_DOOR
    assert told.tell(Collected(NINE + 500, "E1", "R1", 2500)).why == ""
    courier = told.ledger.couriers["E1"]
    assert (courier.status, courier.place, courier.place_s) == (
        CourierStatus.FREE,
        door(1),
        NINE + 500,
    )
    assert [(one.request_id, one.weight_g) for one in courier.carried] == [("R1", 2500)]
    assert told.ledger.requests["R1"].ended_s == NINE + 500


def test_each_step_told_twice_counts_once(told: Told) -> None:
    steps = (
        Departed(NINE, "E1", Collect("R1")),
        Arrived(NINE + 300, "E1", "R1"),
        Collected(NINE + 500, "E1", "R1", 2500),
    )
    for step in steps:
        told.tell(step)
        assert told.tell(step).outcome is Outcome.REPEATED
    assert len(told.ledger.couriers["E1"].carried) == 1
    assert told.tell(steps[0]).outcome is Outcome.LATE
    assert told.tell(steps[1]).outcome is Outcome.LATE


def test_collected_before_arrived_infers_the_arrival(told: Told) -> None:
    told.tell(Departed(NINE, "E1", Collect("R1")))
    verdict = told.tell(Collected(NINE + 500, "E1", "R1", 2500))
    assert verdict.outcome is Outcome.APPLIED
    assert "an arrival of courier 'E1'" in verdict.why
    assert told.tell(Arrived(NINE + 300, "E1", "R1")).outcome is Outcome.LATE
    assert status(told, "R1") is RequestStatus.COLLECTED


def test_an_arrival_without_departure_is_believed_and_frees_the_other_task(told: Told) -> None:
    told.tell(Departed(NINE, "E1", Collect("R1")))
    verdict = told.tell(Arrived(NINE + 300, "E1", "R2"))
    assert "a departure of courier 'E1'" in verdict.why
    assert (status(told, "R1"), status(told, "R2")) == (RequestStatus.OPEN, RequestStatus.AT_DOOR)


def test_leaving_for_another_door_opens_the_first_again(told: Told) -> None:
    told.tell(Departed(NINE, "E1", Collect("R1")), Departed(NINE + 60, "E1", Collect("R2")))
    assert (status(told, "R1"), status(told, "R2")) == (RequestStatus.OPEN, RequestStatus.UNDERWAY)
    assert told.tell(Departed(NINE + 30, "E1", Collect("R3"))).outcome is Outcome.LATE


def test_two_couriers_do_not_drive_to_one_door(told: Told) -> None:
    told.tell(Departed(NINE, "E1", Collect("R1")))
    for event in (
        Departed(NINE + 9, "E2", Collect("R1")),
        Arrived(NINE + 9, "E2", "R1"),
        FailedAtDoor(NINE + 9, "E2", "R1", "closed"),
    ):
        verdict = told.tell(event)
        assert verdict.outcome is Outcome.REFUSED
        assert "courier 'E1' is underway at request 'R1'" in verdict.why


def test_goods_in_the_hands_of_another_courier_are_believed(told: Told) -> None:
    told.tell(Departed(NINE, "E1", Collect("R1")))
    verdict = told.tell(Collected(NINE + 400, "E2", "R1", 2000))
    assert verdict.courier_ids == ("E1", "E2")
    assert told.ledger.couriers["E1"].status is CourierStatus.FREE
    assert told.ledger.requests["R1"].courier_id == "E2"
    assert told.tell(Collected(NINE + 500, "E1", "R1", 2000)).outcome is Outcome.REFUSED


def test_goods_told_of_late_count_and_leave_the_courier_where_it_is_now(told: Told) -> None:
    told.tell(Arrived(NINE + 100, "E1", "R1"), Departed(NINE + 300, "E1", Collect("R2")))
    assert status(told, "R1") is RequestStatus.OPEN
    told.tell(Collected(NINE + 250, "E1", "R1", 2000))
    assert status(told, "R1") is RequestStatus.COLLECTED
    assert told.ledger.couriers["E1"].task == Collect("R2")
    assert status(told, "R2") is RequestStatus.UNDERWAY


def test_goods_collected_by_one_who_has_gone_home_are_aboard(told: Told) -> None:
    told.tell(Arrived(NINE + 100, "E1", "R1"), ShiftEnded(NINE + 200, "E1"))
    told.tell(Collected(NINE + 190, "E1", "R1", 2000))
    assert told.ledger.couriers["E1"].status is CourierStatus.DONE
    assert len(told.ledger.couriers["E1"].carried) == 1


def test_nobody_home_is_tried_again_and_then_given_up(told: Told) -> None:
    told.tell(Arrived(NINE, "E1", "R1"), FailedAtDoor(NINE + 60, "E1", "R1", "nobody home"))
    assert status(told, "R1") is RequestStatus.OPEN
    assert told.ledger.couriers["E1"].status is CourierStatus.FREE
    again = FailedAtDoor(NINE + 60, "E1", "R1", "nobody home")
    assert told.tell(again).outcome is Outcome.REPEATED
    told.tell(Arrived(NINE + 4000, "E2", "R1"))
    told.tell(FailedAtDoor(NINE + 4060, "E2", "R1", "nobody home"))
    record = told.ledger.requests["R1"]
    assert (record.status, record.ended_s) == (RequestStatus.FAILED, NINE + 4060)
    assert told.tell(Departed(NINE + 5000, "E1", Collect("R1"))).outcome is Outcome.REFUSED


def test_a_failure_told_late_does_not_call_back_the_next_attempt(told: Told) -> None:
    told.tell(Arrived(NINE, "E1", "R1"), Departed(NINE + 900, "E1", Collect("R1")))
    told.tell(FailedAtDoor(NINE + 60, "E1", "R1", "nobody home"))
    assert told.ledger.requests["R1"].attempts == 1
    assert status(told, "R1") is RequestStatus.UNDERWAY
    assert told.ledger.couriers["E1"].task == Collect("R1")


def test_rules_may_allow_one_attempt_only(told: Told) -> None:
    told.rules = LiveRules(most_attempts=1)
    told.tell(Arrived(NINE, "E1", "R1"), FailedAtDoor(NINE + 60, "E1", "R1", "nobody home"))
    assert status(told, "R1") is RequestStatus.FAILED


def test_who_refuses_is_never_sent_there_again(told: Told) -> None:
    told.tell(Departed(NINE, "E1", Collect("R1")), Refused(NINE + 60, "E1", "R1"))
    assert status(told, "R1") is RequestStatus.OPEN
    assert told.ledger.requests["R1"].refused_by == {"E1"}
    assert told.tell(Refused(NINE + 90, "E1", "R1")).outcome is Outcome.REPEATED
    assert told.tell(Departed(NINE + 90, "E1", Collect("R1"))).outcome is Outcome.REFUSED
    assert told.tell(Departed(NINE + 90, "E2", Collect("R1"))).outcome is Outcome.APPLIED


def test_a_refusal_older_than_the_departure_is_late(told: Told) -> None:
    told.tell(Departed(NINE + 60, "E1", Collect("R1")))
    assert told.tell(Refused(NINE + 10, "E1", "R1")).outcome is Outcome.LATE
    assert status(told, "R1") is RequestStatus.UNDERWAY


def test_positions_count_in_the_order_of_their_times(told: Told) -> None:
    told.tell(Position(NINE + 50, "E1", 120.2, 30.2))
    assert told.tell(Position(NINE + 50, "E1", 120.2, 30.2)).outcome is Outcome.REPEATED
    assert told.tell(Position(NINE + 40, "E1", 120.1, 30.1)).outcome is Outcome.LATE
    assert told.tell(Position(NINE + 60, "E1", 30.2, 120.2)).outcome is Outcome.REFUSED
    assert told.tell(Position(NINE + 60, "E1", math.nan, 30.2)).outcome is Outcome.REFUSED
    assert told.ledger.couriers["E1"].place.lon == 120.2


@pytest.mark.parametrize(
    ("event", "noun"),
    [
        (Position(NINE, "X", 120.0, 30.0), "courier 'X'"),
        (Departed(NINE, "E1", Collect("X")), "request 'X'"),
        (Departed(NINE, "E1", Unload("X")), "hub 'X'"),
        (Departed(NINE, "E1", Recover("X")), "courier 'X'"),
        (Collected(NINE, "E1", "X", 1), "request 'X'"),
    ],
)
def test_unknown_ids_are_named(told: Told, event: Position, noun: str) -> None:
    verdict = told.tell(event)
    assert verdict.outcome is Outcome.UNKNOWN
    assert noun in verdict.why


def test_what_cannot_be_true_is_refused(told: Told) -> None:
    assert told.tell(Collected(NINE, "E1", "R1", -1)).outcome is Outcome.REFUSED
    assert told.tell(Departed(NINE, "E1", Unload("H2"))).outcome is Outcome.REFUSED
    assert told.tell(Departed(NINE, "E1", Recover("E2"))).outcome is Outcome.REFUSED
    told.tell(ShiftEnded(NINE + 1, "E1"))
    assert told.tell(Departed(NINE + 2, "E1", Collect("R1"))).outcome is Outcome.REFUSED
    assert told.tell(Arrived(NINE + 2, "E1", "R1")).outcome is Outcome.REFUSED


def test_a_courier_may_be_sent_to_wait(told: Told) -> None:
    task = WaitAt(lon=120.2, lat=30.2)
    told.tell(Departed(NINE, "E1", Collect("R1")), Departed(NINE + 10, "E1", task))
    assert told.ledger.couriers["E1"].task == task
    assert status(told, "R1") is RequestStatus.OPEN


def test_times_beyond_the_clock_or_the_day_are_refused(told: Told) -> None:
    assert told.tell(Ticked(NINE - 1)).outcome is Outcome.LATE
    assert told.tell(Ticked(-1)).outcome is Outcome.REFUSED
    assert told.tell(Ticked(10**6)).outcome is Outcome.REFUSED
    verdict = told.tell(Ticked(NINE + 10))
    assert verdict.outcome is Outcome.APPLIED


def test_rules_out_of_range_are_named() -> None:
    with pytest.raises(ValueError, match="most_attempts is 0"):
        LiveRules(most_attempts=0)


def test_who_was_sent_to_wait_somewhere_is_free_once_seen_there(told: Told) -> None:
    told.tell(Departed(NINE, "E1", WaitAt(lon=120.2, lat=30.2)))
    told.tell(Position(NINE + 100, "E1", 120.19, 30.2))
    assert told.ledger.couriers["E1"].status is CourierStatus.DRIVING
    told.tell(Position(NINE + 200, "E1", 120.2, 30.2003))
    courier = told.ledger.couriers["E1"]
    assert (courier.status, courier.task, courier.since_s) == (
        CourierStatus.FREE,
        None,
        NINE + 200,
    )
