"""A part cut out of a problem means the same as before, and comes back unharmed."""

from dataclasses import replace

from solvers.checker import check
from solvers.decomposition.grouping import groups_of
from solvers.decomposition.parts import Part, SubProblem, merged
from solvers.decomposition.sharing import shared_out
from solvers.model import Hub, VisitKind
from solvers.objective import cost_of
from solvers.solution import Solution
from tests.solvers.builders import problem, rest, solution, stop, vehicle, visits


def shares(made):
    return shared_out(made, groups_of(made))


def test_every_stop_and_every_vehicle_is_in_exactly_one_part(make_day):
    made = make_day(300, 30, zones=5)
    parts = shares(made)
    assert sorted(s for part in parts for s in part.stops) == list(range(len(made.stops)))
    assert sorted(v for part in parts for v in part.vehicles) == list(range(len(made.vehicles)))
    assert len(parts) > 2


def test_sharing_out_gives_the_same_parts_every_time(make_day):
    made = make_day(250, 20, zones=4)
    assert shares(made) == shares(made)


def test_stops_that_need_a_van_are_planned_with_all_the_vans(make_day):
    made = make_day(300, 40, zones=5)
    vans = {index for index, v in enumerate(made.vehicles) if v.skills}
    with_bulky = [
        part for part in shares(made) if any(made.stops[index].skills for index in part.stops)
    ]
    assert len(with_bulky) == 1
    assert set(with_bulky[0].vehicles) == vans


def test_more_work_gets_more_vehicles(make_day):
    made = make_day(400, 0, zones=5)
    by_work = sorted(shares(made), key=lambda part: len(part.stops))
    fewest, most = by_work[0], by_work[-1]
    assert len(most.stops) / len(most.vehicles) < 2 * len(fewest.stops) / len(fewest.vehicles)
    assert all(part.vehicles for part in by_work)


def test_a_stop_pinned_to_a_vehicle_is_in_that_vehicles_part(make_day):
    made = make_day(300, 0, zones=4)
    pinned = tuple(
        stop_ if index % 50 else _pinned(stop_, index % len(made.vehicles))
        for index, stop_ in enumerate(made.stops)
    )
    made = made.replace(stops=pinned)
    for part in shares(made):
        for index in part.stops:
            allowed = made.stops[index].allowed_vehicles
            assert allowed is None or allowed & set(part.vehicles)


def _pinned(given, vehicle_index):
    return replace(given, allowed_vehicles=frozenset({vehicle_index}))


def test_committed_stops_go_with_their_vehicle(make_day):
    made = make_day(300, 0, zones=4)
    sent = replace(made.vehicles[0], committed=visits(7, 8))
    made = made.replace(vehicles=(sent, *made.vehicles[1:]))
    home = next(part for part in shares(made) if 0 in part.vehicles)
    assert {7, 8} <= set(home.stops)


def two_parts():
    return problem(
        [0, 10, 20, 30, 40],
        [
            stop(1, allowed_vehicles=frozenset({0}), load=(1,)),
            stop(2, excluded_vehicles=frozenset({0}), load=(2,)),
            stop(3, previous_vehicle=1, load=(3,)),
        ],
        [
            vehicle(id="A", capacity=(9,)),
            vehicle(
                id="B",
                start=4,
                end=0,
                capacity=(9,),
                hubs=(0,),
                rest=rest(0, 90, 5),
                committed=visits(2, "H0"),
            ),
        ],
        hubs=[Hub(id="H", location=4, fixed_s=7)],
        dimensions=("pieces",),
    )


def test_a_lifted_plan_costs_the_same_as_in_its_part():
    made = two_parts()
    sub = SubProblem(made, Part((1, 2), (1,)))
    plan = Solution(sub.lift(solution([1, "H0", "B", 0])))
    assert plan.route_of(1).visits == visits(2, "H0", "B", 1)
    inside = cost_of(sub.problem, sub.lower(plan.routes))
    outside = cost_of(made, plan)
    assert inside.total == outside.total


def test_merged_parts_make_a_valid_plan_of_the_whole():
    made = two_parts()
    first = SubProblem(made, Part((0,), (0,))).lift(solution([0]))
    second = SubProblem(made, Part((1, 2), (1,))).lift(solution([1, "H0", 0]))
    plan = merged([second, first])
    assert [route.vehicle for route in plan.routes] == [0, 1]
    assert check(made, plan).violations == ()
    hub_visits = [v for route in plan.routes for v in route.visits if v.kind is VisitKind.HUB]
    assert len(hub_visits) == 1
