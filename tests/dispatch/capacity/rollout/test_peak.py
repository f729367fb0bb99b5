"""Peak days, reckoned by hand."""

from dataclasses import replace

import pytest

from dispatch.capacity.needs import Level
from dispatch.capacity.rollout.inputs import Need, Peak
from dispatch.capacity.rollout.peak import capacity_of, moved, peak_days, vehicles_for
from dispatch.capacity.rollout.schedule import Schedule
from tests.dispatch.capacity.rollout.plans import bulky, plan, to_open

WUXI = bulky("Wuxi")
HALVES = Peak(week=0, factors=(2.0,), asked_shares=(0.5, 0.5), on_road=(1.0, 1.0))


def need(requests: float, vehicles: int) -> Need:
    return Need(requests_per_day=requests, vehicles=vehicles, people=3 * vehicles, hubs=1)


LEVELS = {
    (WUXI, Level.LOW): need(10, 2),
    (WUXI, Level.EXPECTED): need(30, 4),
    (WUXI, Level.HIGH): need(80, 8),
}
PLAN = replace(plan(to_open(WUXI)), needs=LEVELS, peak=replace(HALVES, week=1))


def test_capacity_follows_the_levels_of_demand() -> None:
    assert [capacity_of(PLAN, WUXI, count) for count in (0, 1, 2, 3, 4, 6, 8, 16)] == [
        0,
        5,
        10,
        20,
        30,
        55,
        80,
        160,
    ]
    assert [vehicles_for(PLAN, WUXI, wanted) for wanted in (1, 10, 10.1, 30, 60, 81)] == [
        1,
        2,
        3,
        4,
        7,
        9,
    ]


def test_levels_that_take_the_same_vehicles() -> None:
    flat = replace(PLAN, needs=LEVELS | {(WUXI, Level.LOW): need(10, 4)})
    assert capacity_of(flat, WUXI, 4) == 30
    assert capacity_of(flat, WUXI, 2) == 15


def test_an_ordinary_day_moves_nobody() -> None:
    assert moved(replace(HALVES, factors=(1.0,)), 100, 100) == (0, 0, 0)


def test_what_does_not_fit_waits_for_room_to_spare() -> None:
    # 150 for 2 x 75 places: 90 ask for the morning, of whom 15 move to the afternoon.
    uneven = replace(HALVES, factors=(1.5,), asked_shares=(0.6, 0.4))
    assert moved(uneven, 100, 125) == pytest.approx((15, 0, 0))


def test_what_does_not_fit_in_a_day_waits_for_the_next_ones() -> None:
    # 200 for 125 places: 75 wait, and every day after has room for 25 of them.
    assert moved(HALVES, 100, 125) == pytest.approx((0, 75, 3))


def test_a_backlog_that_never_clears_is_said_to_stay() -> None:
    assert moved(HALVES, 100, 100)[2] is None


def test_who_is_off_the_road_serves_nobody() -> None:
    # 120 for 60 places in the morning and half as many in the afternoon.
    late = replace(HALVES, factors=(1.2,), asked_shares=(0.8, 0.2), on_road=(1.0, 0.25))
    same_day, later_day, _ = moved(late, 100, 100)
    assert (same_day, later_day) == pytest.approx((0, 16 + 4))


def test_what_keeps_the_promise_and_what_it_costs_not_to() -> None:
    (one,) = peak_days(PLAN, Schedule({WUXI: 1}, {WUXI: (0, 4, 4, 4)}, {}))
    assert (one.vehicles, one.people, one.capacity_per_day, one.requests) == (4, 12, 30, 60)
    # 60 requests take 7 vehicles.
    assert (one.extra_vehicles, one.extra_people) == (3, 9)
    assert one.kept_share == 0.5
    assert (one.same_day, one.later_day) == (0, 30)


def test_services_not_open_by_then_are_left_out() -> None:
    assert peak_days(PLAN, Schedule({WUXI: 2}, {WUXI: (0, 0, 4, 4)}, {})) == ()
    assert peak_days(PLAN, Schedule({WUXI: None}, {WUXI: (0, 0, 0, 0)}, {})) == ()
