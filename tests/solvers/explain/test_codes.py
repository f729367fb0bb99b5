"""Each code on a problem small enough to be worked out by hand; a metre takes a second."""

from dataclasses import replace

import pytest

from solvers.explain import Change, ChangeKind, Code, Kind, NotExplainableError, Reason, explain
from solvers.model import Hub, Problem, Visit
from solvers.solution import Solution
from solvers.travel import UNREACHABLE, MatrixTravel
from tests.solvers.builders import problem, rest, solution, stop, vehicle, window

NOTHING_YET = Solution()


def only(made: Problem, plan: Solution = NOTHING_YET) -> Reason:
    (reason,) = explain(made, plan)
    return reason


def changes(reason: Reason) -> list[tuple[Change, ...]]:
    return [remedy.changes for remedy in reason.remedies]


def test_no_vehicles():
    reason = only(problem([0, 100], [stop(1)], []))
    assert (reason.kind, reason.code) == (Kind.IMPOSSIBLE_ALONE, Code.NO_VEHICLES)
    assert reason.vehicle is None


def test_skills_name_what_the_nearest_vehicle_lacks():
    fleet = [
        vehicle(id="none"),
        vehicle(id="crew", skills=frozenset({"crew"})),
    ]
    made = problem([0, 100], [stop(1, skills=frozenset({"crew", "lift"}))], fleet)
    reason = only(made)
    assert (reason.kind, reason.code, reason.vehicle) == (Kind.IMPOSSIBLE_ALONE, Code.SKILLS, 1)
    assert (reason.amount, reason.unit) == (1, "skills")
    expected = Change(kind=ChangeKind.ADD_SKILLS, vehicle=1, skills=("lift",))
    assert changes(reason) == [(expected,)]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"allowed_vehicles": frozenset()}, Code.NOT_ALLOWED),
        ({"excluded_vehicles": frozenset({0})}, Code.EXCLUDED),
    ],
)
def test_lists(given: dict, code: Code):
    reason = only(problem([0, 100], [stop(1, **given)], [vehicle()]))
    assert (reason.kind, reason.code) == (Kind.IMPOSSIBLE_ALONE, code)
    assert changes(reason) == [(Change(kind=ChangeKind.ALLOW_VEHICLE, vehicle=0, stop=0),)]


def test_too_heavy_for_the_roomiest_vehicle():
    fleet = [vehicle(id="small", capacity=(20,)), vehicle(id="large", capacity=(32,))]
    made = problem([0, 100], [stop(1, load=(40,))], fleet, dimensions=("weight_kg",))
    reason = only(made)
    assert (reason.kind, reason.code, reason.vehicle) == (Kind.IMPOSSIBLE_ALONE, Code.CAPACITY, 1)
    assert (reason.amount, reason.unit) == (8, "weight_kg")
    lighter = Change(kind=ChangeKind.LESS_LOAD, amount=8, unit="weight_kg", stop=0)
    assert changes(reason) == [(lighter,)]


def test_window_that_closes_before_anybody_can_be_there():
    reason = only(problem([0, 700], [stop(1, windows=(window(0, 100),))], [vehicle()]))
    assert (reason.kind, reason.code) == (Kind.IMPOSSIBLE_ALONE, Code.WINDOW)
    assert (reason.amount, reason.unit) == (600, "s")
    later = Change(kind=ChangeKind.WINDOW_END, amount=600, unit="s", stop=0)
    assert changes(reason) == [(later,)]


def test_a_full_route_leaves_no_room_and_one_more_vehicle_would():
    stops = [stop(1, load=(6,)), stop(2, load=(6,))]
    made = problem([0, 10, 20], stops, [vehicle(capacity=(10,))], dimensions=("pieces",))
    reason = only(made, solution([0]))
    assert (reason.kind, reason.code) == (Kind.NOT_BESIDE_OTHERS, Code.CAPACITY)
    assert reason.amount == 2
    lighter = Change(kind=ChangeKind.LESS_LOAD, amount=2, unit="pieces", stop=1)
    another = Change(kind=ChangeKind.EXTRA_VEHICLE, amount=1, vehicle=0)
    assert changes(reason) == [(lighter,), (another,)]


def test_a_stop_that_would_make_another_miss_its_window_says_whose():
    stops = [
        stop(1, windows=(window(0, 100),)),
        stop(2, windows=(window(0, 95),)),
    ]
    made = problem([0, 100, 50], stops, [vehicle()])
    reason = only(made, solution([0]))
    assert (reason.kind, reason.code) == (Kind.NOT_BESIDE_OTHERS, Code.OTHER_WINDOW)
    assert (reason.amount, reason.failures[0].stop) == (10, 0)
    assert changes(reason)[0] == (Change(kind=ChangeKind.WINDOW_END, amount=10, unit="s", stop=0),)


def test_an_unloading_beside_the_stop_counts_as_fitting():
    stops = [stop(1, load=(6,)), stop(2, load=(6,))]
    hub = Hub(id="H", location=0)
    fleet = [vehicle(capacity=(10,), hubs=(0,))]
    reason = only(problem([0, 10, 20], stops, fleet, [hub], dimensions=("pieces",)), solution([0]))
    assert (reason.kind, reason.code) == (Kind.FITS, Code.NOTHING)
    assert reason.visits == (Visit.stop(0), Visit.hub(0), Visit.stop(1))
    assert (reason.cost, reason.position) == (10 + 10 + 20 - 10, 2)


