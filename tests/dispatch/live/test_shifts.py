import pytest

from dispatch.live.events import (
    Arrived,
    Booked,
    BrokenDown,
    Collected,
    Departed,
    LoadRecovered,
    Position,
    RestBegan,
    Rested,
    ShiftEnded,
    ShiftStarted,
    Unloaded,
)
from dispatch.live.records import CourierStatus, RequestStatus
from dispatch.live.tasks import Collect, Recover, Unload
from dispatch.live.transitions import apply
from dispatch.live.verdicts import Outcome
from tests.dispatch.live.days import NINE, Told, door, request


@pytest.fixture
def told() -> Told:
    told = Told()
    told.tell(*(Booked(NINE, request(number)) for number in (1, 2)))
    told.tell(ShiftStarted(NINE, "E1"), ShiftStarted(NINE, "E2"))
    return told


def collected(told: Told) -> None:
    told.tell(Arrived(NINE + 100, "E1", "R1"), Collected(NINE + 300, "E1", "R1", 2000))


def aboard(told: Told, courier_id: str) -> list[str]:
    return [one.request_id for one in told.ledger.couriers[courier_id].carried]


def test_a_shift_begins_and_ends_once(told: Told) -> None:
    assert told.tell(ShiftStarted(NINE + 9, "E1")).outcome is Outcome.REPEATED
    told.tell(Departed(NINE + 10, "E1", Collect("R1")), ShiftEnded(NINE + 20, "E1"))
    assert told.ledger.couriers["E1"].status is CourierStatus.DONE
    assert told.ledger.requests["R1"].status is RequestStatus.OPEN
    assert told.tell(ShiftEnded(NINE + 30, "E1")).outcome is Outcome.REPEATED
    assert told.tell(ShiftStarted(NINE, "E1")).outcome is Outcome.LATE


def test_an_end_of_shift_older_than_what_the_courier_did_since_is_late(told: Told) -> None:
    told.tell(Departed(NINE + 50, "E1", Collect("R1")))
    assert told.tell(ShiftEnded(NINE + 20, "E1")).outcome is Outcome.LATE


def test_who_never_came_may_still_be_called_off_and_on(told: Told) -> None:
    told.tell(ShiftEnded(NINE, "V1"))
    assert told.ledger.couriers["V1"].status is CourierStatus.DONE
    told.tell(ShiftStarted(NINE + 60, "V1"))
    assert told.ledger.couriers["V1"].status is CourierStatus.FREE


def test_unloading_empties_what_was_aboard_by_then(told: Told) -> None:
    collected(told)
    told.tell(Departed(NINE + 310, "E1", Unload("H1")), Unloaded(NINE + 900, "E1", "H1"))
    courier = told.ledger.couriers["E1"]
    assert (courier.carried, courier.place, courier.task) == ((), door(0), None)
    assert told.tell(Unloaded(NINE + 900, "E1", "H1")).outcome is Outcome.REPEATED
    assert told.tell(Unloaded(NINE + 950, "E1", "H2")).outcome is Outcome.REFUSED


def test_an_unloading_told_late_leaves_later_goods_aboard(told: Told) -> None:
    collected(told)
    told.tell(Arrived(NINE + 1000, "E1", "R2"), Collected(NINE + 1200, "E1", "R2", 2000))
    told.tell(Unloaded(NINE + 700, "E1", "H1"))
    assert aboard(told, "E1") == ["R2"]
    assert told.ledger.couriers["E1"].place == door(2)


def test_goods_told_of_after_they_were_unloaded_are_not_aboard(told: Told) -> None:
    told.tell(Arrived(NINE + 100, "E1", "R1"), Unloaded(NINE + 900, "E1", "H1"))
    told.tell(Collected(NINE + 300, "E1", "R1", 2000))
    assert told.ledger.requests["R1"].status is RequestStatus.COLLECTED
    assert aboard(told, "E1") == []


