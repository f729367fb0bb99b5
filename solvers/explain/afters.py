"""What is known of the rest of a route from the arrival at each of its visits.

Latest arrivals run backward from the end of the shift, each in constant time from the one after
it, for several levels of lateness.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from solvers.explain.backward import (
    FAR,
    DayLegs,
    latest_arrival_s,
    latest_depart_s,
    same_start_s,
)
from solvers.model import Break, Hub, Stop, Vehicle
from solvers.replay import Schedule, VisitTimes

LEVELS_S = (0, 300, 900, 3600)
"""Seconds of lateness for which the latest arrivals are kept."""


@dataclass(frozen=True, slots=True)
class After:
    """What is known of the rest of a route from the arrival at one place; as in ``Slot``."""

    location: int
    same_start_s: int
    busy_s: int
    keeps_end_s: int
    latest_s: tuple[tuple[int, int], ...]
    spared_latest_s: tuple[tuple[int, int], ...]


def afters_of(
    vehicle: Vehicle,
    shift_end_s: int,
    schedule: Schedule,
    places: Sequence[Stop | Hub | None],
    legs: DayLegs,
    ends: dict[int, After],
) -> list[After]:
    """What is known from the arrival at each visit on; the last entry is the end of the route.

    ``places`` are the stops and hubs of the visits of ``schedule``, ``None`` for the break.
    ``ends`` keeps what the bases of a route share, by the number of visits to its end: after
    the break they differ only in their times.
    """
    end_s = schedule.end_s
    known = After(
        -1 if vehicle.end is None else vehicle.end,
        end_s,
        0,
        end_s,
        tuple((shift_end_s + level, FAR) for level in LEVELS_S),
        tuple((shift_end_s + level, FAR) for level in LEVELS_S),
    )
    result = [known]
    rest: Break | None = None
    shared = True
    for target, times in zip(reversed(places), reversed(schedule.visits), strict=True):
        if target is None:
            rest, shared = vehicle.rest, False
            result.append(known)  # never read: a break is looked through
            continue
        found = ends.get(len(result)) if shared else None
        known = _one_back(legs, target, times, rest, known, found)
        if shared:
            ends.setdefault(len(result), known)
        rest = None
        result.append(known)
    result.reverse()
    return result


def _one_back(
    legs: DayLegs,
    target: Stop | Hub,
    times: VisitTimes,
    rest: Break | None,
    after: After,
    found: After | None,
) -> After:
    """The same from one visit earlier; ``found`` is what another base knows there, if it may."""
    there = None if after.location < 0 else after.location
    drive_s = legs.leg(target.location, there).least_s
    pause_s = rest.duration_s if rest is not None else 0
    service_s = times.end_s - times.start_s
    close_s = target.windows[-1].end_s if target.windows else FAR

    def back(arrive_by_s: int, stay_s: int) -> int:
        depart_s = latest_depart_s(legs, target.location, there, rest, arrive_by_s)
        return latest_arrival_s(target.windows, depart_s - stay_s)

    def tightest(later: tuple[tuple[int, int], ...], stay_s: int) -> tuple[tuple[int, int], ...]:
        found = []
        for level, pair in zip(LEVELS_S, later, strict=True):
            items = [close_s + level, *(back(bound, stay_s) for bound in pair)]
            if rest is not None:
                begin_by_s = rest.window.end_s + level
                items.append(latest_arrival_s(target.windows, begin_by_s - stay_s))
            items.sort()
            found.append((items[0], items[1]))
        return tuple(found)

    same_start = same_start_s(target.windows, times)
    keeps_end = max(times.arrival_s, back(after.keeps_end_s, service_s))
    if found is not None:
        return replace(found, same_start_s=same_start, keeps_end_s=keeps_end)
    whole = tightest(after.latest_s, service_s)
    if isinstance(target, Hub):
        spared = tightest(after.latest_s, target.fixed_s)
    elif after.spared_latest_s == after.latest_s:
        spared = whole
    else:
        spared = tightest(after.spared_latest_s, service_s)
    return After(
        target.location,
        same_start,
        service_s + drive_s + pause_s + after.busy_s,
        keeps_end,
        whole,
        spared,
    )