def test_a_closed_hub_is_named():
    stops = [stop(1, load=(6,)), stop(2, load=(6,), windows=(window(50, 1000),))]
    hub = Hub(id="H", location=0, windows=(window(0, 15),))
    fleet = [vehicle(capacity=(6,), hubs=(0,))]
    made = problem([0, 10, 20], stops, fleet, [hub], dimensions=("pieces",))
    reason = only(made, solution([0]))
    assert (reason.kind, reason.code) == (Kind.NOT_BESIDE_OTHERS, Code.UNLOADING)
    assert (reason.amount, reason.failures[0].hub) == (15, 0)
    later = Change(kind=ChangeKind.HUB_END, amount=15, unit="s", hub=0)
    assert changes(reason)[0] == (later,)


@pytest.mark.parametrize(
    ("given", "code", "kind", "amount", "unit"),
    [
        ({"shift_end_s": 90}, Code.SHIFT_END, ChangeKind.SHIFT_END, 20, "s"),
        ({"max_distance_m": 60}, Code.DISTANCE, ChangeKind.MAX_DISTANCE, 40, "m"),
        ({"max_drive_s": 70}, Code.DRIVE, ChangeKind.MAX_DRIVE, 30, "s"),
        ({"max_duration_s": 100}, Code.DURATION, ChangeKind.MAX_DURATION, 10, "s"),
        ({"max_stops": 0}, Code.STOPS, ChangeKind.MAX_STOPS, 1, "stops"),
    ],
)
def test_limits(given: dict, code: Code, kind: ChangeKind, amount: int, unit: str):
    reason = only(problem([0, 100], [stop(1)], [vehicle(**given)]))
    assert (reason.kind, reason.code) == (Kind.IMPOSSIBLE_ALONE, code)
    assert (reason.amount, reason.unit) == (amount, unit)
    assert changes(reason) == [(Change(kind=kind, amount=amount, unit=unit, vehicle=0),)]


def test_a_break_that_would_begin_too_late():
    made = problem(
        [0, 100],
        [stop(1, service_s=(500,))],
        [vehicle(end=1, rest=rest(120, 590, 60), available_s=95)],
    )
    reason = only(made)
    assert reason.kind is Kind.FITS
    strict = replace(made.vehicles[0], rest=rest(80, 90, 60), max_duration_s=600)
    reason = only(made.replace(vehicles=(strict,)))
    assert (reason.kind, reason.code, reason.amount) == (Kind.IMPOSSIBLE_ALONE, Code.BREAK, 5)
    assert changes(reason)[0][0].kind is ChangeKind.BREAK_END


def test_no_way_leads_there():
    closed = [[0, UNREACHABLE], [100, 0]]
    travel = (MatrixTravel(closed, [[0, 100], [100, 0]]),)
    reason = only(problem([0, 100], [stop(1)], [vehicle()], travel=travel))
    assert (reason.kind, reason.code) == (Kind.IMPOSSIBLE_ALONE, Code.UNREACHABLE)
    assert reason.remedies == ()


def test_a_stop_dearer_than_its_price_says_both():
    reason = only(problem([0, 100], [stop(1, unserved_price=60)], [vehicle()]))
    assert (reason.kind, reason.code) == (Kind.NOT_WORTH_ITS_PRICE, Code.PRICE)
    assert (reason.cost, reason.price) == (100, 60)
    higher = Change(kind=ChangeKind.HIGHER_PRICE, amount=41, unit="milli_fen", stop=0)
    assert changes(reason) == [(higher,)]


def test_what_the_search_missed_is_said_honestly():
    reason = only(problem([0, 100], [stop(1, unserved_price=160)], [vehicle()]))
    assert (reason.kind, reason.code) == (Kind.FITS, Code.NOTHING)
    assert (reason.cost, reason.vehicle, reason.visits) == (100, 0, (Visit.stop(0),))


def test_making_a_promised_stop_late_is_a_cost_not_a_failure():
    stops = [stop(1, due_s=100, late_cost_per_s=7), stop(2, windows=(window(0, 60),))]
    reason = only(problem([0, 100, 50], stops, [vehicle()]), solution([0]))
    assert (reason.kind, reason.cost) == (Kind.FITS, 10 * 7)


def test_a_committed_vehicle_is_judged_after_its_prefix_and_a_fresh_one_would_do():
    stops = [stop(1), stop(2, windows=(window(0, 50),))]
    made = problem([0, 100, 40], stops, [vehicle(committed=(Visit.stop(0),))])
    reason = only(made, solution([0]))
    assert (reason.kind, reason.code) == (Kind.IMPOSSIBLE_ALONE, Code.WINDOW)
    assert reason.amount == 100 + 10 + 60 - 50
    another = Change(kind=ChangeKind.EXTRA_VEHICLE, amount=1, vehicle=0)
    assert changes(reason)[1] == (another,)


def test_an_extra_vehicle_dearer_than_the_price_is_not_offered():
    stops = [stop(1, load=(6,)), stop(2, load=(6,), unserved_price=5)]
    fleet = [vehicle(capacity=(6,), fixed_cost=1000)]
    reason = only(problem([0, 10, 20], stops, fleet, dimensions=("pieces",)), solution([0]))
    assert not [c for given in changes(reason) for c in given if c.kind == "extra_vehicle"]


def test_a_broken_plan_is_not_explained():
    made = problem([0, 100], [stop(1, windows=(window(0, 5),)), stop(1, id="S1b")], [vehicle()])
    with pytest.raises(NotExplainableError, match="95 s outside its windows"):
        explain(made, solution([0]))


@pytest.mark.parametrize(("asked", "words"), [(0, "is on a route"), (7, "no stop with index 7")])
def test_asking_for_a_stop_that_is_not_left_out(asked: int, words: str):
    made = problem([0, 100], [stop(1)], [vehicle()])
    with pytest.raises(NotExplainableError, match=words):
        explain(made, solution([0]), stops=[asked])
