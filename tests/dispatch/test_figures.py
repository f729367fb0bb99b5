from dataclasses import replace

import pytest

from dispatch.domain.day import Day
from dispatch.domain.plans import Plan
from dispatch.domain.requests import PickupClass
from dispatch.figures import ClassFigures, WorkSpread, ZoneFigures, figures_of, natural_order


def test_requests_are_counted_by_what_became_of_them(small_plan: Plan, small_day: Day) -> None:
    figures = figures_of(small_plan, small_day)
    assert (figures.requests, figures.served, figures.unserved) == (5, 4, 1)
    assert (figures.in_window, figures.late) == (3, 1)
    assert (figures.late_s, figures.latest_s) == (630, 630)
    assert figures.unserved_share == pytest.approx(0.2)


def test_classes_add_up_to_the_whole(small_plan: Plan, small_day: Day) -> None:
    by_class = figures_of(small_plan, small_day).by_class
    assert by_class[PickupClass.PARCEL] == ClassFigures(
        requests=4, served=3, in_window=3, late=0, unserved=1
    )
    assert by_class[PickupClass.BULKY] == ClassFigures(
        requests=1, served=1, in_window=0, late=1, unserved=0
    )


def test_a_start_at_the_very_end_of_a_window_is_in_it(small_plan: Plan, small_day: Day) -> None:
    route = small_plan.routes[0]
    end_at = small_day.requests[0].windows[0].end_at
    visits = (replace(route.visits[0], start_at=end_at), *route.visits[1:])
    plan = replace(small_plan, routes=(replace(route, visits=visits), small_plan.routes[1]))
    assert figures_of(plan, small_day).in_window == 3


def test_work_and_rates_follow_their_formulas(small_plan: Plan, small_day: Day) -> None:
    figures = figures_of(small_plan, small_day)
    assert (figures.couriers, figures.couriers_used, figures.unloadings) == (3, 2, 1)
    assert (figures.distance_m, figures.paid_s) == (34_000, 16_800)
    assert (figures.drive_s, figures.service_s) == (8400, 4200)
    assert (figures.unload_s, figures.wait_s) == (1200, 3000)
    assert figures.pickups_per_courier_hour == pytest.approx(4 / (16_800 / 3600))
    assert figures.utilisation == pytest.approx(13_800 / 82_800)
    assert figures.utilisation_used == pytest.approx(13_800 / 55_800)
    assert (figures.work.min_s, figures.work.median_s, figures.work.max_s) == (6600, 6900.0, 7200)
    assert figures.work.variation == pytest.approx(300 / 6900)


def test_cost_parts_add_up(small_plan: Plan, small_day: Day) -> None:
    figures = figures_of(small_plan, small_day)
    assert sum(figures.cost_milli_fen.values()) == figures.total_milli_fen == 23_530_000


def test_zones_come_in_the_order_people_count(small_plan: Plan, small_day: Day) -> None:
    assert figures_of(small_plan, small_day).by_zone == (
        ZoneFigures(
            zone="2",
            requests=2,
            served=2,
            in_window=2,
            late=0,
            unserved=0,
            couriers=1,
            drive_s=1800,
            distance_m=7500,
            service_s=900,
        ),
        ZoneFigures(
            zone="10",
            requests=3,
            served=2,
            in_window=1,
            late=1,
            unserved=1,
            couriers=2,
            drive_s=3030,
            distance_m=11_500,
            service_s=3300,
        ),
    )


@pytest.mark.parametrize(
    ("names", "ordered"),
    [
        (["10", "2", "1"], ["1", "2", "10"]),
        (["Z10", "Z9", "A"], ["A", "Z9", "Z10"]),
        (["北2", "北10", "3"], ["3", "北2", "北10"]),
    ],
)
def test_natural_order(names: list[str], ordered: list[str]) -> None:
    assert sorted(names, key=natural_order) == ordered


def test_an_empty_day_has_no_rates(small_plan: Plan, small_day: Day) -> None:
    day = replace(small_day, requests=(), couriers=())
    plan = replace(
        small_plan,
        routes=(),
        idle_courier_ids=(),
        idle_shift_s=0,
        unserved=(),
        zone_of={},
        cost_milli_fen={},
    )
    figures = figures_of(plan, day)
    assert (figures.requests, figures.couriers, figures.total_milli_fen) == (0, 0, 0)
    assert figures.unserved_share is None
    assert figures.pickups_per_courier_hour is None
    assert figures.utilisation is None
    assert figures.utilisation_used is None
    assert figures.work == WorkSpread(min_s=None, median_s=None, max_s=None, variation=None)
    assert figures.by_zone == ()


def test_a_plan_for_another_day_is_refused(small_plan: Plan, small_day: Day) -> None:
    day = replace(small_day, requests=small_day.requests[1:])
    with pytest.raises(ValueError, match=r"1 request.* does not have: 'R1'"):
        figures_of(small_plan, day)
