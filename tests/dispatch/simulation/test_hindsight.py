"""The plan with all known, and couriers who follow a script."""

from dataclasses import replace

import pytest

from dispatch.live.tasks import Collect
from dispatch.simulation.city import SimulatedCity, sampled_city
from dispatch.simulation.hindsight import in_hindsight
from dispatch.simulation.metrics import metrics_of
from dispatch.simulation.policies.scripted import ByScript, CourierScript
from dispatch.simulation.records import DayRecord, Outcome
from dispatch.simulation.scenarios import NO_CHANCES, SCENARIOS
from dispatch.simulation.study import Hindsight, Study, run_study
from tests.dispatch.simulation.small_world import MIN, H, parcel, rider, run, window

ORDINARY = SCENARIOS["ordinary"]


def test_a_script_waits_at_the_door_of_what_is_not_booked_yet() -> None:
    requests = [parcel("R1", 10, window(9, 11), asked_h=9.5), parcel("R2", 20, window(9, 18))]
    doors = {one.id: one.place for one in requests}
    script = CourierScript((Collect("R1"), Collect("R2")), depart_s=9 * H + 5 * MIN)
    day = run(ByScript({"C1": script}, doors), requests, [rider("C1")])
    first, second = day.requests["R1"], day.requests["R2"]
    assert day.couriers["C1"].departed_s == 9 * H + 5 * MIN
    assert first.rang_s == 9.5 * H
    assert first.collected_s is not None
    assert second.rang_s == first.collected_s + 10 * MIN
    assert day.couriers["C1"].distance_m == 20 * 250


def test_two_who_are_to_visit_one_door_go_there_one_after_the_other() -> None:
    requests = [parcel("R1", 10, window(9, 11)), parcel("R2", 20, window(9, 18))]
    doors = {one.id: one.place for one in requests}
    scripts = {
        "C1": CourierScript((Collect("R1"),), depart_s=9 * H),
        "C2": CourierScript((Collect("R1"), Collect("R2")), depart_s=9 * H),
    }
    chances = replace(NO_CHANCES, nobody_home=1.0)
    couriers = [rider("C1"), rider("C2")]
    day = run(ByScript(scripts, doors), requests[:1], couriers, chances=chances)
    assert day.requests["R1"].visits == 2
    assert day.requests["R1"].courier_id == "C2"
    calm = run(ByScript(scripts, doors), requests, couriers)
    assert [one.courier_id for one in calm.requests.values()] == ["C1", "C2"]


@pytest.fixture(scope="module")
def city() -> SimulatedCity:
    return sampled_city("Hangzhou", couriers=6, vans=2, requests=40)


@pytest.fixture(scope="module")
def days(city: SimulatedCity) -> tuple[DayRecord, DayRecord]:
    study = Study(
        city=city,
        scenario=ORDINARY,
        policies=("nearest",),
        seeds=(1,),
        tick_s=600,
        hindsight=Hindsight(policy="nearest", seconds=1.0),
    )
    result = run_study(study, on_progress=lambda *_: None, stop=lambda: False)
    assert [day.policy for day in result.days] == ["nearest", "hindsight of nearest"]
    return result.days[0].record, result.days[1].record


def test_hindsight_keeps_the_promises_of_the_day_and_rings_nowhere_early(days) -> None:
    lived, known = days
    for ref, request in lived.requests.items():
        again = known.requests[ref]
        assert (again.promise, again.answered_s) == (request.promise, request.answered_s)
        if request.outcome is Outcome.CANCELLED:
            assert again.outcome is Outcome.CANCELLED
        if again.rang_s is not None:
            assert again.promise is not None
            assert again.rang_s >= max(again.promise[0], again.answered_s)
    assert sum(one.kept is True for one in known.requests.values()) >= sum(
        one.kept is True for one in lived.requests.values()
    )


def test_hindsight_is_cheaper_than_the_day_was(city: SimulatedCity, days) -> None:
    lived, known = (metrics_of(day, city.couriers) for day in days)
    assert lived.cost_per_pickup_yuan is not None
    assert known.cost_per_pickup_yuan is not None
    assert known.cost_per_pickup_yuan < lived.cost_per_pickup_yuan
    assert known.pickups >= lived.pickups


def test_a_day_without_promises_has_a_plan_without_rides(city: SimulatedCity, days) -> None:
    lived, _ = days
    nothing = DayRecord(
        requests={
            ref: type(request)(
                id=ref,
                place=request.place,
                pickup_class=request.pickup_class,
                asked_s=request.asked_s,
                wanted=request.wanted,
                answered_s=request.answered_s,
            )
            for ref, request in lived.requests.items()
        }
    )
    known = in_hindsight(city, ORDINARY, 1, nothing, seconds=0.1)
    assert {one.outcome for one in known.requests.values()} == {Outcome.REFUSED}
    assert all(one.departed_s is None for one in known.couriers.values())


def test_whoever_finds_a_door_shut_the_other_has_room() -> None:
    city = sampled_city("Hangzhou", couriers=8, vans=2, requests=40)
    few = tuple(replace(one, capacity=replace(one.capacity, pieces=5)) for one in city.couriers)
    nobody_home = replace(ORDINARY, chances=replace(NO_CHANCES, nobody_home=0.7))
    study = Study(
        city=replace(city, couriers=few),
        scenario=nobody_home,
        policies=("nearest",),
        seeds=(1,),
        tick_s=600,
        hindsight=Hindsight(policy="nearest", seconds=1.0),
    )
    result = run_study(study, on_progress=lambda *_: None, stop=lambda: False)
    assert len(result.days) == 2
