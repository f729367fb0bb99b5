"""What the world makes of instructions, reckoned by hand on a street of houses."""

from dataclasses import replace

import pytest

from dispatch.domain.requests import Load, PickupClass
from dispatch.live import events
from dispatch.live.tasks import Collect, Recover, TakeBreak, Unload, WaitAt
from dispatch.simulation.instructions import InstructionError
from dispatch.simulation.records import Outcome
from dispatch.simulation.rides import NOBODY_HOME
from dispatch.simulation.scenarios import NO_CHANCES
from tests.dispatch.simulation.small_world import (
    DOOR_S,
    MIN,
    SETUP_S,
    H,
    Script,
    house,
    parcel,
    rest,
    rider,
    run,
    window,
)

SERVED_S = SETUP_S + DOOR_S


def test_a_courier_drives_waits_for_the_window_and_collects() -> None:
    script = Script({9 * H: {"C1": (Collect("R1"),)}})
    day = run(script, [parcel("R1", 10, window(10, 12))], [rider("C1")])
    assert script.of_type(events.Departed) == [events.Departed(9 * H, "C1", Collect("R1"))]
    assert script.of_type(events.Arrived) == [events.Arrived(9 * H + 10 * MIN, "C1", "R1")]
    pickup, courier = day.requests["R1"], day.couriers["C1"]
    assert (pickup.rang_s, pickup.collected_s) == (10 * H, 10 * H + SERVED_S)
    assert (pickup.outcome, pickup.kept, pickup.moved) == (Outcome.COLLECTED, True, False)
    assert (courier.drive_s, courier.door_s, courier.distance_m) == (10 * MIN, SERVED_S, 2_500)
    assert courier.paid_s == H + SERVED_S


def test_a_list_is_worked_off_in_order_without_being_told_again() -> None:
    script = Script({9 * H: {"C1": (Collect("R2"), Collect("R1"))}})
    requests = [parcel("R1", 1, window(9, 11)), parcel("R2", 2, window(9, 11))]
    day = run(script, requests, [rider("C1")])
    assert day.requests["R2"].rang_s == 9 * H + 2 * MIN
    assert day.requests["R1"].rang_s == 9 * H + 2 * MIN + SERVED_S + MIN


def test_new_instructions_replace_all_but_what_a_courier_is_on_the_way_to() -> None:
    script = Script(
        {
            9 * H: {"C1": (Collect("R1"), Collect("R2"))},
            9 * H + MIN: {"C1": (Collect("R1"), Collect("R3")), "C2": (Collect("R2"),)},
        }
    )
    requests = [parcel(f"R{n}", 5 + n, window(9, 11)) for n in (1, 2, 3)]
    day = run(script, requests, [rider("C1"), rider("C2")])
    served = {ref: pickup.courier_id for ref, pickup in day.requests.items()}
    assert served == {"R1": "C1", "R2": "C2", "R3": "C1"}
    assert day.changes == 1


def test_a_promise_is_broken_by_ringing_late_and_by_never_ringing() -> None:
    script = Script({11 * H: {"C1": (Collect("R1"),)}})
    requests = [parcel("R1", 10, window(9, 11)), parcel("R2", 10, window(9, 11))]
    day = run(script, requests, [rider("C1")])
    late, missed = day.requests["R1"], day.requests["R2"]
    assert (late.outcome, late.rang_s, late.kept) == (Outcome.COLLECTED, 11 * H + 10 * MIN, False)
    assert (missed.outcome, missed.rang_s, missed.kept) == (Outcome.MISSED, None, False)


