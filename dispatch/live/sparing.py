"""Time to spare before what cannot be late: the last minute for a break, the end of a shift.

A promise may be late, at a price; these may not. Where a plan begins a break in the last minute of
its window, a minute lost on the way there moves the break before the pickups that were to come
first, and they are late by its length; where a route ends with the shift, its last pickup is left
out. So the plan is to keep as much time to spare there as before promises, and a courier that has
lost some of it is let use the rest.
"""

from dataclasses import replace

from solvers.engines.native.schedule import PlannedRoute
from solvers.model import TimeWindow, Vehicle, VisitKind


def with_time_to_spare(vehicle: Vehicle, route: PlannedRoute | None, buffer_s: int) -> Vehicle:
    """The vehicle with an earlier end of its shift, and of the window of its break.

    Args:
        vehicle: As it is.
        route: Planned for it, if it has one. What that does not keep stays as it is.
        buffer_s: How much earlier, as far as that is not before it can go at all.
    """
    rest, end_s = vehicle.rest, vehicle.shift_end_s
    if end_s is not None:
        early_s = max(end_s - buffer_s, vehicle.available_s)
        if route is None or route.end_s <= early_s:
            end_s = early_s
    if rest is not None:
        window = rest.window
        early_s = max(window.end_s - buffer_s, window.start_s)
        if all(start_s <= early_s for start_s in _rests(route)):
            rest = replace(rest, window=TimeWindow(window.start_s, early_s))
    return replace(vehicle, rest=rest, shift_end_s=end_s)


def _rests(route: PlannedRoute | None) -> list[int]:
    """When the breaks of a route begin."""
    visits = () if route is None else route.visits
    return [visit.start_s for visit in visits if visit.kind is VisitKind.BREAK]
