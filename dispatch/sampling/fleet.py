"""Couriers whose shifts follow the day's work.

A handful of shift types are usual in the trade: full days with an hour's break, early or late,
days in two parts with a long break at noon, and part-time shifts of three to six hours. Couriers
are added one after another, each time with the shift that brings the people on the road closest
to those needed, until no shift does any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from dispatch.defaults import VEHICLES
from dispatch.domain.couriers import Courier, Rest
from dispatch.domain.hubs import Hub
from dispatch.domain.places import Place, Window
from dispatch.domain.requests import PickupClass, PickupRequest
from dispatch.sampling.demand import HOUR_S
from dispatch.sampling.population import Population, Xy, spread_over
from dispatch.sampling.workload import DAY_SLOTS, SLOT_S, VEHICLE_OF, Curve
from geo.projection import LocalProjection

HUB_BASED = {PickupClass.PARCEL: 0.3, PickupClass.BULKY: 1.0}
"""Share of couriers who start and end at a hub; the others start where they are and end open."""

_PREFIXES = {PickupClass.PARCEL: "E", PickupClass.BULKY: "V"}
_PEOPLE_PER_COURIER = 40
_HALVINGS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftType:
    """A usual shift, hours of the day.

    Attributes:
        start_h: When it begins.
        end_h: When it ends.
        break_h: Hours between which the break begins, if there is one.
        break_min: Its length.
    """

    start_h: float
    end_h: float
    break_h: tuple[float, float] | None = None
    break_min: int = 60

    @property
    def window(self) -> tuple[int, int]:
        """Start and end in seconds since midnight."""
        return round(self.start_h * HOUR_S), round(self.end_h * HOUR_S)

    def presence(self) -> Curve:
        """Share of every quarter of an hour in which the courier can work, shape (96,)."""
        present = np.zeros(DAY_SLOTS)
        start_s, end_s = self.window
        present[start_s // SLOT_S : end_s // SLOT_S] = 1.0
        if self.break_h is not None:
            first, last = (round(hour * HOUR_S) // SLOT_S for hour in self.break_h)
            length = self.break_min * 60 // SLOT_S
            present[first : last + length] *= 1 - length / (last + length - first)
        return present


_LUNCH = (11.0, 13.5)
_SHIFT_TYPES = {
    PickupClass.PARCEL: (
        ShiftType(start_h=8.75, end_h=18.0, break_h=_LUNCH),
        ShiftType(start_h=10.0, end_h=19.25, break_h=(12.0, 15.0)),
        ShiftType(start_h=8.75, end_h=19.25, break_h=(12.0, 14.5), break_min=150),
        ShiftType(start_h=8.75, end_h=14.75, break_h=(11.0, 12.5), break_min=30),
        ShiftType(start_h=12.75, end_h=19.25, break_h=(14.5, 16.0), break_min=30),
        ShiftType(start_h=8.75, end_h=13.0),
        ShiftType(start_h=15.0, end_h=19.25),
        ShiftType(start_h=8.75, end_h=11.75),
        ShiftType(start_h=16.25, end_h=19.25),
    ),
    PickupClass.BULKY: (
        ShiftType(start_h=8.5, end_h=18.0, break_h=_LUNCH),
        ShiftType(start_h=10.5, end_h=20.0, break_h=(12.5, 15.0)),
        ShiftType(start_h=8.5, end_h=20.0, break_h=(12.0, 14.5), break_min=150),
        ShiftType(start_h=8.5, end_h=13.0),
        ShiftType(start_h=14.5, end_h=20.0),
    ),
}

_SHORT_WEIGHT = 2.0
"""People lacking weigh twice as much as people idle: a window missed is missed."""


def draw_couriers(
    kind: PickupClass,
    work: Curve,
    requests: Sequence[PickupRequest],
    *,
    utilisation: float,
    population: Population,
    hubs: Sequence[Hub],
    midnight_at: datetime,
    rng: np.random.Generator,
) -> tuple[Courier, ...]:
    """Couriers for the work of one class of requests.

    Args:
        kind: The class.
        work: Seconds of work in every quarter of an hour, shape (96,).
        requests: Those of the class.
        utilisation: Share of shift time the work is to fill.
        population: Where couriers come from.
        hubs: Where they may start, end and unload.
        midnight_at: When the day begins.
        rng: Of places.
    """
    types = _SHIFT_TYPES[kind]
    counts = _staff(types, work / SLOT_S / utilisation)
    _meet_all(types, counts, requests, midnight_at)
    return couriers_on_shifts(kind, _repeated(types, counts), population, hubs, midnight_at, rng)


def draw_fleet(
    kind: PickupClass,
    work: Curve,
    count: int,
    *,
    population: Population,
    hubs: Sequence[Hub],
    midnight_at: datetime,
    rng: np.random.Generator,
) -> tuple[Courier, ...]:
    """So many couriers, with the shifts they would have if that were what the work takes.

    Args:
        kind: The class of requests they are for.
        work: Seconds of work in every quarter of an hour, shape (96,); its shape over the day
            counts, not its amount.
        count: How many couriers, 0 or more.
        population: Where couriers come from.
        hubs: Where they may start, end and unload.
        midnight_at: When the day begins.
        rng: Of places.
    """
    types = _SHIFT_TYPES[kind]
    needed = (work if work.any() else np.ones_like(work)) / work.sum().clip(1) * DAY_SLOTS
    low, high = 0.0, 1.0
    while sum(_staff(types, needed * high)) < count:
        low, high = high, high * 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        enough = sum(_staff(types, needed * middle)) >= count
        low, high = (low, middle) if enough else (middle, high)
    shifts = _repeated(types, _staff(types, needed * high, most=count))
    return couriers_on_shifts(kind, shifts, population, hubs, midnight_at, rng)


def _repeated(types: Sequence[ShiftType], counts: Sequence[int]) -> list[ShiftType]:
    return [shift for shift, count in zip(types, counts, strict=True) for _ in range(count)]


def couriers_on_shifts(
    kind: PickupClass,
    shifts: Sequence[ShiftType],
    population: Population,
    hubs: Sequence[Hub],
    midnight_at: datetime,
    rng: np.random.Generator,
) -> tuple[Courier, ...]:
    """One courier for each shift, numbered in their order.

    Args:
        kind: The class of requests they are for.
        shifts: When they work.
        population: Where they come from.
        hubs: Where they may start, end and unload.
        midnight_at: When the day begins.
        rng: Of places.
    """
    if not shifts:
        return ()
    projection = population.city.projection
    people = projection.to_xy(population.draw(_PEOPLE_PER_COURIER * len(shifts), rng))
    homes_m = rng.permutation(spread_over(people, len(shifts), rng))
    homes_m = population.near_streets(homes_m, people)
    homes = _inside(population, projection.to_lonlat(homes_m).round(6))
    from_hub = rng.random(len(shifts)) < HUB_BASED[kind]
    return couriers_living_at(
        kind, shifts, homes, from_hub, hubs=hubs, projection=projection, midnight_at=midnight_at
    )


def couriers_living_at(
    kind: PickupClass,
    shifts: Sequence[ShiftType],
    homes: Xy,
    from_hub: npt.NDArray[np.bool_],
    *,
    hubs: Sequence[Hub],
    projection: LocalProjection,
    midnight_at: datetime,
) -> tuple[Courier, ...]:
    """One courier for each shift, numbered in their order.

    Args:
        kind: The class of requests they are for.
        shifts: When they work, n of them.
        homes: Where they live, WGS84 longitude first, shape (n, 2).
        from_hub: Who starts and ends at the hub nearest to home, shape (n,); the others start at
            home and end anywhere.
        hubs: Where they may start, end and unload.
        projection: Of the city.
        midnight_at: When the day begins.
    """
    homes_m = projection.to_xy(homes)
    hubs_m = projection.to_xy([(hub.place.lon, hub.place.lat) for hub in hubs])
    couriers = []
    for number, (shift, home) in enumerate(zip(shifts, homes.tolist(), strict=True), start=1):
        start, end = Place(lon=home[0], lat=home[1]), None
        if from_hub[number - 1]:
            home_m = homes_m[number - 1]
            hub = hubs[int(np.linalg.norm(hubs_m - home_m, axis=1).argmin())]
            start = end = hub.place
        couriers.append(
            _courier(kind, f"{_PREFIXES[kind]}{number:03d}", shift, start, end, hubs, midnight_at)
        )
    return tuple(couriers)


def _staff(types: Sequence[ShiftType], needed: Curve, most: int | None = None) -> list[int]:
    """Number of couriers of each shift type, for people needed in every quarter of an hour.

    With ``most``, no more than so many couriers.
    """
    presences = np.array([shift.presence() for shift in types])
    counts = [0] * len(types)
    short = needed.copy()
    while True:
        changes = _mismatch(short - presences) - _mismatch(short)
        best = int(changes.argmin())
        if changes[best] >= 0 or sum(counts) == most:
            return counts
        counts[best] += 1
        short -= presences[best]


def _mismatch(short: Curve) -> Curve:
    """Weighted squares of people too few (positive) or too many, summed over the last axis."""
    weights = np.where(short > 0, _SHORT_WEIGHT, 1.0)
    mismatch: Curve = (weights * short**2).sum(axis=-1)
    return mismatch


def _meet_all(
    types: Sequence[ShiftType],
    counts: list[int],
    requests: Sequence[PickupRequest],
    midnight_at: datetime,
) -> None:
    """Add couriers until every request has a window that meets some shift, if any shift does."""
    spans = {
        tuple(
            (_since(midnight_at, window.start_at), _since(midnight_at, window.end_at))
            for window in request.windows
        )
        for request in requests
    }

    def meets(shift: ShiftType, windows: tuple[tuple[int, int], ...]) -> bool:
        start_s, end_s = shift.window
        # An hour of both is enough to drive there and to be back.
        return any(min(end_s, b) - max(start_s, a) >= HOUR_S for a, b in windows)

    spans = {span for span in spans if any(meets(shift, span) for shift in types)}
    while True:
        on_shift = [shift for shift, count in zip(types, counts, strict=True) if count]
        spans = {span for span in spans if not any(meets(shift, span) for shift in on_shift)}
        if not spans:
            return
        met = [sum(meets(shift, span) for span in spans) for shift in types]
        counts[int(np.argmax(met))] += 1


def _inside(population: Population, lonlat: Xy) -> Xy:
    """Middles of groups, those outside the service area moved to its nearest neighbourhood."""
    outside = np.flatnonzero(~population.area.contains(lonlat))
    projection = population.city.projection
    for row, place_m in zip(outside, projection.to_xy(lonlat[outside]), strict=True):
        squares = ((population.neighbourhoods_m - place_m) ** 2).sum(axis=1)
        nearest_m = population.neighbourhoods_m[squares.argmin()]
        lonlat[row] = projection.to_lonlat(nearest_m[None]).round(6)[0]
    return lonlat


def _courier(
    kind: PickupClass,
    courier_id: str,
    shift: ShiftType,
    start: Place,
    end: Place | None,
    hubs: Sequence[Hub],
    midnight_at: datetime,
) -> Courier:
    vehicle = VEHICLES[VEHICLE_OF[kind]]
    rest = None
    if shift.break_h is not None:
        first, last = (midnight_at + timedelta(hours=hour) for hour in shift.break_h)
        rest = Rest(Window(first, last), timedelta(minutes=shift.break_min))
    return Courier(
        id=courier_id,
        vehicle_class=vehicle.settings.name,
        crew_size=vehicle.crew_size,
        shift=Window(*(midnight_at + timedelta(seconds=s) for s in shift.window)),
        start=start,
        end=end,
        capacity=vehicle.capacity,
        skills=frozenset(),
        home_zones=frozenset(),
        cost_per_hour_fen=vehicle.cost_per_hour_fen,
        cost_per_km_fen=vehicle.cost_per_km_fen,
        fixed_fen=vehicle.fixed_fen,
        rest=rest,
        hub_ids=tuple(hub.id for hub in hubs),
    )


def _since(midnight_at: datetime, moment_at: datetime) -> int:
    return round((moment_at - midnight_at).total_seconds())