def test_nobody_at_home_keeps_the_promise_and_takes_time() -> None:
    script = Script({9 * H: {"C1": (Collect("R1"),)}})
    chances = replace(NO_CHANCES, nobody_home=1.0)
    day = run(script, [parcel("R1", 10, window(9, 11))], [rider("C1")], chances=chances)
    left_s = 9 * H + 10 * MIN + SETUP_S + 180
    assert script.of_type(events.FailedAtDoor) == [
        events.FailedAtDoor(left_s, "C1", "R1", NOBODY_HOME)
    ]
    assert (day.requests["R1"].outcome, day.requests["R1"].kept) == (Outcome.NOBODY_HOME, True)
    assert day.couriers["C1"].pickups == 0


def test_a_second_try_finds_somebody_an_hour_later() -> None:
    script = Script({9 * H: {"C1": (Collect("R1"),)}, 9.5 * H: {"C1": (Collect("R1"),)}})
    chances = replace(NO_CHANCES, nobody_home=1.0)
    day = run(script, [parcel("R1", 10, window(9, 11))], [rider("C1")], chances=chances)
    pickup = day.requests["R1"]
    left_s = 9 * H + 10 * MIN + SETUP_S + 180
    assert (pickup.outcome, pickup.kept, pickup.visits) == (Outcome.COLLECTED, True, 2)
    assert pickup.rang_s == 9 * H + 10 * MIN
    assert pickup.collected_s == left_s + H + SERVED_S


def test_there_is_no_second_try_where_the_rule_says_so() -> None:
    script = Script({9 * H: {"C1": (Collect("R1"),)}, 9.5 * H: {"C1": (Collect("R1"),)}})
    chances = replace(NO_CHANCES, nobody_home=1.0)
    requests = [parcel("R1", 10, window(9, 11))]
    day = run(script, requests, [rider("C1")], chances=chances, most_attempts=1)
    assert (day.requests["R1"].outcome, day.requests["R1"].visits) == (Outcome.NOBODY_HOME, 1)
    assert len(script.of_type(events.Departed)) == 1


def test_a_call_off_frees_the_courier_where_it_is() -> None:
    script = Script({9 * H: {"C1": (Collect("R1"),)}})
    chances = replace(NO_CHANCES, cancelled=1.0)
    request = parcel("R1", 1000, window(9, 18), asked_h=9)
    day = run(script, [request], [rider("C1")], chances=chances, seed=3)
    (cancelled,) = script.of_type(events.Cancelled)
    (position,) = script.of_type(events.Position)
    minutes = (cancelled.at - 9 * H) / 60
    assert position.at == cancelled.at
    assert position.lon == pytest.approx(house(minutes).lon, abs=1e-6)
    courier = day.couriers["C1"]
    assert courier.drive_s == cancelled.at - 9 * H
    assert courier.distance_m == pytest.approx(minutes * 250, abs=1)
    assert (day.requests["R1"].outcome, day.requests["R1"].kept) == (Outcome.CANCELLED, None)


def test_a_refusal_is_told_at_once_and_another_courier_goes() -> None:
    chances = replace(NO_CHANCES, refused=1.0)

    class Second(Script):
        def observe(self, event: events.Event) -> None:
            super().observe(event)
            if isinstance(event, events.Refused):
                self._lists[event.at] = {"C2": (Collect("R1"),)}

    script = Second({9 * H: {"C1": (Collect("R1"),)}})
    day = run(script, [parcel("R1", 1, window(9, 11))], [rider("C1"), rider("C2")], chances=chances)
    assert script.of_type(events.Refused) == [events.Refused(9 * H, "C1", "R1")]
    assert day.requests["R1"].courier_id == "C2"
    assert day.requests["R1"].rang_s == 9 * H + MIN
    assert day.couriers["C1"].paid_s == 0


def test_heavier_than_said_is_weighed_and_may_overload() -> None:
    script = Script({9 * H: {"C1": (Collect("R1"),)}})
    chances = replace(NO_CHANCES, heavier=1.0, heavier_factor=1.5)
    heavy = parcel("R1", 1, window(9, 11), load=Load(weight_g=50_000, volume_ml=10_000, pieces=1))
    day = run(script, [heavy], [rider("C1")], chances=chances)
    assert [event.weight_g for event in script.of_type(events.Collected)] == [75_000]
    assert day.requests["R1"].overloaded


