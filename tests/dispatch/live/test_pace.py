from dataclasses import replace

import pytest

from dispatch.domain.places import Place
from dispatch.live.dispatcher import Dispatcher
from dispatch.live.events import (
    Arrived,
    Booked,
    Collected,
    Departed,
    Event,
    Position,
    ShiftStarted,
    Ticked,
)
from dispatch.live.rules import LiveRules
from dispatch.live.tasks import Collect
from dispatch.live.verdicts import Outcome
from tests.dispatch.live.days import COURIERS, NINE, SHIFT_END, day, door, request

FAR = (12, 0, 12)
SLOW_S = 5400


def begun(*, learn_pace: bool = True, margin: int = 100) -> Dispatcher:
    """A day with one e-bike, whose rides between far doors are still to come."""
    given = replace(day(), couriers=COURIERS[:1])
    dispatcher = Dispatcher(given, LiveRules(learn_pace=learn_pace, drive_margin_permille=margin))
    tell(dispatcher, ShiftStarted(NINE, "E1"))
    return dispatcher


def tell(dispatcher: Dispatcher, *events: Event) -> None:
    for event in events:
        dispatcher.tell(Ticked(event.at))
        assert dispatcher.tell(event).outcome is Outcome.APPLIED


def rides(drive_s: int, door_s: int) -> list[Event]:
    """Three rides between doors twelve kilometres apart, each as long, with as long at the door."""
    told: list[Event] = []
    at = NINE
    for number, place in enumerate(FAR):
        one = replace(request(0, end_s=SHIFT_END), id=f"F{number}", place=door(place))
        told += [Booked(at, one), Departed(at, "E1", Collect(one.id))]
        at += drive_s
        told.append(Arrived(at, "E1", one.id))
        at += door_s
        told.append(Collected(at, "E1", one.id, 1000))
    return told


def other_door(dispatcher: Dispatcher) -> Place:
    return door(12 if dispatcher.ledger.couriers["E1"].place == door(0) else 0)


def planned_s(dispatcher: Dispatcher) -> tuple[int, int]:
    """Seconds planned to the other far door, and there."""
    at = dispatcher.ledger.now_s
    far = replace(request(0, at, SHIFT_END), id="NEXT", place=other_door(dispatcher))
    tell(dispatcher, Booked(at, far))
    _, task = dispatcher.decide().pickups()["NEXT"]
    return task.start_s - at, task.end_s - task.start_s


def test_the_plan_reckons_with_a_day_that_is_slower_than_planned() -> None:
    learned, planned = begun(), begun(learn_pace=False)
    for dispatcher in (learned, planned):
        tell(dispatcher, *rides(SLOW_S, 900))
        tell(dispatcher, Ticked(dispatcher.ledger.now_s + 60))
    (drive_s, door_s), (usual_s, usual_door_s) = planned_s(learned), planned_s(planned)
    assert 1.1 * usual_s < drive_s < SLOW_S
    assert door_s > usual_door_s


def test_a_window_that_the_pace_of_the_day_does_not_allow_is_not_offered() -> None:
    slow = rides(SLOW_S, 300)
    known = begun(learn_pace=False)
    tell(known, *slow, Ticked(slow[-1].at + 60))
    usual_s, _ = planned_s(known)
    fits = []
    for dispatcher in (begun(), begun(learn_pace=False)):
        tell(dispatcher, *slow, Ticked(slow[-1].at + 60))
        now = dispatcher.ledger.now_s
        end_s = now + usual_s + LiveRules().buffer_s + 60
        ask = replace(request(0, now, end_s), id="ASK", place=other_door(dispatcher))
        fits.append(dispatcher.quote(ask, ask.windows)[0].fits)
    assert fits == [False, True]


@pytest.mark.parametrize("seen_on_the_way", [False, True])
def test_rides_as_planned_leave_the_plan_as_it_is(seen_on_the_way: bool) -> None:
    drive_s, door_s = planned_s(begun(learn_pace=False, margin=0))
    learned, planned = begun(), begun(learn_pace=False)
    for dispatcher in (learned, planned):
        for event in rides(drive_s, door_s):
            tell(dispatcher, event)
            if seen_on_the_way and isinstance(event, Departed):
                place = door(7)
                tell(dispatcher, Position(event.at + 1500, "E1", place.lon, place.lat))
        tell(dispatcher, Ticked(dispatcher.ledger.now_s + 60))
    assert planned_s(learned) == planned_s(planned)


def test_what_was_learnt_survives_a_restart() -> None:
    events: list[Event] = [ShiftStarted(NINE, "E1"), *rides(SLOW_S, 900)]
    ticked = [each for event in events for each in (Ticked(event.at), event)]
    told, restored = begun(), Dispatcher(replace(day(), couriers=COURIERS[:1]))
    tell(told, *events[1:])
    restored.restore(ticked, {})
    for dispatcher in (told, restored):
        tell(dispatcher, Ticked(told.ledger.now_s + 60))
    assert planned_s(restored) == planned_s(told)
