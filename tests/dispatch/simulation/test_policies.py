"""What each policy does that a dispatcher would notice."""

import pytest

from dispatch.domain.requests import Load, PickupClass
from dispatch.simulation.policies import POLICIES
from dispatch.simulation.policies.matching import BatchMatching
from dispatch.simulation.policies.nearest import NearestIdle
from dispatch.simulation.policies.zones import FixedZones
from dispatch.simulation.records import Outcome
from dispatch.simulation.scenarios import Chances
from tests.dispatch.simulation.small_world import MIN, H, parcel, rest, rider, run, window

SIMPLE = sorted(name for name in POLICIES if not name.startswith("rolling"))


def test_nearest_sends_whoever_is_nearest() -> None:
    day = run(NearestIdle(), [parcel("R1", 7, window(9, 11))], [rider("C1", 0), rider("C2", 10)])
    assert day.requests["R1"].courier_id == "C2"
    assert day.requests["R1"].rang_s == 9 * H + 3 * MIN


def test_nearest_takes_the_shortest_drive_while_couriers_are_short() -> None:
    requests = [parcel("R1", 20, window(9, 11)), parcel("R2", 2, window(9, 12))]
    day = run(NearestIdle(), requests, [rider("C1")])
    first, second = day.requests["R2"], day.requests["R1"]
    assert first.rang_s == 9 * H + 2 * MIN
    assert second.rang_s is not None
    assert second.rang_s > first.rang_s


def test_matching_minds_all_drives_at_once() -> None:
    # Nearest first sends C2 to R1, which is due first, and leaves C1 nine minutes to R2.
    requests = [parcel("R1", 4, window(9, 11)), parcel("R2", 9, window(9, 11))]
    couriers = [rider("C1", 0), rider("C2", 5)]
    driven = {}
    for policy in (NearestIdle(), BatchMatching()):
        day = run(policy, requests, couriers)
        driven[type(policy)] = sum(one.drive_s for one in day.couriers.values())
    assert driven == {NearestIdle: 10 * MIN, BatchMatching: 8 * MIN}


def test_matching_waits_for_the_tick() -> None:
    request = parcel("R1", 1, window(9, 11), asked_h=9 + 1 / 3600)
    day = run(BatchMatching(), [request], [rider("C1")], tick_s=600)
    assert day.requests["R1"].rang_s == 9 * H + 600 + MIN


def test_zones_serve_their_own_in_the_order_booked() -> None:
    near = [parcel(f"N{n}", n / 10, window(9, 18)) for n in range(6)]
    far = [parcel(f"F{n}", 400 + n / 10, window(9, 18)) for n in range(6)]
    couriers = [rider(f"C{n:02d}", 0 if n < 6 else 400) for n in range(12)]
    requests = [one for pair in zip(near, far, strict=True) for one in pair]
    day = run(FixedZones(), requests, couriers)
    for ref, pickup in day.requests.items():
        assert pickup.courier_id is not None
        assert (int(pickup.courier_id[1:]) < 6) == ref.startswith("N")


def test_zones_keep_the_order_of_booking() -> None:
    requests = [
        parcel("R1", 30, window(9, 18), asked_h=7),
        parcel("R2", 1, window(9, 18), asked_h=8),
    ]
    day = run(FixedZones(), requests, [rider("C1")])
    assert day.requests["R1"].rang_s == 9 * H + 30 * MIN


@pytest.mark.parametrize("name", ["rolling", *SIMPLE])
def test_every_policy_sees_to_breaks_unloading_and_the_way_home(name: str) -> None:
    heavy = Load(weight_g=30_000, volume_ml=1_000, pieces=1)
    requests = [parcel(f"R{n}", n, window(9, 18), load=heavy) for n in range(1, 6)]
    courier = rider("C1", rest=rest(11, 12, 30), end=requests[0].place)
    day = run(POLICIES[name](), requests, [courier])
    assert {one.outcome for one in day.requests.values()} == {Outcome.COLLECTED}
    record = day.couriers["C1"]
    assert record.unload_s >= 2 * 300
    assert record.rest is not None
    assert record.ended_s is not None
    assert record.ended_s <= record.shift_end_s


@pytest.mark.parametrize("name", ["rolling", *SIMPLE])
def test_every_policy_lives_with_chance(name: str) -> None:
    chances = Chances(cancelled=0.3, nobody_home=0.3, refused=0.3, heavier=0.3, heavier_factor=30)
    requests = [parcel(f"R{n}", n % 20, window(9 + n % 7, 11 + n % 7)) for n in range(40)]
    day = run(POLICIES[name](), requests, [rider("C1"), rider("C2", 10)], chances=chances)
    outcomes = {one.outcome for one in day.requests.values()}
    assert {Outcome.COLLECTED, Outcome.CANCELLED} <= outcomes
    assert any(one.visits == 2 for one in day.requests.values())


@pytest.mark.parametrize("name", SIMPLE)
def test_crews_are_kept_for_bulky_pickups(name: str) -> None:
    bulky = parcel("B1", 1, window(9, 11), pickup_class=PickupClass.BULKY)
    requests = [bulky, parcel("P1", 1, window(9, 11))]
    crew = rider("V1", 1, vehicle_class="van", crew_size=2)
    day = run(POLICIES[name](), requests, [crew, rider("C1", 30)])
    served = {ref: pickup.courier_id for ref, pickup in day.requests.items()}
    assert served == {"B1": "V1", "P1": "C1"}
    alone = run(POLICIES[name](), requests, [crew])
    assert {pickup.courier_id for pickup in alone.requests.values()} == {"V1"}


@pytest.mark.parametrize("name", SIMPLE)
def test_no_courier_stands_at_a_door_for_long_before_it_opens(name: str) -> None:
    day = run(POLICIES[name](), [parcel("R1", 2, window(14, 16))], [rider("C1")])
    assert day.couriers["C1"].departed_s is not None
    assert day.couriers["C1"].departed_s >= 14 * H - 2 * MIN - 5 * MIN
    assert day.requests["R1"].rang_s == 14 * H
