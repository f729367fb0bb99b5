from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.static.pickup import UNSERVED_PRICE, pickup_problem
from benchmarks.static.scarce import scarce_couriers, scarce_seeds
from benchmarks.static.suites import UnknownSuiteError, get_suite, instance_names, suite_names
from solvers.travel import MatrixTravel, PlanarTravel


def test_same_seed_same_problem_and_another_seed_another() -> None:
    first, again, other = (pickup_problem(40, 5, seed) for seed in (3, 3, 4))
    assert first.stops == again.stops
    assert first.vehicles == again.vehicles
    locations = range(45)
    assert np.array_equal(*(p.travel[0].matrices(locations)[0] for p in (first, again)))
    assert first.stops != other.stops


def test_shares_windows_and_places_are_as_documented() -> None:
    problem = pickup_problem(500, 50, 1)
    bulky = [stop for stop in problem.stops if stop.skills]
    vans = [vehicle for vehicle in problem.vehicles if vehicle.vehicle_class == 1]
    assert len(bulky) == 40
    assert len(vans) == 11
    assert all(1200 <= stop.service_s[0] <= 2400 for stop in bulky)
    assert all(stop.skills <= vans[0].skills for stop in bulky)
    assert all(not vehicle.skills for vehicle in problem.vehicles if vehicle.vehicle_class == 0)
    for stop in problem.stops:
        (window,) = stop.windows
        assert 0 <= window.start_s <= 7200
        assert window.end_s - window.start_s == 7200
        assert stop.unserved_price == UNSERVED_PRICE
    assert all(v.end is None and v.cost_per_drive_s == 1 for v in problem.vehicles)
    assert len({vehicle.start for vehicle in problem.vehicles}) == 50


def test_where_couriers_are_scarce_a_request_left_out_costs_more_than_any_two_drives() -> None:
    scarce = get_suite("pickup-scarce-200").load(Path(), "seed1").problem
    longest = max(int(t.matrices(range(t.size))[0].max()) for t in scarce.travel)
    (price,) = {stop.unserved_price for stop in scarce.stops}
    assert price == 72_000
    assert price > 2 * longest


def test_fewer_couriers_are_the_first_ones_of_more() -> None:
    few, many = pickup_problem(30, 4, 2), pickup_problem(30, 9, 2)
    assert few.stops == many.stops
    assert few.vehicles == many.vehicles[:4]
    places = range(34)
    for mine, theirs in zip(few.travel, many.travel, strict=True):
        assert np.array_equal(mine.matrices(places)[0], theirs.matrices(places)[0])


def test_vans_are_faster_and_large_problems_need_no_matrices() -> None:
    small = pickup_problem(60, 10, 1)
    ebike, van = (travel.matrices(range(70))[0][0] for travel in small.travel)
    assert (van <= ebike).all()
    assert van.sum() < 0.7 * ebike.sum()
    assert isinstance(small.travel[0], MatrixTravel)
    assert isinstance(pickup_problem(2000, 10, 1).travel[0], PlanarTravel)


@pytest.mark.parametrize("given", [(0, 1, 1), (1, 0, 1), (1, 1, -1)])
def test_impossible_sizes_are_refused(given: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"must be positive and the seed not negative, not"):
        pickup_problem(*given)


def test_scarce_instances_are_the_same_requests_with_a_tenth_fewer_couriers(tmp_path) -> None:
    scarce = get_suite("pickup-scarce-200")
    (name, *_) = instance_names(scarce, tmp_path, 1)
    case = scarce.load(tmp_path, name)
    usual = get_suite("pickup-200").load(tmp_path, name)
    scarce_stops = tuple(replace(stop, unserved_price=0) for stop in case.problem.stops)
    assert scarce_stops == tuple(replace(s, unserved_price=0) for s in usual.problem.stops)
    assert len(case.problem.vehicles) == scarce_couriers(200, 1) < len(usual.problem.vehicles)
    assert all(len(scarce_seeds(size)) == 10 for size in (200, 1000))


def test_every_named_suite_has_instances_where_the_data_is(shared_data) -> None:
    for name in suite_names():
        suite = get_suite(name)
        assert instance_names(suite, shared_data, 2), name


def test_an_unknown_suite_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownSuiteError, match=r"no suite named 'picup-100'.*pickup-100"):
        get_suite("picup-100")


def test_vehicles_differ_only_as_told() -> None:
    problem = pickup_problem(30, 9, 1)
    kinds = {replace(v, id="", start=0) for v in problem.vehicles}
    assert len(kinds) == 2
