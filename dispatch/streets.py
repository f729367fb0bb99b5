"""The streets that a plan's routes follow, for maps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

import numpy as np
import numpy.typing as npt

from dispatch.domain.day import Day
from dispatch.domain.plans import Plan, PlannedRoute
from dispatch.travel import TravelSource, profile_of
from geo.errors import GeoError

Line = npt.NDArray[np.float64]
"""WGS84 points, shape (k, 2), longitude first."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StreetLines:
    """Ways along streets.

    Attributes:
        legs: By courier: a line to each visit that has a place, in order, and one to the end
            place where there is one. Empty where ways are straight lines.
        failed: Couriers whose ways could not be drawn, and why; they are straight lines.
    """

    legs: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)


NO_STREETS = StreetLines()
"""Every way is a straight line."""


def street_lines(plan: Plan, day: Day, source: TravelSource) -> StreetLines:
    """The ways of all routes of ``plan``.

    Args:
        plan: What to draw.
        day: The day it is for.
        source: Where its travel times come from.
    """
    if source.draw is None:
        return NO_STREETS
    classes = day.settings.vehicle_classes
    midnight_at = datetime.combine(day.settings.date, time(), day.settings.timezone)
    legs: dict[str, tuple[Line, ...]] = {}
    failed: dict[str, str] = {}
    for route in plan.routes:
        points, departures_s = _stations(route, midnight_at)
        try:
            lines = source.draw(
                points,
                profile=profile_of(classes[route.vehicle_class], source),
                departures_s=departures_s,
            )
        except GeoError as error:
            # A plan is worth having without its picture.
            failed[route.courier_id] = str(error)
        else:
            legs[route.courier_id] = tuple(lines)
    return StreetLines(legs=legs, failed=failed)


def _stations(route: PlannedRoute, midnight_at: datetime) -> tuple[Line, list[int]]:
    """The places of a route, and when each but the last is left, seconds since midnight."""
    visits = [visit for visit in route.visits if visit.place is not None]
    places = [route.start, *(visit.place for visit in visits), route.end]
    left_at = [route.depart_at, *(visit.depart_at for visit in visits)]
    points = np.array([(place.lon, place.lat) for place in places if place is not None])
    t0_s = midnight_at.timestamp()
    return points, [round(at.timestamp() - t0_s) for at in left_at[: len(points) - 1]]
