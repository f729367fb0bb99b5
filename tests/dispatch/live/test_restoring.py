from dispatch.live.dispatcher import Dispatcher
from dispatch.live.events import (
    Booked,
    BrokenDown,
    Collected,
    Departed,
    Event,
    ShiftStarted,
    Ticked,
)
from dispatch.live.tasks import Collect, Recover, RouteTask, TakeBreak, Unload
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


def test_a_restored_day_goes_on_with_the_plan_it_had() -> None:
    before = Dispatcher(day())
    for event in SO_FAR:
        assert before.tell(event).outcome is Outcome.APPLIED
    before.decide(Limits(iterations=100))
    after = Dispatcher(day())
    verdicts = after.restore(SO_FAR, before.routes())
    assert {one.outcome for one in verdicts} == {Outcome.APPLIED}
    assert after.ledger.requests == before.ledger.requests
    assert after.ledger.couriers == before.ledger.couriers
    assert after.routes() == before.routes()
    assert after.decide().pickups() == before.decide().pickups()


def test_unloadings_and_breaks_stay_where_they_were_planned() -> None:
    routes: dict[str, list[RouteTask]] = {
        "E1": [Collect("R4"), Unload("H1"), Collect("R3")],
        "E2": [Collect("R5"), TakeBreak(), Collect("R6")],
    }
    dispatcher = Dispatcher(day())
    dispatcher.restore(SO_FAR, routes)
    assert dispatcher.routes() == routes


def test_loads_to_recover_stay_with_who_was_to_fetch_them() -> None:
    broken = (*SO_FAR, Collected(NINE + 430, "E1", "R2", 2500), BrokenDown(NINE + 431, "E1"))
    # Insertion would give it to the van, which is nearer.
    routes: dict[str, list[RouteTask]] = {"E2": [Recover("E1")]}
    dispatcher = Dispatcher(day())
    dispatcher.restore(broken, routes)
    assert Recover("E1") in dispatcher.routes()["E2"]


def test_what_is_on_no_route_any_more_finds_its_place() -> None:
    dispatcher = Dispatcher(day())
    over = [Collect("R5"), Collect("R5"), Collect("R1"), Collect("unknown"), Unload("no hub")]
    dispatcher.restore(SO_FAR, {"E2": over, "nobody": [Collect("R6")]})
    planned = [
        task.request_id
        for tasks in (*dispatcher.routes().values(), [Collect("R2")])
        for task in tasks
        if isinstance(task, Collect)
    ]
    assert sorted(planned) == ["R2", "R3", "R4", "R5", "R6"]


def test_a_restored_day_takes_events_as_before() -> None:
    dispatcher = Dispatcher(day())
    dispatcher.restore(SO_FAR, {})
    assert dispatcher.tell(Booked(NINE + 430, request(1))).outcome is Outcome.REPEATED
    assert dispatcher.tell(Collected(NINE + 430, "E1", "R2", 2000)).outcome is Outcome.APPLIED
    assert "R2" not in dispatcher.decide(Limits(iterations=50)).pickups()
