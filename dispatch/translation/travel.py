"""Travel times of a day's places as the solver wants them: one source per vehicle class."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dispatch.domain.city import VehicleClassSettings
from dispatch.domain.day import Day
from dispatch.domain.places import Place
from dispatch.town import city_of
from dispatch.translation.errors import TranslationError
from dispatch.travel import STRAIGHT_SOURCE, TravelSource, profile_of
from geo.routers.errors import PlacesTooFarError
from geo.routers.fallback import ask_or_fall_back
from geo.straight_line import StraightLine
from geo.travel_times import SpeedProfile, TravelTimes
from solvers.travel import UNREACHABLE, MatrixTravel, PlanarTravel, Travel

_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Asked:
    """What travel times are wanted for.

    Attributes:
        day: The day.
        places: By the indices of the problem.
        lonlat: The same, WGS84, float64 (n, 2).
        start_s: First departure, seconds since local midnight.
        end_s: Last departure.
    """

    day: Day
    places: Sequence[Place]
    lonlat: npt.NDArray[np.float64]
    start_s: int
    end_s: int

    def classes(self) -> Iterable[VehicleClassSettings]:
        return self.day.settings.vehicle_classes.values()

    def in_use(self) -> set[str]:
        """Vehicle classes somebody drives; all of them where there is nobody yet."""
        driven = {courier.vehicle_class for courier in self.day.couriers}
        return driven or set(self.day.settings.vehicle_classes)


def travel_between(
    day: Day, places: Sequence[Place], span_s: tuple[int, int], source: TravelSource
) -> tuple[tuple[Travel, ...], TravelSource]:
    """Travel between places, by vehicle class in the order of the settings.

    Classes that nobody drives keep straight lines.

    Args:
        day: Whose settings and couriers these are.
        places: By the indices of the problem.
        span_s: First and last departure, seconds since local midnight.
        source: Where travel times come from.

    Returns:
        The travel, and the source it is from: straight lines where a server did not answer and
        the settings allow them instead.

    Raises:
        TranslationError: Places out of reach of the streets; all of them are named.
        GeoError: The source fails.
    """
    lonlat = np.array([(place.lon, place.lat) for place in places]).reshape(-1, 2)
    asked = _Asked(day=day, places=places, lonlat=lonlat, start_s=span_s[0], end_s=span_s[1])
    city = city_of(day.settings.city, day.settings.service_area)
    straight = StraightLine.covering(lonlat, projection=city.projection)
    straight_travel = tuple(_planar(asked, straight, one) for one in asked.classes())
    if source.times is None:
        return straight_travel, source
    in_use = asked.in_use()

    def ask(times: TravelTimes) -> tuple[Travel, ...]:
        if times is straight:
            return straight_travel
        near = _near(asked, source)
        return tuple(
            _dense(asked, times, profile_of(one, source), near.get(one.name))
            if one.name in in_use
            else planar
            for one, planar in zip(asked.classes(), straight_travel, strict=True)
        )

    try:
        if not day.settings.travel.straight_if_down:
            return ask(source.times), source
        answered = ask_or_fall_back(source.times, straight, ask)
    except PlacesTooFarError as error:
        far = {
            tuple(point): metres
            for point, metres in zip(error.points.tolist(), error.distances_m.tolist(), strict=True)
        }
        told = {
            number: far[place.lon, place.lat]
            for number, place in enumerate(places)
            if (place.lon, place.lat) in far
        }
        raise _out_of_reach(asked, told, error.limit_m, source) from error
    if answered.fallback_because is None:
        return answered.answer, source
    origin = replace(STRAIGHT_SOURCE.origin, because=str(answered.fallback_because))
    return answered.answer, replace(STRAIGHT_SOURCE, origin=origin)


def _planar(asked: _Asked, straight: StraightLine, settings: VehicleClassSettings) -> PlanarTravel:
    profile = profile_of(settings, STRAIGHT_SOURCE)
    breakpoints_s = straight.breakpoints_s(profile, start_s=asked.start_s, end_s=asked.end_s)
    return PlanarTravel(
        straight.projection.to_xy_m(asked.lonlat),
        detour_permille=profile.detour_permille,
        speeds_mm_s=straight.speeds_mm_s(profile, breakpoints_s),
        breakpoints_s=breakpoints_s,
    )


def _dense(
    asked: _Asked,
    times: TravelTimes,
    profile: SpeedProfile,
    near: npt.NDArray[np.bool_] | None,
) -> MatrixTravel:
    """Matrices of all places; those not near a street are out of reach."""
    breakpoints_s = times.breakpoints_s(profile, start_s=asked.start_s, end_s=asked.end_s)
    count = len(asked.lonlat)
    within = np.arange(count) if near is None else np.flatnonzero(near)
    some = asked.lonlat[within]
    found = times.matrix(some, some, profile=profile, breakpoints_s=breakpoints_s)
    if len(within) == count:
        return MatrixTravel(found.duration_s, found.distance_m, breakpoints_s)
    values = []
    for part in (found.duration_s, found.distance_m.reshape(-1, len(within), len(within))):
        whole = np.full((len(part), count, count), UNREACHABLE, dtype=np.int32)
        whole[:, within[:, None], within] = part
        whole[:, range(count), range(count)] = 0
        values.append(whole)
    return MatrixTravel(values[0], values[1], breakpoints_s)


def _near(asked: _Asked, source: TravelSource) -> Mapping[str, npt.NDArray[np.bool_]]:
    """Which places each class in use gets to; empty for sources that tell only when asked.

    A place that one class cannot get to may be another's: only who is out of everybody's reach,
    and couriers out of their own, are refused.
    """
    roads = source.roads
    if roads is None:
        return {}
    in_use = asked.in_use()
    access_m: dict[str, npt.NDArray[np.float64]] = {}
    near: dict[str, npt.NDArray[np.bool_]] = {}
    for one in asked.classes():
        if one.name in in_use:
            snapped = roads.snap(asked.lonlat, profile_of(one, source))
            access_m[one.name] = snapped.access_m
            near[one.name] = snapped.edge >= 0
    nearest_m = np.min(list(access_m.values()), axis=0)
    told = {
        int(number): float(nearest_m[number])
        for number in np.flatnonzero(~np.any(list(near.values()), axis=0))
    }
    number_of = {place: number for number, place in enumerate(asked.places)}
    for courier in asked.day.couriers:
        for place in (courier.start, courier.end):
            number = None if place is None else number_of[place]
            if number is not None and not near[courier.vehicle_class][number]:
                told.setdefault(number, float(access_m[courier.vehicle_class][number]))
    if told:
        raise _out_of_reach(asked, told, roads.max_access_m, source)
    return near


def _out_of_reach(
    asked: _Asked, told: Mapping[int, float], limit_m: float, source: TravelSource
) -> TranslationError:
    """The error about places by number, with their metres to the nearest street."""
    names = _names(asked)
    farthest = sorted(told, key=lambda number: (-told[number], number))
    lines = [
        f"  {', '.join(names[number][:3])}: {told[number]:,.0f} m away"
        for number in farthest[:_SHOWN]
    ]
    more = len(told) - _SHOWN
    return TranslationError(
        f"{len(told)} place(s) lie more than {limit_m:g} m from any street of "
        f"{source.origin.name}:\n"
        + "\n".join([*lines, f"  ... and {more} more"] if more > 0 else lines)
        + "\ncorrect their coordinates, leave them out, or use a network that covers them"
    )


def _names(asked: _Asked) -> list[list[str]]:
    """Who is at each place."""
    names: list[list[str]] = [[] for _ in asked.places]
    number_of = {place: number for number, place in enumerate(asked.places)}
    for request in asked.day.requests:
        names[number_of[request.place]].append(f"request {request.id}")
    for hub in asked.day.hubs:
        names[number_of[hub.place]].append(f"hub {hub.id}")
    for courier in asked.day.couriers:
        names[number_of[courier.start]].append(f"start of courier {courier.id}")
        if courier.end is not None:
            names[number_of[courier.end]].append(f"end of courier {courier.id}")
    return names
