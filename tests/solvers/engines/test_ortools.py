"""Small problems whose best plan is known, one for each thing the engine models."""

import gc
import time
from dataclasses import replace

import numpy as np
import pytest

from solvers.checker import check
from solvers.engines.abilities import Ability
from solvers.engines.ortools import OrToolsEngine
from solvers.engines.ortools.model import RoutingModel
from solvers.engines.protocol import Limits
from solvers.engines.registry import get_engine
from solvers.engines.repair import rank
from solvers.errors import UnsupportedProblemError
from solvers.findings import Rule
from solvers.model import Hub, Prices, VisitKind
from solvers.solution import Solution
from solvers.travel import UNREACHABLE, MatrixTravel
from tests.solvers.builders import problem, rest, solution, stop, vehicle, visits, window
from tests.solvers.drawn import seeded_case
from tests.solvers.engines.ortools_solving import SHORT, sequence, solved

PRICE = 1_000_000


def test_it_is_registered_and_says_it_is_not_reproducible():
    engine = get_engine("ortools")
    assert engine.name == "ortools"
    assert not engine.reproducible


@pytest.mark.parametrize("limits", [Limits(seconds=0.2), Limits(iterations=5)])
def test_either_limit_alone_ends_the_search(limits):
    made = problem([0, 10, 20], [stop(1), stop(2)], [vehicle()])
    plan, _ = solved(made, limits=limits)
    assert sequence(plan) == visits(0, 1)


def test_nothing_of_a_search_stays_in_memory():
    made = problem([0, 10, 20], [stop(1), stop(2)], [vehicle()])
    solved(made, limits=Limits(iterations=5), progress=lambda _: None)
    gc.collect()
    assert not [one for one in gc.get_objects() if isinstance(one, RoutingModel)]


def test_stops_are_visited_in_the_order_of_their_windows():
    made = problem(
        [0, 10, 20],
        [stop(1, windows=(window(500, 600),)), stop(2, windows=(window(0, 100),))],
        [vehicle()],
    )
    plan, _ = solved(made)
    assert sequence(plan) == visits(1, 0)


def test_the_gap_between_two_windows_is_closed():
    early_or_late = (window(0, 20), window(400, 500))
    made = problem(
        [0, 100, 200],
        [stop(1, windows=early_or_late), stop(2, windows=(window(200, 210),))],
        [vehicle()],
    )
    plan, report = solved(made)
    assert sequence(plan) == visits(1, 0)
    assert report.schedules[0].visits[1].start_s == 400


def test_the_dearer_lateness_is_avoided():
    late = {"due_s": 0, "windows": (window(0, 1000),)}
    made = problem(
        [100, 0, 200],
        [stop(1, late_cost_per_s=1, **late), stop(2, late_cost_per_s=50, **late)],
        [vehicle(cost_per_m=0)],
    )
    plan, report = solved(made)
    assert sequence(plan) == visits(1, 0)
    assert report.cost.lateness == 50 * 100 + 310


def test_an_optional_stop_is_left_out_only_if_its_price_is_lower_than_the_way():
    made = problem(
        [0, 10, 5000],
        [stop(1, unserved_price=100), stop(2, unserved_price=100)],
        [vehicle()],
    )
    plan, report = solved(made)
    assert sequence(plan) == visits(0)
    assert report.cost.unserved == 100


def test_a_stop_that_must_be_served_displaces_a_dear_optional_one():
    only_one = (window(0, 100),)
    made = problem(
        [0, -100, 100],
        [stop(1, windows=only_one), stop(2, windows=only_one, unserved_price=PRICE)],
        [vehicle()],
    )
    plan, _ = solved(made)
    assert sequence(plan) == visits(0)


def test_a_stop_that_must_be_served_but_cannot_does_not_spoil_the_plan():
    made = problem([0, 10, 500], [stop(1), stop(2, windows=(window(0, 50),))], [vehicle()])
    result = OrToolsEngine().solve(made, limits=SHORT)
    assert result.solution == solution([0])


