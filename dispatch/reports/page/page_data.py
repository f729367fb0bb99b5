"""What the page's script knows about a plan: couriers with their visits, and requests.

Places are metres east and north of the middle of the day's places, times are milliseconds of
local wall-clock time (the axes of Bokeh know no time zones), money is fen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import shapely

from dispatch.domain.couriers import Courier
from dispatch.domain.day import Day
from dispatch.domain.places import Place, Window
from dispatch.domain.plans import Plan, PlannedRoute, PlannedVisit, UnservedRequest, VisitType
from dispatch.domain.requests import PickupRequest
from dispatch.figures import in_window, work_s
from dispatch.reports.notes import door_notes
from dispatch.reports.page.segments import segments_of
from dispatch.streets import NO_STREETS, StreetLines
from geo.projection import LocalProjection

_SIMPLIFIED_M = 3.0
"""Far below what a map of a city shows; keeps the page small."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The flat sheet of paper that the city is drawn on, and its clock."""

    projection: LocalProjection
    timezone: ZoneInfo

    def xy(self, place: Place) -> list[int]:
        """Whole metres east and north of the middle."""
        return self.projection.to_xy_m([(place.lon, place.lat)])[0].tolist()  # type: ignore[no-any-return]

    def line(self, lonlat: npt.NDArray[np.float64]) -> list[list[int]]:
        """Whole metres along a line, without points that would not be missed."""
        line = shapely.LineString(self.projection.to_xy(lonlat)).simplify(_SIMPLIFIED_M)
        return np.rint(shapely.get_coordinates(line)).astype(int).tolist()  # type: ignore[no-any-return]

    def ms(self, moment: datetime) -> int:
        """Milliseconds of the local wall clock, as Bokeh's axes read them."""
        local = moment.astimezone(self.timezone).replace(tzinfo=UTC)
        return round(local.timestamp() * 1000)

    def span(self, window: Window) -> list[int]:
        """Both ends of a window on the wall clock."""
        return [self.ms(window.start_at), self.ms(window.end_at)]


def sheet_of(day: Day) -> Sheet:
    """A sheet around the middle of all places of ``day``."""
    places = [
        *(request.place for request in day.requests),
        *(courier.start for courier in day.couriers),
        *(hub.place for hub in day.hubs),
    ]
    lons = [place.lon for place in places] or [0.0]
    lats = [place.lat for place in places] or [0.0]
    projection = LocalProjection(
        centre_lon=(min(lons) + max(lons)) / 2, centre_lat=(min(lats) + max(lats)) / 2
    )
    return Sheet(projection, day.settings.timezone)


def page_data(
    plan: Plan, day: Day, sheet: Sheet, streets: StreetLines = NO_STREETS
) -> dict[str, Any]:
    """The data of the page's script."""
    route_of = {route.courier_id: route for route in plan.routes}
    requests = {request.id: request for request in day.requests}
    courier_of = {
        visit.ref: index
        for index, courier in enumerate(day.couriers)
        if courier.id in route_of
        for visit in route_of[courier.id].visits
        if visit.type is VisitType.PICKUP
    }
    left_out = {unserved.request_id: unserved for unserved in plan.unserved}
    return {
        "couriers": [
            _courier(courier, route_of.get(courier.id), requests, sheet)
            | {"ways": [sheet.line(way) for way in streets.legs.get(courier.id, ())]}
            for courier in day.couriers
        ],
        "requests": [
            {
                "id": request.id,
                "class": request.pickup_class,
                "xy": sheet.xy(request.place),
                "windows": [sheet.span(window) for window in request.windows],
                "load": _load_text(request),
                "notes": door_notes(request),
                "priority": request.priority,
                "zone": plan.zone_of.get(request.id, ""),
                "courier": courier_of.get(request.id, -1),
                **_left_out(left_out.get(request.id)),
            }
            for request in day.requests
        ],
        "hubs": [{"id": hub.id, "xy": sheet.xy(hub.place)} for hub in day.hubs],
    }


def _left_out(unserved: UnservedRequest | None) -> dict[str, Any]:
    """Price and reason; nothing of both for a served request."""
    if unserved is None:
        return {"price_fen": 0, "why": "", "helps": []}
    reason = unserved.reason
    return {
        "price_fen": unserved.price_milli_fen // 1000,
        "why": "not explained; ask dispatch explain" if reason is None else reason.message,
        "helps": [] if reason is None else list(reason.remedies),
    }


def _courier(
    courier: Courier,
    route: PlannedRoute | None,
    requests: dict[str, PickupRequest],
    sheet: Sheet,
) -> dict[str, Any]:
    base = {
        "id": courier.id,
        "vehicle": courier.vehicle_class,
        "crew": courier.crew_size,
        "shift": sheet.span(courier.shift),
        "start": sheet.xy(courier.start),
        "end": None if courier.end is None else sheet.xy(courier.end),
        "visits": [],
        "segments": [],
        "pickups": 0,
        "late": 0,
    }
    if route is None:
        return base
    return base | {
        "depart": sheet.ms(route.depart_at),
        "finish": sheet.ms(route.end_at),
        "km": route.distance_m / 1000,
        "paid_s": route.paid_s,
        "work_s": work_s(route),
        "wait_s": route.wait_s,
        "shift_s": route.shift_s,
        "cost_fen": sum(route.cost_milli_fen.values()) // 1000,
        "fullest": _fullest(courier, route.visits),
        "pickups": sum(visit.type is VisitType.PICKUP for visit in route.visits),
        "late": sum(visit.late_s > 0 for visit in route.visits),
        "visits": [_visit(visit, requests, sheet) for visit in route.visits],
        "segments": [
            [piece.activity, sheet.ms(piece.start_at), sheet.ms(piece.end_at), piece.visit]
            for piece in segments_of(route)
        ],
    }


def _visit(visit: PlannedVisit, requests: dict[str, PickupRequest], sheet: Sheet) -> dict[str, Any]:
    request = requests.get(visit.ref) if visit.type is VisitType.PICKUP else None
    return {
        "type": visit.type,
        "id": visit.ref,
        "xy": None if visit.place is None else sheet.xy(visit.place),
        "arrive": sheet.ms(visit.arrival_at),
        "start": sheet.ms(visit.start_at),
        "finish": sheet.ms(visit.end_at),
        "drive_s": visit.drive_s,
        "km": visit.distance_m / 1000,
        "late_s": visit.late_s,
        "kg": visit.load.weight_g / 1000,
        "in_window": request is None or in_window(request, visit),
    }


def _fullest(courier: Courier, visits: Sequence[PlannedVisit]) -> float:
    """Largest share of any capacity that is ever in use."""
    capacity = courier.capacity
    shares = [
        carried / most
        for visit in visits
        for carried, most in (
            (visit.load.weight_g, capacity.weight_g),
            (visit.load.volume_ml, capacity.volume_ml),
            (visit.load.pieces, capacity.pieces),
        )
        if most
    ]
    return max(shares, default=0.0)


def _load_text(request: PickupRequest) -> str:
    load = request.load
    pieces = "1 piece" if load.pieces == 1 else f"{load.pieces} pieces"
    return f"{load.weight_g / 1000:.1f} kg, {load.volume_ml / 1000:.0f} l, {pieces}"
