"""Chance: streams by name, fates by request, scenarios, and days that can be run again."""

from dataclasses import asdict

import numpy as np
import pytest

from dispatch.domain.requests import PickupClass
from dispatch.simulation.acceptance import EarliestWindow
from dispatch.simulation.city import SimulatedCity, sampled_city
from dispatch.simulation.fates import couriers_present, fate_of, traffic_factors
from dispatch.simulation.policies import POLICIES
from dispatch.simulation.policy import Policy
from dispatch.simulation.records import DayRecord
from dispatch.simulation.scenarios import NO_CHANCES, SCENARIOS, Scenario
from dispatch.simulation.streams import stream
from dispatch.simulation.world import World
from tests.dispatch.simulation.small_world import rider

ORDINARY = SCENARIOS["ordinary"]


def test_streams_differ_by_seed_and_name_and_come_again() -> None:
    draws = {
        (seed, names): tuple(stream(seed, *names).random(3).tolist())
        for seed in (0, 1)
        for names in (("a",), ("b",), ("a", "b"), ("ab",))
    }
    assert len(set(draws.values())) == len(draws)
    assert draws[1, ("a",)] == tuple(stream(1, "a").random(3).tolist())


def test_shares_of_fates_are_those_of_the_scenario() -> None:
    fates = [fate_of(f"R{n}", ORDINARY, 1) for n in range(4_000)]
    chances = ORDINARY.chances
    for share, wanted in (
        (np.mean([fate.nobody_home for fate in fates]), chances.nobody_home),
        (np.mean([fate.cancelled_after is not None for fate in fates]), chances.cancelled),
        (np.mean([fate.weight_factor > 1 for fate in fates]), chances.heavier),
    ):
        assert share == pytest.approx(wanted, abs=0.015)
    for factors in ([f.drive_factor for f in fates], [f.door_factor for f in fates]):
        assert np.mean(factors) == pytest.approx(1.0, abs=0.03)
        assert np.std(factors) > 0.1


def test_rain_slows_the_same_fates() -> None:
    dry, wet = (fate_of("R1", SCENARIOS[name], 1) for name in ("ordinary", "rain"))
    assert wet.door_factor == pytest.approx(1.1 * dry.door_factor)
    assert wet.drive_factor == dry.drive_factor
    pairs = zip(traffic_factors(SCENARIOS["rain"], 1), traffic_factors(ORDINARY, 1), strict=True)
    assert all(wet == pytest.approx(1.3 * dry) for wet, dry in pairs)


def test_without_chances_all_goes_as_planned() -> None:
    planned = Scenario(name="planned", what="", chances=NO_CHANCES)
    fate = fate_of("R1", planned, 1)
    assert (fate.drive_factor, fate.door_factor, fate.weight_factor) == (1.0, 1.0, 1.0)
    assert not fate.nobody_home
    assert not fate.refused
    assert fate.cancelled_after is None


def test_a_third_of_each_vehicle_class_is_missing() -> None:
    couriers = [rider(f"C{n}") for n in range(9)]
    couriers += [rider(f"V{n}", vehicle_class="van") for n in range(3)]
    present = couriers_present(couriers, SCENARIOS["missing"], 1)
    assert sorted(courier.vehicle_class for courier in present) == ["ebike"] * 6 + ["van"] * 2
    assert couriers_present(couriers, ORDINARY, 1) == tuple(couriers)
    others = couriers_present(couriers, SCENARIOS["missing"], 2)
    assert {one.id for one in others} != {one.id for one in present}


@pytest.fixture(scope="module")
def city() -> SimulatedCity:
    return sampled_city("Hangzhou", couriers=7, vans=2, requests=60)


def test_the_fleet_is_as_asked_for_and_the_same_for_all_days(city: SimulatedCity) -> None:
    classes = [courier.vehicle_class for courier in city.couriers]
    assert classes == ["ebike"] * 7 + ["van"] * 2
    again = sampled_city("Hangzhou", couriers=7, vans=2, requests=60)
    assert again.couriers == city.couriers
    assert sampled_city("Hangzhou", couriers=0, vans=1, requests=60).couriers[0].id == "V001"


def test_demand_varies_by_seed_around_its_mean(city: SimulatedCity) -> None:
    days = {seed: city.requests(ORDINARY, seed) for seed in range(12)}
    counts = [len(day) for day in days.values()]
    assert len(set(counts)) > 1
    assert np.mean(counts) == pytest.approx(60, abs=8)
    assert city.requests(ORDINARY, 3) == days[3]
    peak = [len(city.requests(SCENARIOS["peak"], seed)) for seed in range(12)]
    assert np.mean(peak) == pytest.approx(120, abs=12)
    kinds = {request.pickup_class for day in days.values() for request in day}
    assert kinds == set(PickupClass)


def simulate(city: SimulatedCity, policy: Policy, scenario: Scenario, seed: int) -> DayRecord:
    return World(
        city.briefing(scenario, seed),
        city.requests(scenario, seed),
        scenario=scenario,
        seed=seed,
        policy=policy,
        acceptance=EarliestWindow(),
        tick_s=600,
    ).run()


def facts(day: DayRecord) -> dict[str, object]:
    return {name: value for name, value in asdict(day).items() if name != "decide_s"}


# No two days are the same where a policy searches by the clock.
REPEATABLE = POLICIES.keys() - {"rolling-ortools"}


@pytest.mark.parametrize("name", sorted(REPEATABLE))
def test_a_day_can_be_run_again(city: SimulatedCity, name: str) -> None:
    first = simulate(city, POLICIES[name](), ORDINARY, 1)
    np.random.default_rng(0).random(5)
    assert facts(simulate(city, POLICIES[name](), ORDINARY, 1)) == facts(first)
    collected = [one for one in first.requests.values() if one.collected_s is not None]
    assert len(collected) > len(first.requests) / 4
    for one in collected:
        assert one.rang_s is not None
        assert one.promise is not None
        assert one.rang_s >= max(one.promise[0], one.answered_s)


def test_the_day_before_had_the_weather_of_the_day_and_was_ordinary_else() -> None:
    rain = SCENARIOS["rain"]
    assert traffic_factors(rain.rehearsed(), 1) == traffic_factors(rain, 1)
    assert fate_of("R1", rain.rehearsed(), 1) == fate_of("R1", rain, 1)
    assert SCENARIOS["peak"].rehearsed() == ORDINARY
    assert SCENARIOS["missing"].rehearsed() == ORDINARY
