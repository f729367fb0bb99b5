from dispatch.live.dispatcher import Dispatcher
from dispatch.live.events import Booked, Collected, Departed, Event, ShiftStarted, Ticked
from dispatch.live.tasks import Collect
from dispatch.live.verdicts import Outcome
from solvers.engines.protocol import Limits
from tests.dispatch.live.days import NINE, day, request

SO_FAR: tuple[Event, ...] = (
    Ticked(NINE),
    *(ShiftStarted(NINE, courier_id) for courier_id in ("E1", "E2", "V1")),
    *(Booked(NINE, request(number)) for number in range(1, 7)),
    Departed(NINE, "E1", Collect("R1")),
    Collected(NINE + 400, "E1", "R1", 2500),
    Departed(NINE + 400, "E1", Collect("R2")),
    Ticked(NINE + 420),
)


def routes(dispatcher: Dispatcher) -> dict[str, list[str]]:
    couriers = dispatcher.decide().couriers
    return {
        courier_id: [one.task.request_id for one in courier.tasks if isinstance(one.task, Collect)]
        for courier_id, courier in couriers.items()
    }


def test_a_restored_day_goes_on_with_the_plan_it_had() -> None:
    before = Dispatcher(day())
    for event in SO_FAR:
        assert before.tell(event).outcome is Outcome.APPLIED
    before.decide(Limits(iterations=100))
    after = Dispatcher(day())
    verdicts = after.restore(SO_FAR, routes(before))
    assert {one.outcome for one in verdicts} == {Outcome.APPLIED}
    assert after.ledger.requests == before.ledger.requests
    assert after.ledger.couriers == before.ledger.couriers
    assert routes(after) == routes(before)


def test_what_is_on_no_route_any_more_finds_its_place() -> None:
    dispatcher = Dispatcher(day())
    dispatcher.restore(SO_FAR, {"E2": ["R5", "R5", "R1", "unknown"], "nobody": ["R6"]})
    planned = [one for ids in routes(dispatcher).values() for one in ids]
    assert sorted(planned) == ["R2", "R3", "R4", "R5", "R6"]


def test_a_restored_day_takes_events_as_before() -> None:
    dispatcher = Dispatcher(day())
    dispatcher.restore(SO_FAR, {})
    assert dispatcher.tell(Booked(NINE + 430, request(1))).outcome is Outcome.REPEATED
    assert dispatcher.tell(Collected(NINE + 430, "E1", "R2", 2000)).outcome is Outcome.APPLIED
    assert "R2" not in dispatcher.decide(Limits(iterations=50)).pickups()