def test_loads_are_split_by_capacity_in_every_dimension():
    made = problem(
        [0, 10, 20],
        [stop(1, load=(6, 1)), stop(2, load=(1, 6))],
        [vehicle(id="A", capacity=(9, 6)), vehicle(id="B", capacity=(6, 9))],
        dimensions=("weight_g", "volume_ml"),
    )
    _, report = solved(made)
    assert report.unserved == ()
    assert len(report.schedules) == 2


def test_what_a_vehicle_carries_at_the_start_takes_room():
    made = problem(
        [0, 10],
        [stop(1, load=(5,), unserved_price=PRICE)],
        [vehicle(capacity=(8,), initial_load=(4,))],
        dimensions=("pieces",),
    )
    _, report = solved(made)
    assert report.unserved == (0,)


def hub_problem(**hub):
    return problem(
        [0, 10, 20, 30, 15],
        [stop(at, load=(6,), unserved_price=PRICE) for at in (1, 2, 3)],
        [vehicle(capacity=(10,), hubs=(0,))],
        hubs=[Hub(**({"id": "H", "location": 4, "fixed_s": 60} | hub))],
        dimensions=("pieces",),
    )


def test_a_full_vehicle_unloads_and_goes_on_and_never_for_nothing():
    plan, report = solved(hub_problem())
    assert report.unserved == ()
    kinds = [visit.kind for visit in sequence(plan)]
    assert kinds.count(VisitKind.HUB) == 2
    assert kinds[-1] is VisitKind.STOP


def test_unloading_keeps_the_hours_of_the_hub():
    _, report = solved(hub_problem(windows=(window(300, 310),)))
    assert len(report.unserved) == 1


def test_unloading_by_the_piece_is_planned_as_if_full():
    _, report = solved(hub_problem(unit_ms=(5000,)))
    assert report.unserved == ()


def test_service_depends_on_the_vehicle_class():
    made = problem(
        [0, 10],
        [stop(1, service_s=(900, 100))],
        [
            vehicle(id="slow", vehicle_class=0, cost_per_s=1),
            vehicle(id="fast", vehicle_class=1, cost_per_s=1),
        ],
        vehicle_classes=("slow", "fast"),
    )
    plan, _ = solved(made)
    assert [route.vehicle for route in plan.routes] == [1]


def test_set_up_is_planned_at_every_stop_of_an_address():
    at_one_door = {"address": "A", "setup_s": (50,), "service_s": (10,)}
    made = problem(
        [0, 10, 10],
        [stop(1, **at_one_door), stop(2, **at_one_door)],
        [vehicle(shift_end_s=130)],
    )
    _, report = solved(made)
    assert report.schedules[0].end_s == 10 + 60 + 10


def test_what_only_the_safe_numbers_have_no_room_for_is_put_where_it_fits():
    at_one_door = {"address": "A", "setup_s": (50,), "service_s": (10,)}
    made = problem(
        [0, 10, 10],
        [stop(1, **at_one_door), stop(2, **at_one_door)],
        [vehicle(shift_end_s=90)],
    )
    _, report = solved(made)
    assert report.unserved == ()


def test_the_break_is_taken_inside_its_window():
    made = problem(
        [0, 100, 200],
        [stop(1, windows=(window(100, 150),)), stop(2, windows=(window(400, 600),))],
        [vehicle(rest=rest(200, 300, 60))],
    )
    plan, _ = solved(made)
    assert sequence(plan) == visits(0, "B", 1)


def test_a_stop_only_the_break_has_no_room_for_is_left_out():
    made = problem(
        [0, 100, 200],
        [
            stop(1, windows=(window(100, 100),)),
            stop(2, windows=(window(210, 220),), unserved_price=9),
        ],
        [vehicle(rest=rest(120, 150, 60))],
    )
    _, report = solved(made)
    assert report.unserved == (1,)


def test_skills_lists_and_exclusions_choose_the_vehicle():
    made = problem(
        [0, 10, 20, 30],
        [
            stop(1, skills=frozenset({"lift"})),
            stop(2, allowed_vehicles=frozenset({1})),
            stop(3, excluded_vehicles=frozenset({1, 2})),
        ],
        [vehicle(id="A"), vehicle(id="B"), vehicle(id="C", skills=frozenset({"lift"}))],
    )
    plan, _ = solved(made)
    assert [sequence(plan, index) for index in range(3)] == [visits(2), visits(1), visits(0)]