def test_unloading_takes_time_and_makes_room() -> None:
    full = Load(weight_g=60_000, volume_ml=10_000, pieces=4)
    requests = [parcel(ref, 0, window(9, 11), load=full) for ref in ("R1", "R2")]
    script = Script({9 * H: {"C1": (Collect("R1"), Unload("H1"), Collect("R2"))}})
    day = run(script, requests, [rider("C1")])
    (unloaded,) = script.of_type(events.Unloaded)
    collected_s = day.requests["R1"].collected_s
    assert collected_s is not None
    assert unloaded.at == collected_s + 10 * MIN + 300 + 4 * 5
    assert day.couriers["C1"].unload_s == 320
    assert day.requests["R2"].outcome is Outcome.COLLECTED


def test_the_break_begins_in_its_window_and_is_not_paid() -> None:
    script = Script({9 * H: {"C1": (Collect("R1"), TakeBreak(), Collect("R2"))}})
    requests = [parcel("R1", 0, window(9, 11)), parcel("R2", 0, window(9, 18))]
    day = run(script, requests, [rider("C1", rest=rest(11, 13, 30))])
    assert script.of_type(events.RestBegan) == [events.RestBegan(11 * H, "C1")]
    assert script.of_type(events.Rested) == [events.Rested(11 * H + 30 * MIN, "C1")]
    assert day.requests["R2"].rang_s == 11 * H + 30 * MIN
    assert day.couriers["C1"].paid_s == 2 * H + SERVED_S


def test_a_courier_goes_home_in_time_even_if_told_more() -> None:
    script = Script({9 * H: {"C1": (WaitAt(lon=house(30).lon, lat=house(30).lat),)}})
    day = run(script, [], [rider("C1", end=house(0))])
    assert script.of_type(events.ShiftEnded) == [events.ShiftEnded(18 * H - 30 * MIN, "C1")]
    assert day.couriers["C1"].ended_s == 18 * H
    assert day.couriers["C1"].distance_m == 2 * 30 * 250


def test_set_up_is_not_needed_twice_at_one_address() -> None:
    requests = [parcel(ref, 0, window(9, 11), address_id="A1") for ref in ("R1", "R2")]
    script = Script({9 * H: {"C1": (Collect("R1"), Collect("R2"))}})
    day = run(script, requests, [rider("C1")])
    assert day.couriers["C1"].door_s == SETUP_S + 2 * DOOR_S


def test_a_policy_sees_the_past_only_and_in_order() -> None:
    script = Script({9 * H: {"C1": (Collect("R1"),)}, 10 * H: {"C1": (Collect("R2"),)}})
    requests = [
        parcel("R1", 1, window(9, 11), asked_h=-3),
        parcel("R2", 2, window(10, 12), asked_h=9.5),
    ]
    run(script, requests, [rider("C1")], tick_s=600)
    times = [event.at for event in script.seen]
    assert times == sorted(times)
    for at, count in script.decided_at:
        assert all(event.at <= at for event in script.seen[:count])
    booked = {event.request.id: event.at for event in script.of_type(events.Booked)}
    assert booked == {"R1": 0, "R2": 9.5 * H}


class Breakdown(Script):
    """A script for a day on which C1 breaks down; told what to do then.

    Args:
        lists: As of a script.
        then: What couriers do from the breakdown on.
    """

    def __init__(self, lists: dict, then: dict) -> None:
        super().__init__(lists)
        self._then = then

    def observe(self, event: events.Event) -> None:
        super().observe(event)
        if isinstance(event, events.BrokenDown):
            self._lists[event.at] = self._then


def breakdown_of(script: Script, courier_id: str) -> events.BrokenDown:
    (broken,) = [one for one in script.of_type(events.BrokenDown) if one.courier_id == courier_id]
    return broken


