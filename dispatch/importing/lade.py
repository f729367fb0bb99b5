"""A LaDe-P file as a day: real places, windows and times; goods, hubs and couriers drawn."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from dispatch.defaults import TIMEZONE
from dispatch.domain.couriers import Courier
from dispatch.domain.day import Day
from dispatch.domain.places import Window
from dispatch.domain.requests import PickupClass, PickupRequest
from dispatch.files.issues import DayError, DayIssue
from dispatch.files.writing import day_fingerprint
from dispatch.importing.lade_file import LadePickup, busiest_date, read_lade
from dispatch.sampling.day import default_settings, draw_hubs
from dispatch.sampling.fleet import draw_couriers
from dispatch.sampling.goods import draw_goods
from dispatch.sampling.population import Population
from dispatch.sampling.workload import work_curve
from dispatch.town import city_of
from geo.geojson import as_polygon
from geo.projection import LocalProjection
from geo.service_area import ServiceArea

YEAR = 2022
"""Year of the times: files of May and June of half a year of data in a paper of June 2023."""

_AREA_REACH_M = 3_000
_AREA_TOLERANCE_M = 100
_SHORTEST_WORK = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class LadeDay:
    """A day imported, and what of the file is not in it.

    Attributes:
        day: The day.
        other_days: Rows whose windows lie on other days.
        no_shift: Orders of the day whose windows lie outside all couriers' shifts.
    """

    day: Day
    other_days: int
    no_shift: tuple[str, ...]


def import_lade(
    name: str,
    text: str,
    *,
    city: str,
    seed: int,
    year: int = YEAR,
    day_date: date | None = None,
    bulky_share: float = 0.07,
    utilisation: float = 0.8,
) -> LadeDay:
    """The day that a LaDe-P file holds; the same arguments give the same day.

    A row belongs to the day if its window touches it. The service area is what lies within 3 km
    of a request, so that every place of the file is inside. Coordinates are taken as they are:
    LaDe keeps distances but does not give away where on Earth it was recorded to the metre.

    Args:
        name: Of the file, for messages.
        text: Of the file.
        city: Of the catalogue or any other; its places come from the file.
        seed: Of everything drawn: classes, goods, floors, hubs and couriers.
        year: Of the file's times, which have none.
        day_date: The day wanted; ``None`` takes the one on which most windows start.
        bulky_share: Share of requests made bulky, 0 to 1; LaDe itself tells no classes.
        utilisation: Share of their shifts that couriers are to be busy.

    Raises:
        DayError: The file cannot be read, or holds nothing for the day.
        GeoError: The places are too far apart for one city.
    """
    pickups = read_lade(name, text, year=year, timezone=ZoneInfo(TIMEZONE))
    if not pickups:
        raise DayError([_nothing(name, "holds no rows", "give a file with pickups")])
    day_date = day_date or busiest_date(pickups)
    midnight_at = datetime.combine(day_date, time(), ZoneInfo(TIMEZONE))
    chosen = [pickup for pickup in pickups if _touches(pickup.window, midnight_at)]
    if not chosen:
        cause = f"holds no window on {day_date.isoformat()}"
        action = f"name another day, such as {busiest_date(pickups).isoformat()}"
        raise DayError([_nothing(name, cause, action)])
    streams = np.random.SeedSequence(seed).spawn(4)
    goods, sites, *crews = (np.random.default_rng(stream) for stream in streams)
    requests = _requests(chosen, bulky_share, goods)
    population = _around(city, requests)
    hubs = draw_hubs(population, len(requests), midnight_at, sites)
    settings = replace(
        default_settings(population.city.name, day_date),
        service_area=population.area.to_geojson(),
    )
    couriers: list[Courier] = []
    for kind, rng in zip(PickupClass, crews, strict=True):
        staffed = [_within(r, midnight_at) for r in requests if r.pickup_class is kind]
        couriers += draw_couriers(
            kind,
            work_curve(kind, staffed, settings, population.city.projection),
            staffed,
            utilisation=utilisation,
            population=population,
            hubs=hubs,
            midnight_at=midnight_at,
            rng=rng,
        )
    served = tuple(request for request in requests if _meets_a_shift(request, couriers))
    day = Day(
        settings=settings, requests=served, couriers=tuple(couriers), hubs=hubs, fingerprint=""
    )
    left = {request.id for request in requests} - {request.id for request in served}
    return LadeDay(
        day=replace(day, fingerprint=day_fingerprint(day)),
        other_days=len(pickups) - len(chosen),
        no_shift=tuple(request.id for request in requests if request.id in left),
    )


def _nothing(name: str, cause: str, action: str) -> DayIssue:
    return DayIssue(code="lade.empty", file=name, cause=cause, action=action)


def _touches(window: Window, midnight_at: datetime) -> bool:
    return window.start_at < midnight_at + timedelta(days=1) and window.end_at >= midnight_at


def _requests(
    pickups: Sequence[LadePickup], bulky_share: float, rng: np.random.Generator
) -> list[PickupRequest]:
    """Requests in the order in which they were asked."""
    shared = Counter(pickup.place for pickup in pickups)
    addresses = {
        place: f"A{number:04d}"
        for number, place in enumerate((p for p, n in shared.items() if n > 1), start=1)
    }
    requests = []
    for pickup in sorted(pickups, key=lambda pickup: (pickup.asked_at, pickup.id)):
        kind = PickupClass.BULKY if rng.random() < bulky_share else PickupClass.PARCEL
        drawn = draw_goods(kind, rng)
        requests.append(
            PickupRequest(
                id=pickup.id,
                place=pickup.place,
                pickup_class=kind,
                load=drawn.load,
                windows=(pickup.window,),
                asked_at=pickup.asked_at,
                floor=drawn.floor,
                lift=drawn.lift,
                disassembly=drawn.disassembly,
                address_id=addresses.get(pickup.place),
            )
        )
    return requests


def _around(city: str, requests: Sequence[PickupRequest]) -> Population:
    """People live where requests come from; the area reaches a little beyond."""
    lonlat = np.array([(request.place.lon, request.place.lat) for request in requests])
    lon, lat = ((lonlat.min(axis=0) + lonlat.max(axis=0)) / 2).tolist()
    plane = LocalProjection(centre_lon=lon, centre_lat=lat)
    discs = shapely.buffer(shapely.points(plane.to_xy(lonlat)), _AREA_REACH_M)
    area_m = shapely.simplify(shapely.union_all(discs), _AREA_TOLERANCE_M)
    area = ServiceArea(as_polygon(shapely.transform(area_m, plane.to_lonlat)))
    found = city_of(city, area.to_geojson())
    places_m = found.projection.to_xy(lonlat)
    shares = np.full(len(places_m), 1 / len(places_m))
    return Population(
        city=found,
        area=area,
        discs_m=np.column_stack((places_m, np.full(len(places_m), _AREA_REACH_M / 2))),
        shares=shares,
        neighbourhoods_m=places_m,
        weights=shares,
    )


def _within(request: PickupRequest, midnight_at: datetime) -> PickupRequest:
    """The request with its window cut to the day, for staffing."""
    window = request.windows[0]
    last_at = midnight_at + timedelta(days=1) - _SHORTEST_WORK
    start_at = min(max(window.start_at, midnight_at), last_at)
    end_at = min(max(window.end_at, start_at + _SHORTEST_WORK), midnight_at + timedelta(days=1))
    return replace(request, windows=(Window(start_at, end_at),))


def _meets_a_shift(request: PickupRequest, couriers: Sequence[Courier]) -> bool:
    """Whether somebody who may collect the request is on shift inside its window."""
    crew = 2 if request.pickup_class is PickupClass.BULKY else 1
    window = request.windows[0]
    return any(
        courier.crew_size >= crew
        and window.start_at <= courier.shift.end_at
        and courier.shift.start_at <= window.end_at
        for courier in couriers
    )
