"""Each rule is broken once, by a known amount, and the checker says which and by how much."""

import pytest

from solvers.checker import check
from solvers.findings import Rule, Severity
from solvers.model import Hub, Prices, TimeWindow
from solvers.solution import Route, Solution
from solvers.travel import UNREACHABLE, MatrixTravel
from tests.solvers.builders import problem, rest, solution, stop, vehicle, visits, window


def violations(made, plan):
    return [(f.rule, f.amount) for f in check(made, plan).violations]


def test_a_plan_that_keeps_every_rule_is_valid_and_costs_what_its_parts_add_up_to():
    made = problem(
        [0, 100],
        [stop(1, windows=(window(0, 200),))],
        [vehicle(fixed_cost=7, cost_per_s=2, cost_per_drive_s=3)],
    )
    report = check(made, solution([0]))
    assert report.valid
    assert not report.findings
    parts = report.cost.parts()
    assert (parts["fixed"], parts["time"], parts["driving"], parts["distance"]) == (
        7,
        220,
        300,
        100,
    )
    assert report.cost.total == 627


def test_missed_window_is_named_with_the_seconds_missed():
    made = problem([0, 100], [stop(1, windows=(window(0, 60),))], [vehicle()])
    assert violations(made, solution([0])) == [(Rule.WINDOW, 40)]


def test_lateness_counts_exact_seconds_and_waiting():
    late = stop(2, windows=(window(0, 5000),), due_s=900, late_cost_per_s=5)
    made = problem([0, 100, 200], [stop(1, windows=(window(899, 1000),)), late], [vehicle()])
    report = check(made, solution([0, 1]))
    assert report.valid
    assert [(f.rule, f.amount) for f in report.lateness] == [(Rule.LATE, 109)]
    assert report.cost.lateness == 545


def test_closed_hub():
    hub = Hub(id="H", location=0, windows=(window(0, 150),))
    made = problem([0, 100], [stop(1)], [vehicle(hubs=(0,))], [hub])
    assert violations(made, solution([0, "H0"])) == [(Rule.HUB_CLOSED, 60)]


def test_foreign_hub():
    made = problem([0, 100], [stop(1)], [vehicle()], [Hub(id="H", location=0)])
    assert violations(made, solution([0, "H0"])) == [(Rule.HUB_NOT_ALLOWED, 0)]


def test_overload_is_found_in_every_dimension_and_on_every_leg():
    stops = [stop(1, load=(3, 1)), stop(2, load=(3, 1))]
    made = problem(
        [0, 100, 200], stops, [vehicle(capacity=(5, 1))], dimensions=("weight_g", "pieces")
    )
    findings = check(made, solution([0, 1])).violations
    assert [(f.unit, f.amount, f.stop) for f in findings] == [("weight_g", 1, 1), ("pieces", 1, 1)]


def test_unloading_makes_room_again():
    stops = [stop(1, load=(3,)), stop(2, load=(3,))]
    made = problem(
        [0, 100, 200],
        stops,
        [vehicle(capacity=(5,), hubs=(0,))],
        [Hub(id="H", location=0)],
        dimensions=("pieces",),
    )
    assert check(made, solution([0, "H0", 1])).valid


def test_forbidden_arc():
    forbidden = [[0, UNREACHABLE], [5, 0]]
    made = problem([], [stop(1)], [vehicle()], travel=(MatrixTravel(forbidden, forbidden),))
    assert violations(made, solution([0])) == [(Rule.UNREACHABLE, 0)]


def test_forbidden_arc_to_the_end_place():
    forbidden = [[0, 5], [UNREACHABLE, 0]]
    made = problem([], [stop(1)], [vehicle(end=0)], travel=(MatrixTravel(forbidden, forbidden),))
    assert violations(made, solution([0])) == [(Rule.UNREACHABLE, 0)]


def test_shift_end():
    made = problem([0, 100], [stop(1)], [vehicle(end=0, shift_end_s=200)])
    assert violations(made, solution([0])) == [(Rule.SHIFT_END, 10)]


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"skills": frozenset({"crew-2"})}, Rule.SKILLS),
        ({"allowed_vehicles": frozenset({1})}, Rule.NOT_ALLOWED),
        ({"excluded_vehicles": frozenset({0})}, Rule.EXCLUDED),
    ],
)
def test_vehicle_that_may_not_serve_the_stop(given, rule):
    made = problem([0, 100], [stop(1, **given)], [vehicle(id="a"), vehicle(id="b")])
    assert [found for found, _ in violations(made, solution([0]))] == [rule]


@pytest.mark.parametrize(
    ("limits", "rule", "amount"),
    [
        ({"max_stops": 1}, Rule.MAX_STOPS, 1),
        ({"max_distance_m": 150}, Rule.MAX_DISTANCE, 50),
        ({"max_drive_s": 150}, Rule.MAX_DRIVE, 50),
        ({"max_duration_s": 200}, Rule.MAX_DURATION, 20),
    ],
)
def test_route_limits(limits, rule, amount):
    made = problem([0, 100, 200], [stop(1), stop(2)], [vehicle(**limits)])
    assert violations(made, solution([0, 1])) == [(rule, amount)]