OFTEN = replace(NO_CHANCES, breakdowns=0.1)
SEED = 10  # C1 breaks down on its way to the second door and C2 does not.


def test_who_breaks_down_stands_where_it_is_and_another_takes_over() -> None:
    far = parcel("R2", 400, window(9, 18))
    script = Breakdown(
        {9 * H: {"C1": (Collect("R1"), Collect("R2"))}},
        {"C2": (Recover("C1"), Collect("R2"))},
    )
    couriers = [rider("C1"), rider("C2")]
    day = run(script, [parcel("R1", 1, window(9, 11)), far], couriers, chances=OFTEN, seed=SEED)
    broken = breakdown_of(script, "C1")
    position = script.of_type(events.Position)[0]
    assert (position.at, position.courier_id) == (broken.at, "C1")
    driven_min = (broken.at - 9 * H - MIN - SERVED_S) / 60
    assert position.lon == pytest.approx(house(1 + driven_min).lon, abs=1e-6)
    (recovered,) = script.of_type(events.LoadRecovered)
    assert recovered.at == pytest.approx(broken.at + (1 + driven_min) * MIN + 600, abs=1)
    assert day.requests["R2"].courier_id == "C2"
    first = day.couriers["C1"]
    assert (first.broke_down_s, first.stranded) == (broken.at, 0)
    assert first.drive_s == broken.at - 9 * H - SERVED_S
    assert day.couriers["C2"].unload_s == 600


def test_what_nobody_takes_over_is_stranded() -> None:
    script = Script({9 * H: {"C1": (Collect("R1"), Collect("R2"))}})
    requests = [parcel("R1", 1, window(9, 11)), parcel("R2", 400, window(9, 18))]
    day = run(script, requests, [rider("C1")], chances=OFTEN, seed=SEED)
    assert day.couriers["C1"].stranded == 1
    assert day.requests["R2"].outcome is Outcome.MISSED


def test_bulky_goods_are_taken_over_by_a_crew() -> None:
    bulky = parcel("R1", 1, window(9, 11), pickup_class=PickupClass.BULKY)
    script = Breakdown({9 * H: {"C1": (Collect("R1"), Collect("R2"))}}, {"C2": (Recover("C1"),)})
    couriers = [rider("C1", crew_size=2), rider("C2")]
    with pytest.raises(InstructionError, match="crew of 2"):
        run(script, [bulky, parcel("R2", 400, window(9, 18))], couriers, chances=OFTEN, seed=SEED)


BULKY = parcel("R1", 1, window(9, 11), pickup_class=PickupClass.BULKY)
HEAVY = parcel("R1", 1, window(9, 11), load=Load(weight_g=60_001, volume_ml=1, pieces=1))
LIGHT = parcel("R1", 1, window(9, 11))


@pytest.mark.parametrize(
    ("request_", "told", "said"),
    [
        (LIGHT, {"C9": (Collect("R1"),)}, "no courier C9"),
        (LIGHT, {"C1": (Collect("R9"),)}, "R9, which is not booked"),
        (LIGHT, {"C1": (Collect("R1"),), "C2": (Collect("R1"),)}, "lists of C1 and C2"),
        (BULKY, {"C1": (Collect("R1"),)}, "crew of 2"),
        (HEAVY, {"C1": (Collect("R1"),)}, "no room for R1"),
        (LIGHT, {"C1": (TakeBreak(),)}, "no break"),
        (LIGHT, {"C1": (Unload("H9"),)}, "hub H9"),
        (LIGHT, {"C1": (Recover("C2"),)}, "C2, who has not broken down"),
    ],
)
def test_what_cannot_be_done_is_a_mistake_of_the_policy(request_, told, said) -> None:
    with pytest.raises(InstructionError, match=said):
        run(Script({9 * H: told}), [request_], [rider("C1"), rider("C2")])