def test_a_stop_nobody_is_skilled_for_stays_out():
    made = problem([0, 10], [stop(1, skills=frozenset({"x"}), unserved_price=5)], [vehicle()])
    _, report = solved(made)
    assert report.unserved == (0,)


def test_home_zones_and_the_previous_vehicle_have_their_price():
    twins = [vehicle(id="A", home_zones=frozenset({1})), vehicle(id="B", home_zones=frozenset({2}))]
    made = problem(
        [0, 10, 10],
        [stop(1, zone=2), stop(2, zone=None, previous_vehicle=0)],
        twins,
        prices=Prices(outside_home_zone=1000, vehicle_change=1000),
    )
    plan, report = solved(made)
    assert (sequence(plan, 0), sequence(plan, 1)) == (visits(1), visits(0))
    assert report.cost.total == 20


def test_an_arc_that_may_not_be_driven_is_not_driven():
    drives = np.array([[0, 10, 10], [10, 0, UNREACHABLE], [10, 5, 0]])
    made = problem(
        [0, 1, 2],
        [stop(1), stop(2)],
        [vehicle()],
        travel=(MatrixTravel(drives, drives),),
    )
    plan, _ = solved(made)
    assert sequence(plan) == visits(1, 0)


def test_waiting_is_paid_but_not_the_wait_before_leaving():
    made = problem(
        [0, 100],
        [stop(1, windows=(window(5000, 6000),), unserved_price=1000)],
        [vehicle(cost_per_s=1, cost_per_m=0)],
    )
    plan, report = solved(made)
    assert sequence(plan) == visits(0)
    assert report.cost.total == 110


def test_two_vehicles_are_cheaper_than_one_that_waits():
    far_apart = [stop(1, windows=(window(0, 50),)), stop(2, windows=(window(9000, 9100),))]
    made = problem(
        [0, 10, 10], far_apart, [vehicle(id="A", cost_per_s=1), vehicle(id="B", cost_per_s=1)]
    )
    plan, _ = solved(made)
    assert len(plan.routes) == 2


def test_fixed_costs_and_driving_time_choose_the_vehicle():
    made = problem(
        [0, 10],
        [stop(1)],
        [
            vehicle(id="dear", fixed_cost=500),
            vehicle(id="driver", cost_per_drive_s=20),
            vehicle(id="cheap", fixed_cost=100),
        ],
    )
    plan, _ = solved(made)
    assert [route.vehicle for route in plan.routes] == [2]


@pytest.mark.parametrize(
    "limit",
    [{"max_stops": 1}, {"max_distance_m": 15}, {"max_drive_s": 15}, {"max_duration_s": 25}],
)
def test_every_route_limit_is_kept(limit):
    made = problem(
        [0, 10, 20],
        [stop(1, unserved_price=PRICE), stop(2, unserved_price=PRICE)],
        [vehicle(**limit)],
    )
    _, report = solved(made)
    assert len(report.unserved) == 1


def test_a_route_may_begin_at_its_first_stop_and_end_at_a_place():
    made = problem([0, 500, 100], [stop(1), stop(2)], [vehicle(start=None, end=0, shift_end_s=600)])
    plan, report = solved(made)
    assert sequence(plan) == visits(0, 1)
    assert report.schedules[0].distance_m == 500


def test_no_stop_is_taken_that_would_end_the_route_after_the_shift():
    made = problem([0, 100], [stop(1, unserved_price=PRICE)], [vehicle(end=0, shift_end_s=205)])
    _, report = solved(made)
    assert report.unserved == (0,)


def test_a_vehicle_that_cannot_even_get_home_does_not_spoil_the_plan():
    lost = vehicle(id="lost", start=2, end=0, shift_end_s=10)
    made = problem([0, 10, 900], [stop(1)], [lost, vehicle(id="fit")])
    plan, _ = solved(made)
    assert sequence(plan, 1) == visits(0)