class TestBreak:
    """A break is taken inside the route unless the route leaves after it or ends before it."""

    def made(self, *, wait_until=1000, available_s=0, **given):
        stops = [stop(1), stop(2, windows=(window(wait_until, 2000),))]
        owner = vehicle(rest=rest(300, 500, 60), available_s=available_s, **given)
        return problem([0, 100, 200], stops, [owner])

    def test_working_through_it_is_a_violation(self):
        assert violations(self.made(), solution([0, 1])) == [(Rule.BREAK_MISSING, 0)]

    def test_taking_it_between_stops_is_right(self):
        assert check(self.made(), solution([0, "B", 1])).valid

    def test_not_needed_when_the_route_ends_before_its_window_closes(self):
        assert check(self.made(wait_until=400), solution([0, 1])).valid

    def test_not_needed_when_the_route_leaves_after_it_could_have_ended(self):
        assert check(self.made(available_s=360), solution([0, 1])).valid

    def test_needed_when_the_route_leaves_one_second_earlier(self):
        made = self.made(available_s=359)
        assert violations(made, solution([0, 1])) == [(Rule.BREAK_MISSING, 0)]

    def test_started_after_its_window(self):
        made = self.made(available_s=420)
        assert violations(made, solution([0, "B", 1])) == [(Rule.BREAK_WINDOW, 30)]

    def test_taken_twice(self):
        assert violations(self.made(), solution(["B", 0, "B", 1])) == [(Rule.BREAK_TWICE, 0)]

    def test_a_vehicle_without_one_cannot_take_it(self):
        made = problem([0, 100, 200], [stop(1), stop(2)], [vehicle()])
        assert violations(made, solution([0, "B", 1])) == [(Rule.BREAK_UNKNOWN, 0)]

    def test_after_the_end_of_an_open_route_is_no_place_for_it(self):
        rules = [rule for rule, _ in violations(self.made(), solution([0, 1, "B"]))]
        assert Rule.BREAK_PLACE in rules


class TestAssignment:
    """Every stop once, every vehicle once, nothing unknown."""

    def made(self):
        return problem([0, 100], [stop(1)], [vehicle(id="a"), vehicle(id="b")])

    def test_required_stop_left_out(self):
        assert violations(self.made(), Solution()) == [(Rule.REQUIRED_UNSERVED, 0)]

    def test_optional_stop_left_out_costs_its_price(self):
        made = problem([0, 100], [stop(1, unserved_price=77)], [vehicle()])
        report = check(made, Solution())
        assert report.valid
        assert (report.unserved, report.cost.unserved) == ((0,), 77)

    def test_stop_served_twice(self):
        assert violations(self.made(), solution([0], [0])) == [(Rule.STOP_TWICE, 0)]

    def test_vehicle_with_two_routes(self):
        made = problem([0, 100, 200], [stop(1), stop(2)], [vehicle()])
        plan = Solution((Route(0, visits(0)), Route(0, visits(1))))
        assert violations(made, plan) == [(Rule.VEHICLE_TWICE, 0)]

    def test_unknown_things_are_named_and_the_rest_is_judged(self):
        plan = Solution((Route(9, visits(0)), Route(0, visits(0, 5, "H3"))))
        rules = [rule for rule, _ in violations(self.made(), plan)]
        assert rules == [Rule.UNKNOWN_VEHICLE, Rule.UNKNOWN_STOP, Rule.UNKNOWN_HUB]


def _owing(**given):
    """A vehicle that owes half a minute of break, to begin between second 20 and 60."""
    return vehicle(rest=rest(20, 60, 30), **given)


