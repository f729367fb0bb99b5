from dataclasses import replace

import pytest

from dispatch.live.dispatcher import Dispatcher
from dispatch.live.events import (
    Booked,
    Cancelled,
    Collected,
    Departed,
    Event,
    Held,
    ShiftStarted,
    Ticked,
)
from dispatch.live.records import RequestStatus
from dispatch.live.tasks import Collect
from dispatch.live.verdicts import Outcome
from tests.dispatch.live.days import NINE, day, request

UNTIL = NINE + 600


def begun(*events: Event) -> Dispatcher:
    dispatcher = Dispatcher(day())
    for event in (Ticked(NINE), ShiftStarted(NINE, "E1"), *events):
        assert dispatcher.tell(event).outcome is Outcome.APPLIED
    return dispatcher


def test_a_held_place_is_kept_and_nobody_is_sent_there() -> None:
    dispatcher = begun(Held(NINE, request(1), UNTIL), Booked(NINE, request(2)))
    revision = dispatcher.decide()
    assert set(revision.pickups()) == {"R1", "R2"}
    told = {task for tasks in revision.instructions.tasks.values() for task in tasks}
    assert told == {Collect("R2")}
    assert dispatcher.tell(Departed(NINE, "E1", Collect("R1"))).outcome is Outcome.REFUSED


def test_a_hold_becomes_a_booking() -> None:
    dispatcher = begun(Held(NINE, request(1), UNTIL), Booked(NINE + 10, request(1)))
    assert dispatcher.decide().instructions.of("E1") == (Collect("R1"),)
    dispatcher.tell(Ticked(UNTIL))
    assert dispatcher.ledger.requests["R1"].status is RequestStatus.OPEN
    assert dispatcher.tell(Booked(NINE + 10, request(1))).outcome is Outcome.REPEATED


@pytest.mark.parametrize(
    "end", [Ticked(UNTIL), Cancelled(NINE + 5, "R1")], ids=["over", "given up"]
)
def test_a_hold_that_ends_gives_its_place_back(end: Event) -> None:
    dispatcher = begun(Held(NINE, request(1), UNTIL), end)
    assert dispatcher.ledger.requests["R1"].status is RequestStatus.CANCELLED
    assert dispatcher.decide().pickups() == {}
    assert dispatcher.tell(Held(NINE + 5, request(1), UNTIL + 60)).outcome is Outcome.REFUSED


def test_a_hold_can_be_kept_longer() -> None:
    dispatcher = begun(Held(NINE, request(1), UNTIL), Held(NINE, request(1), UNTIL + 60))
    dispatcher.tell(Ticked(UNTIL))
    assert "R1" in dispatcher.decide().pickups()


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (Held(NINE, request(1), UNTIL), Outcome.REPEATED),
        (Held(NINE, request(1), NINE), Outcome.REFUSED),
        (Held(NINE, replace(request(3), windows=()), UNTIL), Outcome.REFUSED),
        (Held(NINE, request(2), UNTIL), Outcome.REFUSED),
        (Held(NINE - 5, request(1), UNTIL + 1), Outcome.LATE),
    ],
    ids=["twice", "over already", "no window", "booked", "older"],
)
def test_holds_that_cannot_be(event: Held, outcome: Outcome) -> None:
    dispatcher = begun(Held(NINE, request(1), UNTIL), Booked(NINE, request(2)))
    assert dispatcher.tell(event).outcome is outcome


def test_a_cancellation_told_before_the_hold_counts() -> None:
    dispatcher = Dispatcher(day())
    dispatcher.tell(Ticked(NINE))
    assert dispatcher.tell(Cancelled(NINE, "R1")).outcome is Outcome.KEPT
    dispatcher.tell(Held(NINE, request(1), UNTIL))
    assert dispatcher.decide().pickups() == {}


def test_goods_collected_though_only_held_count() -> None:
    dispatcher = begun(Held(NINE, request(1), UNTIL), Collected(NINE, "E1", "R1", 2000))
    dispatcher.tell(Ticked(UNTIL))
    assert dispatcher.ledger.requests["R1"].status is RequestStatus.COLLECTED
