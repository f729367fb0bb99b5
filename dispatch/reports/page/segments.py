"""A route cut into what the courier is doing at every moment, for the timelines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.domain.plans import PlannedRoute, VisitType


class Activity(StrEnum):
    """What a courier does for a while."""

    DRIVE = "drive"
    WAIT = "wait"
    SERVICE = "service"
    UNLOAD = "unload"
    BREAK = "break"


_OF_VISIT = {VisitType.PICKUP: Activity.SERVICE, VisitType.UNLOAD: Activity.UNLOAD}


@dataclass(frozen=True, slots=True)
class Segment:
    """One activity without a pause.

    Attributes:
        activity: What is done.
        start_at: From when.
        end_at: To when.
        visit: Position in the route of the visit it leads to or happens at; the number of visits
            for the way to the end place.
    """

    activity: Activity
    start_at: datetime
    end_at: datetime
    visit: int


def segments_of(route: PlannedRoute) -> Iterator[Segment]:
    """Cut ``route`` into segments in order of time; empty ones are left out.

    A break may interrupt the drive to the next visit or the wait before it.
    """
    now = route.depart_at
    rest: Segment | None = None
    for position, visit in enumerate(route.visits):
        if visit.type is VisitType.BREAK:
            rest = Segment(Activity.BREAK, visit.start_at, visit.end_at, position)
            continue
        yield from _way(now, visit.drive_s, visit.start_at, rest, position)
        yield from _some(_OF_VISIT[visit.type], visit.start_at, visit.end_at, position)
        yield from _some(Activity.WAIT, visit.end_at, visit.depart_at, position)
        now, rest = visit.depart_at, None
    if route.end is not None or rest is not None:
        yield from _way(now, route.end_drive_s, route.end_at, rest, len(route.visits))


def _way(
    depart_at: datetime, drive_s: int, until: datetime, rest: Segment | None, position: int
) -> Iterator[Segment]:
    """Drive for ``drive_s``, then wait until ``until``, around the break if there is one."""
    left = timedelta(seconds=drive_s)
    if rest is not None:
        stop_at = min(rest.start_at, depart_at + left)
        yield from _some(Activity.DRIVE, depart_at, stop_at, position)
        yield from _some(Activity.WAIT, stop_at, rest.start_at, position)
        yield from _some(rest.activity, rest.start_at, rest.end_at, rest.visit)
        left -= max(stop_at - depart_at, timedelta())
        depart_at = rest.end_at
    arrive_at = min(depart_at + left, until)
    yield from _some(Activity.DRIVE, depart_at, arrive_at, position)
    yield from _some(Activity.WAIT, arrive_at, until, position)


def _some(
    activity: Activity, start_at: datetime, end_at: datetime, position: int
) -> Iterator[Segment]:
    if end_at > start_at:
        yield Segment(activity, start_at, end_at, position)
