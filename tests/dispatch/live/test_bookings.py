from dataclasses import replace
from datetime import datetime

import pytest

from dispatch.domain.places import Window
from dispatch.domain.requests import Load, PickupRequest
from dispatch.live.events import (
    Arrived,
    Booked,
    Cancelled,
    Changed,
    Collected,
    Departed,
    ShiftStarted,
)
from dispatch.live.records import CourierStatus, RequestStatus
from dispatch.live.tasks import Collect
from dispatch.live.verdicts import Outcome
from tests.dispatch.live.days import NINE, Told, door, request

R1 = request(1)
NAIVE = datetime(2026, 11, 23, 10, 0)
MOVED = replace(R1, place=door(2))


@pytest.fixture
def told() -> Told:
    told = Told()
    told.tell(Booked(NINE, R1), ShiftStarted(NINE, "E1"))
    return told


def test_a_booking_is_open_and_booking_it_again_changes_nothing(told: Told) -> None:
    assert told.ledger.requests["R1"].status is RequestStatus.OPEN
    assert told.tell(Booked(NINE + 5, R1)).outcome is Outcome.REPEATED
    verdict = told.tell(Booked(NINE + 5, MOVED))
    assert verdict.outcome is Outcome.REFUSED
    assert "send a change" in verdict.why
    assert told.ledger.requests["R1"].request == R1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (replace(request(2), windows=()), "has no window"),
        (request(2, NINE, NINE - 1), "not in rising order"),
        (replace(request(2), windows=(Window(NAIVE, NAIVE),)), "no time zone"),
        (replace(request(2), load=Load(weight_g=-5, volume_ml=0, pieces=1)), "weight_g is -5"),
    ],
)
def test_a_request_that_cannot_be_planned_with_is_refused(
    told: Told, wrong: PickupRequest, why: str
) -> None:
    for event in (Booked(NINE, wrong), Changed(NINE, replace(wrong, id="R1"))):
        verdict = told.tell(event)
        assert verdict.outcome is Outcome.REFUSED
        assert why in verdict.why
    assert "R2" not in told.ledger.requests
    assert told.ledger.requests["R1"].request == R1


def test_a_change_counts_unless_a_later_one_is_known(told: Told) -> None:
    assert told.tell(Changed(NINE + 50, MOVED)).request_ids == ("R1",)
    assert told.tell(Changed(NINE + 50, MOVED)).outcome is Outcome.REPEATED
    other = replace(R1, place=door(3))
    assert told.tell(Changed(NINE + 20, other)).outcome is Outcome.LATE
    assert told.tell(Booked(NINE, R1)).outcome is Outcome.LATE
    assert told.ledger.requests["R1"].request == MOVED


def test_a_cancellation_frees_who_was_sent(told: Told) -> None:
    verdict = told.tell(Departed(NINE, "E1", Collect("R1")), Cancelled(NINE + 60, "R1"))
    assert (verdict.request_ids, verdict.courier_ids) == (("R1",), ("E1",))
    assert told.ledger.couriers["E1"].status is CourierStatus.FREE
    assert told.ledger.couriers["E1"].task is None
    assert told.tell(Cancelled(NINE + 70, "R1")).outcome is Outcome.REPEATED


def test_what_is_collected_can_be_cancelled_and_changed_no_more(told: Told) -> None:
    told.tell(Arrived(NINE, "E1", "R1"), Collected(NINE + 60, "E1", "R1", 2000))
    for event in (Cancelled(NINE + 70, "R1"), Changed(NINE + 70, MOVED)):
        verdict = told.tell(event)
        assert verdict.outcome is Outcome.REFUSED
        assert "collected already" in verdict.why
    assert told.ledger.requests["R1"].status is RequestStatus.COLLECTED


def test_goods_collected_after_a_cancellation_are_in_hand_all_the_same(told: Told) -> None:
    told.tell(Arrived(NINE, "E1", "R1"), Cancelled(NINE + 50, "R1"))
    verdict = told.tell(Collected(NINE + 60, "E1", "R1", 2000))
    assert verdict.outcome is Outcome.APPLIED
    assert "had been cancelled" in verdict.why
    assert told.ledger.requests["R1"].status is RequestStatus.COLLECTED


def test_a_cancellation_before_its_booking_is_kept(told: Told) -> None:
    assert told.tell(Cancelled(NINE + 9, "R2")).outcome is Outcome.KEPT
    assert told.tell(Cancelled(NINE + 9, "R2")).outcome is Outcome.REPEATED
    assert told.tell(Changed(NINE + 10, request(2))).outcome is Outcome.LATE
    assert told.tell(Booked(NINE, request(2))).outcome is Outcome.APPLIED
    assert told.ledger.requests["R2"].status is RequestStatus.CANCELLED


def test_the_last_of_the_changes_before_a_booking_is_kept(told: Told) -> None:
    first, last = replace(request(2), place=door(5)), replace(request(2), place=door(6))
    told.tell(Changed(NINE + 20, last))
    assert told.tell(Changed(NINE + 10, first)).outcome is Outcome.LATE
    assert told.tell(Booked(NINE, request(2))).outcome is Outcome.APPLIED
    assert told.ledger.requests["R2"].request == last


def test_a_booking_later_than_a_change_kept_for_it_counts(told: Told) -> None:
    told.tell(Changed(NINE, replace(request(2), place=door(5))))
    told.tell(Booked(NINE + 30, request(2)))
    assert told.ledger.requests["R2"].request == request(2)