def test_a_breakdown_opens_the_next_door_and_keeps_the_load_aboard(told: Told) -> None:
    collected(told)
    told.tell(Departed(NINE + 310, "E1", Collect("R2")), BrokenDown(NINE + 400, "E1"))
    assert told.ledger.couriers["E1"].status is CourierStatus.BROKEN
    assert told.ledger.requests["R2"].status is RequestStatus.OPEN
    assert aboard(told, "E1") == ["R1"]
    assert told.tell(BrokenDown(NINE + 500, "E1")).outcome is Outcome.REPEATED


def test_a_load_is_recovered_where_the_courier_broke_down(told: Told) -> None:
    collected(told)
    told.tell(Position(NINE + 390, "E1", 120.2, 30.2), BrokenDown(NINE + 400, "E1"))
    told.tell(Departed(NINE + 500, "E2", Recover("E1")))
    verdict = told.tell(LoadRecovered(NINE + 900, "E2", "E1"))
    assert verdict.courier_ids == ("E1", "E2")
    assert (aboard(told, "E1"), aboard(told, "E2")) == ([], ["R1"])
    assert told.ledger.couriers["E2"].place.lon == 120.2
    assert told.tell(LoadRecovered(NINE + 900, "E2", "E1")).outcome is Outcome.REPEATED


def test_loads_are_recovered_from_the_broken_down_only(told: Told) -> None:
    assert told.tell(LoadRecovered(NINE, "E2", "E1")).outcome is Outcome.REFUSED
    assert told.tell(LoadRecovered(NINE, "E2", "E2")).outcome is Outcome.REFUSED


def test_a_repaired_courier_rides_on_with_its_load(told: Told) -> None:
    collected(told)
    told.tell(BrokenDown(NINE + 400, "E1"), ShiftStarted(NINE + 4000, "E1"))
    assert told.ledger.couriers["E1"].status is CourierStatus.FREE
    assert aboard(told, "E1") == ["R1"]


def test_who_has_gone_home_does_not_break_down(told: Told) -> None:
    told.tell(ShiftEnded(NINE + 10, "E1"))
    assert told.tell(BrokenDown(NINE + 20, "E1")).outcome is Outcome.REFUSED


def test_a_break_is_taken_once_by_who_has_one(told: Told) -> None:
    assert told.tell(Rested(NINE, "E1")).outcome is Outcome.REFUSED
    assert told.tell(Rested(NINE, "E2")).outcome is Outcome.APPLIED
    assert told.tell(Rested(NINE + 9, "E2")).outcome is Outcome.REPEATED
    assert told.tell(RestBegan(NINE + 9, "E2")).outcome is Outcome.REPEATED


def test_a_courier_rests_until_it_says_so(told: Told) -> None:
    assert told.tell(RestBegan(NINE, "E1")).outcome is Outcome.REFUSED
    told.tell(Departed(NINE, "E2", Collect("R1")), RestBegan(NINE + 60, "E2"))
    assert told.ledger.couriers["E2"].status is CourierStatus.RESTING
    assert told.ledger.requests["R1"].status is RequestStatus.OPEN
    assert told.tell(Rested(NINE + 30, "E2")).outcome is Outcome.LATE
    told.tell(Rested(NINE + 1800, "E2"))
    assert told.ledger.couriers["E2"].status is CourierStatus.FREE


def test_a_break_told_late_or_by_one_who_is_out_does_not_begin(told: Told) -> None:
    told.tell(Departed(NINE + 60, "E2", Collect("R1")))
    assert told.tell(RestBegan(NINE + 30, "E2")).outcome is Outcome.LATE
    told.tell(ShiftEnded(NINE + 90, "E2"))
    assert told.tell(RestBegan(NINE + 99, "E2")).outcome is Outcome.REFUSED


def test_a_watch_that_is_far_ahead_is_not_believed(told: Told) -> None:
    late = NINE + told.rules.most_ahead_s + 1
    verdict = apply(told.ledger, BrokenDown(late, "E1"), told.rules)
    assert verdict.outcome is Outcome.REFUSED
    assert "tick it on first" in verdict.why
