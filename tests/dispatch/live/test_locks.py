import pytest

from dispatch.live.dispatcher import Dispatcher
from dispatch.live.events import (
    Booked,
    BrokenDown,
    Departed,
    Event,
    Locked,
    Refused,
    ShiftStarted,
    Ticked,
)
from dispatch.live.records import LockLevel
from dispatch.live.revisions import Revision
from dispatch.live.tasks import Collect
from dispatch.live.verdicts import Outcome, Verdict
from solvers.engines.protocol import Limits
from tests.dispatch.live.days import NINE, day, request

COURIER, ORDER, EXACT, FREE = (
    LockLevel.COURIER,
    LockLevel.ORDER,
    LockLevel.EXACT,
    LockLevel.FREE,
)


def begun() -> Dispatcher:
    """E1 stands at door 0, E2 at door 7, the van at door 4; doors 1, 2 and 3 are booked."""
    dispatcher = Dispatcher(day())
    tell(dispatcher, Ticked(NINE))
    tell(dispatcher, *(ShiftStarted(NINE, one) for one in ("E1", "E2")))
    tell(dispatcher, *(Booked(NINE, request(number)) for number in (1, 2, 3)))
    return dispatcher


def tell(dispatcher: Dispatcher, *events: Event) -> Verdict:
    for event in events:
        verdict = dispatcher.tell(event)
    return verdict


def decide(dispatcher: Dispatcher) -> Revision:
    return dispatcher.decide(Limits(iterations=100))


def pickups(revision: Revision, courier_id: str) -> list[str]:
    planned = revision.couriers.get(courier_id)
    tasks = () if planned is None else planned.tasks
    return [one.task.request_id for one in tasks if isinstance(one.task, Collect)]


def test_a_request_goes_to_the_courier_it_is_locked_to_until_it_is_free_again() -> None:
    dispatcher = begun()
    assert "R1" in pickups(decide(dispatcher), "E1")
    assert tell(dispatcher, Locked(NINE, "R1", COURIER, "E2")).outcome is Outcome.APPLIED
    assert "R1" in pickups(dispatcher.decide(), "E2")
    assert "R1" in pickups(decide(dispatcher), "E2")
    tell(dispatcher, Locked(NINE, "R1", FREE))
    assert "R1" in pickups(decide(dispatcher), "E1")


def test_requests_locked_in_order_head_the_route_in_that_order() -> None:
    dispatcher = begun()
    assert pickups(decide(dispatcher), "E1")[:3] == ["R1", "R2", "R3"]
    for number in (3, 1):
        tell(dispatcher, Locked(NINE, f"R{number}", ORDER, "E1"))
    assert pickups(decide(dispatcher), "E1")[:2] == ["R3", "R1"]
    tell(dispatcher, Departed(NINE, "E1", Collect("R3")))
    assert pickups(decide(dispatcher), "E1")[:2] == ["R3", "R1"]
    tell(dispatcher, Locked(NINE, "R1", FREE), Locked(NINE, "R2", ORDER, "E1"))
    assert pickups(decide(dispatcher), "E1")[:2] == ["R3", "R2"]


def test_a_request_locked_to_a_second_is_begun_then_and_not_before() -> None:
    dispatcher = begun()
    tell(dispatcher, Locked(NINE, "R1", EXACT, "E1", NINE + 5000))
    courier_id, planned = decide(dispatcher).pickups()["R1"]
    assert (courier_id, planned.start_s) == ("E1", NINE + 5000)


def test_a_lock_to_a_second_that_cannot_be_kept_is_kept_as_nearly_as_can_be() -> None:
    dispatcher = begun()
    tell(dispatcher, Locked(NINE, "R3", EXACT, "E1", NINE + 10))
    _, planned = decide(dispatcher).pickups()["R3"]
    assert NINE + 10 < planned.start_s < NINE + 1200


@pytest.mark.parametrize(
    "event", [BrokenDown(NINE, "E1"), Refused(NINE, "E1", "R1")], ids=["broken", "refused"]
)
def test_a_lock_ends_when_its_courier_will_not_come(event: Event) -> None:
    dispatcher = begun()
    tell(dispatcher, Locked(NINE, "R1", ORDER, "E1"))
    decide(dispatcher)
    assert tell(dispatcher, event).outcome is Outcome.APPLIED
    assert dispatcher.ledger.requests["R1"].lock is None
    assert "R1" not in pickups(decide(dispatcher), "E1")
    assert "R1" in decide(dispatcher).pickups()


@pytest.mark.parametrize(
    ("event", "outcome", "why"),
    [
        (Locked(NINE, "R9", COURIER, "E1"), Outcome.UNKNOWN, "no request 'R9'"),
        (Locked(NINE, "R1", COURIER, "X9"), Outcome.UNKNOWN, "no courier 'X9'"),
        (Locked(NINE, "R1", COURIER), Outcome.REFUSED, "level courier with courier None"),
        (Locked(NINE, "R1", FREE, "E1"), Outcome.REFUSED, "level free with courier E1"),
        (Locked(NINE, "R1", EXACT, "E1"), Outcome.REFUSED, "level exact with start None"),
        (Locked(NINE, "R2", COURIER, "E1"), Outcome.REFUSED, "'E2' is underway there"),
        (Locked(NINE, "R1", FREE), Outcome.REPEATED, ""),
    ],
)
def test_locks_that_cannot_be_are_not_applied(event: Locked, outcome: Outcome, why: str) -> None:
    dispatcher = begun()
    tell(dispatcher, Departed(NINE, "E2", Collect("R2")))
    verdict = tell(dispatcher, event)
    assert verdict.outcome is outcome
    assert why in verdict.why
