"""A day's couriers, hubs and streets as a routing problem to which requests come one by one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import numpy as np

from dispatch.domain.city import TravelKind
from dispatch.domain.day import Day
from dispatch.domain.places import Place
from dispatch.domain.requests import Load, PickupClass, PickupRequest
from dispatch.live.rules import LiveRules
from dispatch.town import city_of
from dispatch.translation import CREW_SKILL, stop_of, translate
from dispatch.travel import STRAIGHT_SOURCE, profile_of
from geo.service_area import ServiceArea
from geo.straight_line import StraightLine
from geo.travel_times import SpeedProfile
from solvers.engines.native.live_travel import PlanarPoint
from solvers.model import Prices, Problem, Stop, TimeWindow, Vehicle
from solvers.travel import PlanarTravel

LoadRow = tuple[int, int, int]
"""Grams, millilitres and pieces, as the problem counts them."""

_REMEMBERED = 2**14
"""Requests, and drives, of which answers are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long things take over what is planned, in thousandths.

    Attributes:
        drive_permille: Of drives.
        door_permille: Of times at the door, set-up included.
    """

    drive_permille: int = 1000
    door_permille: int = 1000

    def with_margin(self, permille: int) -> "Pace":
        """The pace to plan with, so that drives have so many thousandths to spare."""
        return replace(self, drive_permille=self.drive_permille * (1000 + permille) // 1000)


AS_PLANNED = Pace()


class CityDay:
    """What of a day stands fixed while requests come and go.

    Attributes:
        problem: Couriers and hubs, and no stops; travel holds for all places of the city's area.
        close_s: End of the last shift, seconds since local midnight.
        promise: First and last second of what was promised to a request.
        stop_of: A request as a stop that must be served: due ``buffer_s`` before its promise ends,
            but open to ``close_s``. Its location is 0, to be replaced.

    Args:
        day: Its couriers and hubs; requests come as events.
        rules: What changes cost.
        pace: Of the day so far, and whatever margin drives are to have.

    Raises:
        ValueError: The day has no couriers, or travels by other than straight lines.
        GeoError: The city is not known and has no service area.
        TranslationError: The day does not fit together.
    """

    def __init__(self, day: Day, rules: LiveRules, pace: Pace = AS_PLANNED) -> None:
        if not day.couriers:
            raise ValueError("a live day needs at least one courier; the day has none")
        kind = day.settings.travel.kind
        if kind is not TravelKind.STRAIGHT_LINE:
            raise ValueError(
                f"travel.kind is {kind}, but the live day plans on straight lines only; set "
                f"{TravelKind.STRAIGHT_LINE}"
            )
        self._day = day
        self._pace = pace
        self._buffer_s = rules.buffer_s
        self._late_times = rules.late_times
        translated = translate(replace(day, requests=()))
        self._t0_at = translated.t0_at
        vehicles = translated.problem.vehicles
        self.close_s = max(one.shift_end_s or 0 for one in vehicles)
        begin_s = min(one.available_s for one in vehicles)
        self._cover(translated.locations, begin_s)
        self.problem: Problem = translated.problem.replace(
            vehicles=tuple(map(_working_ahead, vehicles)) if rules.work_ahead else vehicles,
            travel=tuple(self._travel(number, translated.locations) for number in self._classes()),
            prices=Prices(
                vehicle_change=rules.courier_change_fen * 1000,
                time_change=rules.time_change_fen * 1000,
                time_tolerance_s=rules.time_tolerance_s,
            ),
        )
        self._profile_of = {one.id: one.profile for one in vehicles}
        self._class_of = {one.id: one.vehicle_class for one in vehicles}
        self._known = translated.locations
        # Asked for again at every tick, for the same requests and drives.
        self._drive_s = lru_cache(_REMEMBERED)(self._driven_s)
        self.promise = lru_cache(_REMEMBERED)(self._promise)
        self.stop_of = lru_cache(_REMEMBERED)(self._stop_of)

    def _cover(self, places: tuple[Place, ...], begin_s: int) -> None:
        settings = self._day.settings
        city = city_of(settings.city, settings.service_area)
        area = (
            ServiceArea.of_city(city)
            if settings.service_area is None
            else ServiceArea.from_geojson(settings.service_area)
        )
        places += tuple(request.place for request in self._day.requests)
        known = [(place.lon, place.lat) for place in places]
        points = np.concatenate((area.bounds_points, np.array(known)))
        self._box = (points.min(axis=0), points.max(axis=0))
        self._line = StraightLine.covering(points, projection=city.projection)
        self._profiles = [
            _slowed(profile_of(one, STRAIGHT_SOURCE), self._pace)
            for one in settings.vehicle_classes.values()
        ]
        self._breakpoints_s = [
            self._line.breakpoints_s(profile, start_s=begin_s, end_s=self.close_s)
            for profile in self._profiles
        ]
        self._speeds_mm_s = [
            self._line.speeds_mm_s(profile, breakpoints_s)
            for profile, breakpoints_s in zip(self._profiles, self._breakpoints_s, strict=True)
        ]

    def _classes(self) -> range:
        return range(len(self._profiles))

    def _travel(self, number: int, places: tuple[Place, ...]) -> PlanarTravel:
        return PlanarTravel(
            self._line.projection.to_xy_m([(place.lon, place.lat) for place in places]),
            detour_permille=self._profiles[number].detour_permille,
            speeds_mm_s=self._speeds_mm_s[number],
            breakpoints_s=self._breakpoints_s[number],
        )

    # Places.

    def covers(self, place: Place) -> bool:
        """Whether the place lies in the box around the city's area, its couriers and hubs."""
        point = np.array([place.lon, place.lat])
        return bool((self._box[0] <= point).all() and (point <= self._box[1]).all())

    def point(self, place: Place) -> list[PlanarPoint]:
        """The place for the session: one entry per vehicle class."""
        x_m, y_m = self._line.projection.to_xy_m([(place.lon, place.lat)])[0].tolist()
        return [PlanarPoint(x_m, y_m) for _ in self._classes()]

    def drive_s(self, courier_id: str, origin: Place, destination: Place, depart_s: int) -> int:
        """Seconds the courier drives from one place to another."""
        return self._drive_s(self._profile_of[courier_id], origin, destination, depart_s)

    def _driven_s(self, profile: int, origin: Place, destination: Place, depart_s: int) -> int:
        return self._travel(profile, (origin, destination)).duration_s(0, 1, depart_s)

    def door_s(self, request: PickupRequest, courier_id: str) -> int:
        """Seconds the courier is at the door from ringing the bell on, set-up included."""
        stop, number = self.stop_of(request), self._class_of[courier_id]
        return stop.setup_s[number] + stop.service_s[number]

    def problem_of(
        self, stops: Sequence[tuple[Stop, Place]], vehicles: Sequence[tuple[Vehicle, Place]]
    ) -> Problem:
        """The problem with stops, and vehicles in their order, at these places."""
        index = {place: number for number, place in enumerate(self._known)}
        for _, place in (*stops, *vehicles):
            index.setdefault(place, len(index))
        places = tuple(index)
        return self.problem.replace(
            stops=tuple(replace(stop, location=index[place]) for stop, place in stops),
            vehicles=tuple(replace(vehicle, start=index[place]) for vehicle, place in vehicles),
            travel=tuple(self._travel(number, places) for number in self._classes()),
        )

    # Requests.

    def span(self, start_at: datetime, end_at: datetime) -> TimeWindow:
        """Both moments as seconds since local midnight."""
        # Timestamps, since the difference of two local times forgets a change of the clock.
        midnight_s = self._t0_at.timestamp()
        return TimeWindow(
            round(start_at.timestamp() - midnight_s), round(end_at.timestamp() - midnight_s)
        )

    def _promise(self, request: PickupRequest) -> TimeWindow:
        return self.span(request.windows[0].start_at, request.windows[-1].end_at)

    def _stop_of(self, request: PickupRequest) -> Stop:
        settings = self._day.settings
        allowed_s = max(0, self.close_s - self.promise(request).end_s)
        late = replace(settings, prices=replace(settings.prices, late_allowed_s=allowed_s))
        stop = stop_of(request, late, t0_at=self._t0_at, location=0)
        due_s = stop.due_s
        if due_s is not None:
            due_s = max(stop.windows[-1].start_s, due_s - self._buffer_s)
        return replace(
            stop,
            id=f"request {request.id}",
            unserved_price=None,
            due_s=due_s,
            late_cost_per_s=stop.late_cost_per_s * self._late_times,
            service_s=self._at_door(stop.service_s),
            setup_s=self._at_door(stop.setup_s),
        )

    def _at_door(self, planned_s: Sequence[int]) -> tuple[int, ...]:
        return tuple(seconds * self._pace.door_permille // 1000 for seconds in planned_s)

    def price_of(self, pickup_class: PickupClass) -> int:
        """What leaving out a promised pickup of the class costs where there is no way, milli-fen.

        A hundred times what leaving out an unpromised one costs.
        """
        return self._day.settings.prices.unserved_fen[pickup_class] * 1000 * 100


def _slowed(profile: SpeedProfile, pace: Pace) -> SpeedProfile:
    speeds = (speed * 1000 // pace.drive_permille for speed in profile.speeds_mm_s)
    return replace(profile, speeds_mm_s=tuple(speeds))


def _working_ahead(vehicle: Vehicle) -> Vehicle:
    """Driving costs the courier's wage, and waiting nothing."""
    wage = vehicle.cost_per_s
    return replace(vehicle, cost_per_s=0, cost_per_drive_s=vehicle.cost_per_drive_s + wage)


def row_of(load: Load) -> LoadRow:
    """The load as the problem counts it."""
    return load.weight_g, load.volume_ml, load.pieces


def added(one: LoadRow, other: LoadRow) -> LoadRow:
    """Both loads together."""
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def skills_for(classes: set[PickupClass]) -> frozenset[str]:
    """What it takes to carry goods of these classes."""
    return frozenset({CREW_SKILL}) if PickupClass.BULKY in classes else frozenset()
