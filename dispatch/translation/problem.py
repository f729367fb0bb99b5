"""A day as a routing problem.

Seconds are elapsed ones since local midnight, also on days when the clock is put forward.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dispatch.domain.city import CitySettings
from dispatch.domain.couriers import Courier
from dispatch.domain.day import Day
from dispatch.domain.hubs import Hub
from dispatch.domain.places import Place, Window
from dispatch.domain.requests import PickupClass, PickupRequest
from dispatch.domain.service import door_time_s, setup_time_s
from dispatch.translation.errors import TranslationError
from dispatch.translation.travel import travel_between
from dispatch.travel import STRAIGHT_SOURCE, TravelSource
from solvers import model

if TYPE_CHECKING:
    # Only named here: what it imports takes a tenth of the time in which the service starts.
    from geo.zones import Zones

DIMENSIONS = ("weight_g", "volume_ml", "pieces")

CREW_SKILL = "crew-2"
"""Needed for bulky pickups; offered by every crew of two or more."""

_BULKY_CREW_SIZE = 2
_DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayProblem:
    """A day as a routing problem, with what is needed to go back.

    Stops, vehicles and hubs of the problem have the indices of the day's requests, couriers and
    hubs, and their ids.

    Attributes:
        day: The day.
        problem: The same as a routing problem.
        t0_at: Local midnight, second 0 of the problem.
        zone_names: Names of the zones by the indices the problem uses; empty without zones.
        locations: Places by the indices the travel sources use.
        source: Where the travel times come from.
    """

    day: Day
    problem: model.Problem
    t0_at: datetime
    zone_names: tuple[str, ...]
    locations: tuple[Place, ...]
    source: TravelSource = STRAIGHT_SOURCE


def translate(
    day: Day, *, zones: "Zones | None" = None, source: TravelSource = STRAIGHT_SOURCE
) -> DayProblem:
    """The routing problem of a day.

    Args:
        day: What to translate.
        zones: Zones to prefer home couriers in and to split large days by. Without them,
            couriers' home zones have no meaning and are left out.
        source: Where travel times come from.

    Raises:
        TranslationError: A courier's home zone is not among ``zones``, or places are out of
            reach of the streets.
        GeoError: The source of travel times fails.
        solvers.errors.InvalidProblemError: The day breaks a rule of the model that reading it
            does not know.
    """
    t0_at = datetime.combine(day.settings.date, time(), day.settings.timezone)
    index = _LocationIndex()
    clock = _Clock(t0_at)
    hubs = tuple(_hub(hub, index, clock) for hub in day.hubs)
    labels = _zone_labels(day, zones)
    if zones is not None:
        _refuse_unknown_zones(day.couriers, zones.names)
    zone_index = {name: i for i, name in enumerate(zones.names)} if zones is not None else {}
    class_index = {name: i for i, name in enumerate(day.settings.vehicle_classes)}
    hub_index = {hub.id: i for i, hub in enumerate(day.hubs)}
    stops = tuple(
        stop_of(
            request,
            day.settings,
            t0_at=t0_at,
            location=index.of(request.place),
            zone=zone,
        )
        for request, zone in zip(day.requests, labels, strict=True)
    )
    vehicles = tuple(
        _vehicle(courier, index, clock, class_index, hub_index, zone_index)
        for courier in day.couriers
    )
    locations = tuple(index.places)
    travel, used = travel_between(day, locations, _departures(day, clock), source)
    problem = model.Problem(
        stops=stops,
        vehicles=vehicles,
        travel=travel,
        hubs=hubs,
        dimensions=DIMENSIONS,
        vehicle_classes=tuple(class_index),
        prices=model.Prices(
            outside_home_zone=_milli(day.settings.prices.outside_home_zone_fen) if zones else 0
        ),
    )
    return DayProblem(
        day=day,
        problem=problem,
        t0_at=t0_at,
        zone_names=() if zones is None else zones.names,
        locations=locations,
        source=used,
    )


def with_zones_of(translated: DayProblem, zone_of: Mapping[str, str]) -> DayProblem:
    """The same problem with the zones a plan was made with.

    Args:
        translated: A day translated without zones.
        zone_of: Zone name of each request id, as a plan states it; empty for no zones.
    """
    if not zone_of:
        return translated
    day, problem = translated.day, translated.problem
    home_zones = (courier.home_zones for courier in day.couriers)
    names = tuple(sorted({*zone_of.values(), *chain.from_iterable(home_zones)}))
    index = {name: i for i, name in enumerate(names)}
    stops = [
        replace(s, zone=index[zone_of[s.id]] if s.id in zone_of else None) for s in problem.stops
    ]
    vehicles = [
        replace(vehicle, home_zones=frozenset(index[name] for name in courier.home_zones) or None)
        for courier, vehicle in zip(day.couriers, problem.vehicles, strict=True)
    ]
    outside = _milli(day.settings.prices.outside_home_zone_fen)
    zoned = problem.replace(
        stops=tuple(stops),
        vehicles=tuple(vehicles),
        prices=replace(problem.prices, outside_home_zone=outside),
    )
    return replace(translated, problem=zoned, zone_names=names)


def request_points(requests: Iterable[PickupRequest]) -> npt.NDArray[np.float64]:
    """WGS84 places of requests, shape (n, 2), longitude first."""
    points = [(request.place.lon, request.place.lat) for request in requests]
    return np.array(points, dtype=np.float64).reshape(-1, 2)


@dataclass(frozen=True, slots=True)
class _Clock:
    """Moments as seconds since local midnight."""

    t0_at: datetime

    def seconds(self, moment_at: datetime) -> int:
        # Timestamps, since the difference of two local times forgets a change of the clock.
        return round(moment_at.timestamp() - self.t0_at.timestamp())

    def window(self, window: Window) -> model.TimeWindow:
        return model.TimeWindow(self.seconds(window.start_at), self.seconds(window.end_at))


class _LocationIndex:
    """Gives every distinct place one index."""

    def __init__(self) -> None:
        self._index: dict[Place, int] = {}

    def of(self, place: Place) -> int:
        return self._index.setdefault(place, len(self._index))

    @property
    def places(self) -> Sequence[Place]:
        return list(self._index)


def stop_of(
    request: PickupRequest,
    settings: CitySettings,
    *,
    t0_at: datetime,
    location: int,
    zone: int | None = None,
) -> model.Stop:
    """A request as a stop that may be left out at its price.

    Args:
        request: What is to be collected.
        settings: Of its day.
        t0_at: Local midnight, second 0 of the problem.
        location: Index of its place in the travel sources.
        zone: Index of its zone.
    """
    prices = settings.prices
    classes = len(settings.vehicle_classes)
    clock = _Clock(t0_at)
    windows = [clock.window(window) for window in request.windows]
    due_s = None
    if prices.late_allowed_s and windows:
        # Only the last promise can be broken late: after an earlier one the next window comes.
        due_s = windows[-1].end_s
        windows[-1] = model.TimeWindow(windows[-1].start_s, due_s + prices.late_allowed_s)
    steps = 100 + request.priority * prices.priority_percent
    bulky = request.pickup_class is PickupClass.BULKY
    return model.Stop(
        id=request.id,
        location=location,
        windows=tuple(windows),
        service_s=(door_time_s(request, settings),) * classes,
        setup_s=(setup_time_s(request, settings),) * classes,
        address=request.address_id,
        load=(request.load.weight_g, request.load.volume_ml, request.load.pieces),
        due_s=due_s,
        late_cost_per_s=0 if due_s is None else round(prices.late_fen_per_minute * 1000 / 60),
        unserved_price=_milli(prices.unserved_fen[request.pickup_class]) * steps // 100,
        skills=frozenset({CREW_SKILL}) if bulky else frozenset(),
        zone=zone,
    )


def _hub(hub: Hub, index: _LocationIndex, clock: _Clock) -> model.Hub:
    return model.Hub(
        id=hub.id,
        location=index.of(hub.place),
        windows=tuple(clock.window(window) for window in hub.hours),
        fixed_s=hub.unload_fixed_s,
        unit_ms=(0, 0, hub.unload_per_piece_s * 1000),
    )


def _vehicle(
    courier: Courier,
    index: _LocationIndex,
    clock: _Clock,
    class_index: dict[str, int],
    hub_index: dict[str, int],
    zone_index: dict[str, int],
) -> model.Vehicle:
    rest = courier.rest
    crew = {CREW_SKILL} if courier.crew_size >= _BULKY_CREW_SIZE else set()
    home = frozenset(zone_index[name] for name in courier.home_zones) if zone_index else frozenset()
    capacity = courier.capacity
    return model.Vehicle(
        id=courier.id,
        vehicle_class=class_index[courier.vehicle_class],
        profile=class_index[courier.vehicle_class],
        start=index.of(courier.start),
        end=None if courier.end is None else index.of(courier.end),
        available_s=clock.seconds(courier.shift.start_at),
        shift_end_s=clock.seconds(courier.shift.end_at),
        capacity=(capacity.weight_g, capacity.volume_ml, capacity.pieces),
        skills=courier.skills | crew,
        hubs=tuple(hub_index[hub_id] for hub_id in courier.hub_ids),
        home_zones=home or None,
        fixed_cost=_milli(courier.fixed_fen),
        cost_per_s=round(_milli(courier.cost_per_hour_fen) / 3600),
        cost_per_m=round(_milli(courier.cost_per_km_fen) / 1000),
        rest=None
        if rest is None
        else model.Break(clock.window(rest.window), round(rest.length.total_seconds())),
    )


def _departures(day: Day, clock: _Clock) -> tuple[int, int]:
    """First and last second that anybody is on the road."""
    shifts = [clock.window(courier.shift) for courier in day.couriers]
    start_s = min((shift.start_s for shift in shifts), default=0)
    return start_s, max((shift.end_s for shift in shifts), default=_DAY_S)


def _zone_labels(day: Day, zones: "Zones | None") -> list[int | None]:
    if zones is None or not day.requests:
        return [None] * len(day.requests)
    labels: list[int | None] = zones.assign(request_points(day.requests)).labels.tolist()
    return labels


def _refuse_unknown_zones(couriers: Sequence[Courier], names: Sequence[str]) -> None:
    unknown = [
        f"{courier.id}: {name}"
        for courier in couriers
        for name in sorted(courier.home_zones - set(names))
    ]
    if unknown:
        shown = "; ".join(unknown[:10]) + (" ..." if len(unknown) > 10 else "")
        raise TranslationError(
            f"{len(unknown)} home zones of couriers are not among the zones ({shown}); "
            f"correct home_zones in the couriers table: the zones are {', '.join(names)}"
        )


def _milli(fen: int) -> int:
    return fen * 1000
