"""A day becomes the problem a planner would expect, and plans find their way back."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from dispatch.domain.day import Day
from dispatch.domain.places import Window
from dispatch.domain.plans import PlannedRoute, VisitType
from dispatch.domain.service import door_time_s
from dispatch.files import read_day
from dispatch.translation import (
    CREW_SKILL,
    TranslationError,
    from_plan,
    request_points,
    to_plan,
    translate,
)
from dispatch.travel import STRAIGHT_SOURCE, profile_of
from geo.cities import find_city
from geo.straight_line import StraightLine
from geo.zones import make_zones
from solvers.checker import check
from solvers.model import Break, TimeWindow, Visit
from solvers.objective import cost_of
from solvers.solution import Route, Solution
from solvers.travel import PlanarTravel
from tests.dispatch.by_hand import ORIGIN

TINY_DAY = Path(__file__).parents[1] / "data" / "tiny_day"
HOUR_S = 3600

BY_HAND = Solution(
    (
        Route(0, (Visit.stop(0), Visit.stop(1), Visit.break_(), Visit.stop(5))),
        Route(2, (Visit.stop(10), Visit.hub(0))),
    )
)


@pytest.fixture(scope="module")
def tiny() -> Day:
    return read_day(TINY_DAY)


def test_every_number_of_a_request_arrives(tiny: Day) -> None:
    problem = translate(tiny).problem
    walk_up = problem.stops[2]
    assert walk_up.id == "R03"
    assert walk_up.windows == (TimeWindow(9 * HOUR_S, 11 * HOUR_S),)
    assert walk_up.load == (2500, 15_000, 2)
    assert walk_up.setup_s == (60, 60)
    # Three minutes, a second piece, six floors without lift.
    assert walk_up.service_s == (180 + 20 + 6 * 25,) * 2
    assert walk_up.unserved_price == 100 * 100 * 1000
    assert walk_up.due_s is None
    wardrobe = problem.stops[10]
    assert wardrobe.service_s == (1200 + 5 * 120 + 900,) * 2
    assert wardrobe.skills == {CREW_SKILL}
    second_choice = problem.stops[6]
    assert second_choice.windows == (
        TimeWindow(13 * HOUR_S, 15 * HOUR_S),
        TimeWindow(17 * HOUR_S, 19 * HOUR_S),
    )


def test_priority_raises_the_price_of_leaving_out(tiny: Day) -> None:
    problem = translate(tiny).problem
    usual, urgent = problem.stops[0].unserved_price, problem.stops[5].unserved_price
    assert usual is not None
    assert urgent == usual * 150 // 100


def test_every_number_of_a_courier_arrives(tiny: Day) -> None:
    day_problem = translate(tiny)
    rider, _, van = day_problem.problem.vehicles
    assert (rider.available_s, rider.shift_end_s) == (8 * HOUR_S + 1800, 18 * HOUR_S)
    assert rider.capacity == (60_000, 240_000, 40)
    assert rider.rest == Break(TimeWindow(41_400, 48_600), 1800)
    assert rider.end is None
    assert rider.cost_per_s == 889  # 32 yuan an hour are 888.9 milli-fen a second
    assert rider.cost_per_m == 15
    assert rider.skills == frozenset()
    assert van.skills == {CREW_SKILL, "piano"}
    assert van.end == van.start
    assert van.fixed_cost == 60 * 100 * 1000
    place = day_problem.locations[van.start or 0]
    assert (place.lon, place.lat) == (120.13, 30.28)


def test_hub_unloads_by_the_piece(tiny: Day) -> None:
    hub = translate(tiny).problem.hubs[0]
    assert hub.fixed_s == 300
    assert hub.unit_ms == (0, 0, 5000)
    assert hub.windows == (TimeWindow(7 * HOUR_S + 1800, 21 * HOUR_S),)


def test_requests_at_one_place_share_a_location(tiny: Day) -> None:
    problem = translate(tiny).problem
    assert problem.stops[3].location == problem.stops[4].location
    assert problem.stops[3].address == "西溪路12号"


def test_allowed_lateness_is_priced_after_the_last_promise(tiny: Day) -> None:
    prices = replace(tiny.settings.prices, late_allowed_s=1800)
    day = replace(tiny, settings=replace(tiny.settings, prices=prices))
    two_windows = translate(day).problem.stops[6]
    assert two_windows.windows[0].end_s == 15 * HOUR_S
    assert two_windows.windows[1].end_s == 19 * HOUR_S + 1800
    assert two_windows.due_s == 19 * HOUR_S
    assert two_windows.late_cost_per_s == round(200 * 1000 / 60)


def test_travel_is_the_straight_line_source_of_geo(tiny: Day) -> None:
    day_problem = translate(tiny)
    lonlat = np.array([(place.lon, place.lat) for place in day_problem.locations])
    source = StraightLine.covering(lonlat, projection=find_city("Hangzhou").projection)
    for travel, settings in zip(
        day_problem.problem.travel, tiny.settings.vehicle_classes.values(), strict=True
    ):
        assert isinstance(travel, PlanarTravel)
        expected = source.matrix(
            lonlat,
            lonlat,
            profile=profile_of(settings, STRAIGHT_SOURCE),
            breakpoints_s=travel.breakpoints_s,
        )
        durations, distances = travel.matrices(range(travel.size))
        np.testing.assert_array_equal(durations, expected.duration_s)
        np.testing.assert_array_equal(distances[0], expected.distance_m)
    ebike, van = day_problem.problem.travel
    assert ebike.breakpoints_s == (0,)
    assert len(van.breakpoints_s) > 5


def test_plan_says_what_the_solution_does(tiny: Day) -> None:
    day_problem = translate(tiny)
    assert check(day_problem.problem, BY_HAND).valid
    plan = to_plan(day_problem, BY_HAND, ORIGIN)
    rider, van = plan.routes
    assert [visit.ref for visit in rider.visits] == ["R01", "R02", "", "R06"]
    assert rider.visits[0].start_at.isoformat() == "2025-11-03T09:00:00+08:00"
    assert rider.visits[1].load.weight_g == 2000
    assert rider.shift_s == 9 * HOUR_S
    assert rider.paid_s == rider.drive_s + rider.service_s + rider.unload_s + rider.wait_s
    assert [visit.type for visit in van.visits] == [VisitType.PICKUP, VisitType.UNLOAD]
    assert van.end_at.isoformat() == "2025-11-03T09:56:15+08:00"
    assert plan.idle_courier_ids == ("E2",)
    assert {entry.request_id for entry in plan.unserved} == {
        *("R03", "R04", "R05", "R07", "R08", "R09", "R10", "B02")
    }
    assert plan.total_milli_fen == cost_of(day_problem.problem, BY_HAND).total
    route_costs = sum(sum(route.cost_milli_fen.values()) for route in plan.routes)
    assert plan.total_milli_fen == route_costs + sum(u.price_milli_fen for u in plan.unserved)


def test_late_start_shows_in_the_plan(tiny: Day) -> None:
    day_problem = translate(tiny)
    late = Solution((Route(0, (Visit.stop(9), Visit.stop(0))),))
    visits = to_plan(day_problem, late, ORIGIN).routes[0].visits
    assert visits[0].late_s == 0
    assert timedelta(seconds=visits[1].late_s) == visits[1].start_at - (
        tiny.requests[0].windows[0].end_at
    )


def test_plan_reads_back_as_its_solution_whatever_times_it_claims(tiny: Day) -> None:
    day_problem = translate(tiny)
    plan = to_plan(day_problem, BY_HAND, ORIGIN)
    shifted = tuple(
        replace(visit, start_at=visit.start_at + timedelta(hours=5), drive_s=1)
        for visit in plan.routes[0].visits
    )
    edited = replace(plan, routes=(replace(plan.routes[0], visits=shifted), plan.routes[1]))
    assert from_plan(day_problem, edited) == BY_HAND


def test_names_the_day_does_not_have_are_all_listed(tiny: Day) -> None:
    day_problem = translate(tiny)
    plan = to_plan(day_problem, BY_HAND, ORIGIN)

    def misnamed(route: PlannedRoute) -> PlannedRoute:
        return replace(route, visits=tuple(replace(v, ref=f"{v.ref}x") for v in route.visits))

    stranger = replace(plan.routes[0], courier_id="nobody", visits=())
    edited = replace(
        plan, routes=(*map(misnamed, plan.routes), stranger, replace(stranger, courier_id="V1"))
    )
    with pytest.raises(TranslationError) as caught:
        from_plan(day_problem, edited)
    for name in ("'R01x'", "'R06x'", "'B01x'", "'HUB-城西x'", "'nobody'", "'V1' has two routes"):
        assert name in str(caught.value)


def test_zones_label_requests_and_home_zones(tiny: Day) -> None:
    work = [door_time_s(request, tiny.settings) for request in tiny.requests]
    zones = make_zones(request_points(tiny.requests), work, count=2)
    at_home = replace(tiny.couriers[0], home_zones=frozenset({zones.names[1]}))
    day = replace(tiny, couriers=(at_home, *tiny.couriers[1:]))
    day_problem = translate(day, zones=zones)
    assert {stop.zone for stop in day_problem.problem.stops} == {0, 1}
    assert [v.home_zones for v in day_problem.problem.vehicles] == [{1}, None, None]
    assert day_problem.problem.prices.outside_home_zone == 300 * 1000
    plan = to_plan(day_problem, BY_HAND, ORIGIN)
    assert plan.zone_of["R01"] == zones.names[int(zones.labels[0])]
    without = translate(day).problem
    assert without.vehicles[0].home_zones is None
    assert without.prices.outside_home_zone == 0


def test_unknown_home_zone_is_named(tiny: Day) -> None:
    zones = make_zones(request_points(tiny.requests), [1] * len(tiny.requests), count=2)
    lost = replace(tiny.couriers[0], home_zones=frozenset({"西湖"}))
    with pytest.raises(TranslationError, match="E1: 西湖"):
        translate(replace(tiny, couriers=(lost, *tiny.couriers[1:])), zones=zones)


def test_day_without_requests_gives_an_empty_plan(tiny: Day) -> None:
    day_problem = translate(replace(tiny, requests=()))
    plan = to_plan(day_problem, Solution(), ORIGIN)
    assert plan.routes == ()
    assert plan.unserved == ()
    assert plan.idle_courier_ids == ("E1", "E2", "V1")
    assert plan.total_milli_fen == 0


def test_day_without_anything_translates(tiny: Day) -> None:
    bare = replace(tiny, requests=(), couriers=(), hubs=())
    assert translate(bare).problem.vehicles == ()


def test_seconds_are_elapsed_ones_when_the_clock_is_put_forward(tiny: Day) -> None:
    zone = ZoneInfo("Europe/Berlin")  # at 2:00 on 30 March 2025 it is 3:00

    def moved(window: Window) -> Window:
        return Window(
            *(at.replace(2025, 3, 30, tzinfo=zone) for at in (window.start_at, window.end_at))
        )

    request = replace(tiny.requests[0], windows=tuple(map(moved, tiny.requests[0].windows)))
    courier = replace(tiny.couriers[0], shift=moved(tiny.couriers[0].shift), rest=None, hub_ids=())
    settings = replace(tiny.settings, date=date(2025, 3, 30), timezone=zone)
    day_problem = translate(
        replace(tiny, settings=settings, requests=(request,), couriers=(courier,), hubs=())
    )
    assert day_problem.problem.stops[0].windows == (TimeWindow(8 * HOUR_S, 10 * HOUR_S),)
    plan = to_plan(day_problem, Solution((Route(0, (Visit.stop(0),)),)), ORIGIN)
    assert plan.routes[0].visits[0].start_at == request.windows[0].start_at
