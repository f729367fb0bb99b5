"""Homes of fleets that are compared."""

import numpy as np
import pytest

from dispatch.capacity.validate.homes import Homes, greedy_medians, homes_of
from dispatch.domain.requests import PickupClass
from dispatch.sampling.population import Population
from geo.cities import find_city


@pytest.fixture(scope="module")
def homes() -> Homes:
    population = Population.of_city(find_city("Xiamen"), np.random.default_rng(1))
    return homes_of(population, PickupClass.PARCEL, 40)


def test_a_fleet_lives_where_a_smaller_one_does_and_one_place_more(homes: Homes) -> None:
    few, many = ({tuple(home) for home in homes.of_fleet(size)[0]} for size in (20, 21))
    assert len(few) == 20
    assert len(many - few) == 1
    assert few < many


def test_a_courier_more_changes_nobodys_turn(homes: Homes) -> None:
    few, _ = homes.of_fleet(20)
    many, _ = homes.of_fleet(21)
    stayed = [home for home in many.tolist() if home in few.tolist()]
    assert stayed == few.tolist()


def test_some_start_at_hubs_and_stay_so(homes: Homes) -> None:
    starts = [
        dict(zip(map(tuple, lonlat), hub, strict=True))
        for lonlat, hub in (homes.of_fleet(30), homes.of_fleet(40))
    ]
    assert all(starts[1][home] == hub for home, hub in starts[0].items())
    assert 0 < sum(starts[1].values()) < 40


def test_medians_are_where_people_are() -> None:
    villages = np.array([[0.0, 0.0], [10_000.0, 0.0], [0.0, 10_000.0]])
    rng = np.random.default_rng(3)
    people = np.repeat(villages, (60, 30, 10), axis=0) + rng.normal(0, 100, (100, 2))
    chosen = people[greedy_medians(people, 3)]
    nearest = np.linalg.norm(chosen[:, None] - villages[None], axis=2).argmin(axis=1)
    assert nearest.tolist() == [0, 1, 2]
