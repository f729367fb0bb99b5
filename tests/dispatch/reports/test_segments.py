"""The timeline must show every moment of a route once, whatever the break interrupts."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from dispatch.domain.plans import Plan, PlannedRoute, VisitType
from dispatch.reports.page.segments import Activity, Segment, segments_of


def shown(route: PlannedRoute) -> list[tuple[str, str, str]]:
    return [
        (segment.activity.value, f"{segment.start_at:%H:%M}", f"{segment.end_at:%H:%M}")
        for segment in segments_of(route)
    ]


def seconds(segments: list[Segment], activity: Activity) -> int:
    return sum(
        round((segment.end_at - segment.start_at).total_seconds())
        for segment in segments
        if segment.activity is activity
    )


def test_a_break_splits_the_drive_it_interrupts(small_plan: Plan) -> None:
    assert shown(small_plan.routes[0])[-6:] == [
        ("unload", "11:00", "11:20"),
        ("drive", "11:20", "11:30"),
        ("break", "11:30", "12:00"),
        ("drive", "12:00", "12:10"),
        ("wait", "12:10", "13:00"),
        ("service", "13:00", "13:10"),
    ]


def test_a_break_after_the_drive_falls_into_the_wait(small_plan: Plan) -> None:
    route = small_plan.routes[0]
    later = timedelta(minutes=30)
    visits = tuple(
        replace(visit, start_at=visit.start_at + later, end_at=visit.end_at + later)
        if visit.type is VisitType.BREAK
        else visit
        for visit in route.visits
    )
    assert shown(replace(route, visits=visits))[-5:] == [
        ("drive", "11:20", "11:40"),
        ("wait", "11:40", "12:00"),
        ("break", "12:00", "12:30"),
        ("wait", "12:30", "13:00"),
        ("service", "13:00", "13:10"),
    ]


def test_a_break_at_the_end_of_an_open_route_is_shown(small_plan: Plan) -> None:
    route = small_plan.routes[0]
    rest = route.visits[3]
    route = replace(route, visits=route.visits[:4], end_at=rest.end_at)
    assert shown(route)[-2:] == [("wait", "11:20", "11:30"), ("break", "11:30", "12:00")]


def test_the_way_to_the_end_place_is_driven(small_plan: Plan) -> None:
    assert shown(small_plan.routes[1])[-1] == ("drive", "14:00", "14:20")


@pytest.mark.parametrize("number", [0, 1])
def test_segments_leave_no_gap_and_sum_to_the_figures_of_the_route(
    small_plan: Plan, number: int
) -> None:
    route = small_plan.routes[number]
    segments = list(segments_of(route))
    assert segments[0].start_at == route.depart_at
    assert segments[-1].end_at == route.end_at
    assert all(one.end_at == other.start_at for one, other in pairwise(segments))
    assert seconds(segments, Activity.DRIVE) == route.drive_s
    assert seconds(segments, Activity.SERVICE) == route.service_s
    assert seconds(segments, Activity.UNLOAD) == route.unload_s
    assert seconds(segments, Activity.WAIT) == route.wait_s