class TestCommitted:
    """The committed prefix heads the route unchanged; what it breaks by itself is inherited."""

    def made(self, **given):
        stops = [stop(1, windows=(window(0, 50),)), stop(2)]
        return problem([0, 100, 200], stops, [vehicle(committed=visits(0), **given)])

    def test_missed_window_inside_the_prefix_is_inherited(self):
        report = check(self.made(), solution([0, 1]))
        assert report.valid
        assert [(f.rule, f.amount) for f in report.inherited] == [(Rule.WINDOW, 50)]

    def test_changed_prefix_is_a_violation(self):
        assert Rule.COMMITTED in [rule for rule, _ in violations(self.made(), solution([1, 0]))]

    def test_dropped_prefix_is_a_violation(self):
        assert Rule.COMMITTED in [rule for rule, _ in violations(self.made(), Solution())]

    def test_overtime_is_split_into_what_was_unavoidable_and_what_the_plan_adds(self):
        report = check(self.made(shift_end_s=90), solution([0, 1]))
        overtime = [f for f in report.findings if f.rule is Rule.SHIFT_END]
        assert [(f.severity, f.amount) for f in overtime] == [
            (Severity.VIOLATION, 110),
            (Severity.INHERITED, 20),
        ]

    def test_overload_from_the_prefix_is_inherited_until_the_next_unloading(self):
        stops = [stop(1, load=(9,)), stop(2, load=(0,)), stop(3, load=(1,))]
        made = problem(
            [0, 1, 2, 3],
            stops,
            [vehicle(committed=visits(0), capacity=(5,))],
            dimensions=("pieces",),
        )
        report = check(made, solution([0, 1, 2]))
        found = [f for f in report.findings if f.rule is Rule.CAPACITY]
        assert [(f.severity, f.stop, f.amount) for f in found] == [
            (Severity.VIOLATION, 2, 1),
            (Severity.INHERITED, 0, 4),
            (Severity.INHERITED, 1, 4),
            (Severity.INHERITED, 2, 4),
        ]

    def test_initial_overload_is_inherited(self):
        made = problem(
            [0, 1],
            [stop(1, load=(0,))],
            [vehicle(capacity=(5,), initial_load=(6,))],
            dimensions=("pieces",),
        )
        report = check(made, solution([0]))
        assert report.valid
        assert {f.rule for f in report.inherited} == {Rule.CAPACITY}

    def test_break_that_no_place_is_left_for_is_inherited(self):
        late = problem([0, 100, 110], [stop(1), stop(2)], [_owing(committed=visits(0))])
        report = check(late, solution([0, 1]))
        assert report.valid
        assert [f.rule for f in report.inherited] == [Rule.BREAK_MISSING]

    def test_break_that_still_fits_behind_the_prefix_is_not(self):
        early = problem([0, 40, 110], [stop(1), stop(2)], [_owing(committed=visits(0))])
        report = check(early, solution([0, 1]))
        assert [f.rule for f in report.violations] == [Rule.BREAK_MISSING]
        assert check(early, solution([0, "B", 1])).valid

    def test_break_that_a_release_may_still_delay_is_not(self):
        held = problem(
            [0, 100, 110],
            [stop(1), stop(2, release_s=500, unserved_price=5)],
            [_owing(committed=visits(0))],
        )
        report = check(held, solution([0]))
        assert [f.rule for f in report.violations] == [Rule.BREAK_MISSING]

    def test_break_at_the_end_of_the_route_is_inherited_only_if_nothing_may_follow(self):
        for skills, inherited in ((frozenset({"lift"}), True), (frozenset(), False)):
            other = stop(2, skills=skills, unserved_price=5)
            sent = problem([0, 10, 20], [stop(1), other], [_owing(committed=visits(0, "B"))])
            report = check(sent, solution([0, "B"]))
            found = report.inherited if inherited else report.violations
            assert [f.rule for f in found] == [Rule.BREAK_PLACE]
            assert report.valid is inherited

    def test_promise_nobody_can_keep_any_more_is_inherited(self):
        stops = [stop(1), stop(2, windows=(window(0, 50),))]
        made = problem([0, 100, 200], stops, [vehicle(committed=visits(0))])
        report = check(made, solution([0]))
        assert report.valid
        assert [(f.rule, f.stop) for f in report.inherited] == [(Rule.REQUIRED_UNSERVED, 1)]


class TestCountedPrices:
    """Prices counted once per stop."""

    def test_outside_the_home_zone(self):
        made = problem(
            [0, 1, 2],
            [stop(1, zone=1), stop(2, zone=2)],
            [vehicle(home_zones=frozenset({1}))],
            prices=Prices(outside_home_zone=50),
        )
        assert check(made, solution([0, 1])).cost.outside_home_zone == 50

    def test_another_vehicle_than_before(self):
        made = problem(
            [0, 1, 2],
            [stop(1, previous_vehicle=1), stop(2, previous_vehicle=0)],
            [vehicle(id="a"), vehicle(id="b")],
            prices=Prices(vehicle_change=9),
        )
        assert check(made, solution([0, 1])).cost.vehicle_change == 9

    @pytest.mark.parametrize(("previous_start_s", "price"), [(110, 0), (111, 4), (90, 0), (89, 4)])
    def test_another_time_than_before_beyond_the_tolerance(self, previous_start_s, price):
        made = problem(
            [0, 100],
            [stop(1, previous_start_s=previous_start_s)],
            [vehicle()],
            prices=Prices(time_change=4, time_tolerance_s=10),
        )
        assert check(made, solution([0])).cost.time_change == price


def test_window_ends_are_both_inclusive():
    for bounds in ((100, 300), (0, 100)):
        made = problem([0, 100], [stop(1, windows=(TimeWindow(*bounds),))], [vehicle()])
        assert check(made, solution([0])).valid