def test_a_plan_made_with_the_slowest_travel_holds_at_every_hour():
    slow = np.array([[0, 100], [100, 0]])
    made = problem(
        [0, 1],
        [stop(1, windows=(window(0, 120),))],
        [vehicle()],
        travel=(MatrixTravel(np.stack([slow, slow // 2]), slow, (0, 1000)),),
    )
    plan, _ = solved(made)
    assert sequence(plan) == visits(0)


@pytest.mark.parametrize(
    ("changes", "feature"),
    [
        ({"release_s": 50}, Ability.RELEASE),
        ({"previous_start_s": 50}, Ability.TIME_CHANGE),
    ],
)
def test_what_it_cannot_model_is_refused_by_name(changes, feature):
    made = problem([0, 10], [stop(1, **changes)], [vehicle()], prices=Prices(time_change=5))
    with pytest.raises(UnsupportedProblemError, match=feature):
        OrToolsEngine().solve(made, limits=SHORT)


def test_committed_visits_head_the_route_and_the_rest_follows_on():
    made = problem(
        [0, 50, 10, 60],
        [stop(1), stop(2), stop(3)],
        [vehicle(committed=visits(0))],
    )
    plan, _ = solved(made)
    assert sequence(plan) == visits(0, 2, 1)


def test_an_inherited_breach_is_no_reason_to_add_another_or_to_give_up():
    made = problem(
        [0, 50, 60],
        [
            stop(1, windows=(window(0, 10),)),
            stop(2, windows=(window(0, 75),), unserved_price=PRICE),
        ],
        [vehicle(committed=visits(0))],
    )
    plan, report = solved(made)
    assert sequence(plan) == visits(0, 1)
    assert [finding.amount for finding in report.inherited] == [40]


def test_a_vehicle_already_past_its_shift_keeps_its_committed_visits_and_gets_no_more():
    made = problem(
        [0, 50, 51],
        [stop(1), stop(2, unserved_price=PRICE)],
        [vehicle(committed=visits(0), shift_end_s=20)],
    )
    plan, report = solved(made)
    assert sequence(plan) == visits(0)
    assert report.unserved == (1,)


def test_the_stop_signal_ends_the_search_with_the_plan_so_far():
    draw = np.random.default_rng(3)
    xs = [0, *draw.integers(0, 1000, 40).tolist()]
    made = problem(xs, [stop(at, unserved_price=PRICE) for at in range(1, 41)], [vehicle()])
    reports = []
    result = OrToolsEngine().solve(
        made,
        limits=Limits(seconds=60),
        progress=reports.append,
        stop=lambda: any(report.cost is not None for report in reports),
    )
    assert result.interrupted
    assert result.elapsed_s < 10
    assert check(made, result.solution).valid
    assert result.solution.unserved(made) == ()


def test_progress_ends_with_the_cost_of_the_plan():
    made = problem([0, 10, 20], [stop(1), stop(2)], [vehicle()])
    reports = []
    _, report = solved(made, progress=reports.append)
    assert reports[-1].cost == report.cost.total
    assert reports[-1].unserved == 0


def test_huge_prices_do_not_overflow():
    made = problem(
        [0, 10, 20],
        [stop(1, unserved_price=10**14), stop(2)],
        [vehicle(fixed_cost=10**13, cost_per_s=10**7)],
    )
    _, report = solved(made)
    assert report.unserved == ()


def test_without_vehicles_or_stops_the_plan_is_empty():
    began = time.monotonic()
    assert OrToolsEngine().solve(problem([0], [], [vehicle()]), limits=SHORT).solution == Solution()
    nobody = problem([0, 1], [stop(1, unserved_price=1)], [])
    assert OrToolsEngine().solve(nobody, limits=SHORT).solution == Solution()
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("seed", range(24))
def test_drawn_problems_with_every_feature_get_valid_plans(seed):
    case = seeded_case(seed)
    stops = (replace(s, release_s=None, previous_start_s=None) for s in case.problem.stops)
    made = case.problem.replace(stops=tuple(stops))
    result = OrToolsEngine().solve(
        made, limits=Limits(seconds=0.1, iterations=30), warm_start=case.solution
    )
    report = check(made, result.solution)
    assert {finding.rule for finding in report.violations} <= {Rule.REQUIRED_UNSERVED}
    assert rank(made, result.solution) <= rank(made, case.solution)
