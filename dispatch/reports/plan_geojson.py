"""``plan.geojson``: stops, routes, zones and hubs for any map (RFC 7946, WGS84)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from dispatch.domain.day import Day
from dispatch.domain.places import Place
from dispatch.domain.plans import Plan, PlannedRoute, VisitType
from dispatch.domain.requests import PickupRequest
from dispatch.streets import NO_STREETS, Line, StreetLines
from geo.geojson import feature_collection

_DECIMALS = 6  # 11 cm


def geojson_text(
    plan: Plan,
    day: Day,
    zones: Sequence[Mapping[str, Any]] = (),
    streets: StreetLines = NO_STREETS,
) -> str:
    """Return the text of ``plan.geojson``, one feature per line.

    The property ``kind`` of every feature is ``zone``, ``route``, ``stop``, ``unload``,
    ``unserved`` or ``hub``; zones come first, so that maps draw them below the rest.

    Args:
        plan: What to draw.
        day: The day it is for.
        zones: GeoJSON features of the zones, polygons with rings in RFC 7946 order.
        streets: Ways along streets; routes without are straight lines.
    """
    features = [*_zones(zones), *_routes(plan, streets), *_stops(plan, day), *_hubs(day)]
    collection = feature_collection([])
    if plan.origin.travel.attribution:
        collection["attribution"] = plan.origin.travel.attribution
    head = json.dumps(collection)
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    return head.replace("[]", f"[\n{lines}\n]" if lines else "[]") + "\n"


def _zones(zones: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for zone in zones:
        yield {
            "type": "Feature",
            "properties": {"kind": "zone", **(zone.get("properties") or {})},
            "geometry": zone["geometry"],
        }


def _routes(plan: Plan, streets: StreetLines) -> Iterator[dict[str, Any]]:
    timezone = ZoneInfo(plan.origin.timezone)
    for route in plan.routes:
        yield {
            "type": "Feature",
            "properties": {
                "kind": "route",
                "courier": route.courier_id,
                "vehicle_class": route.vehicle_class,
                "pickups": sum(visit.type is VisitType.PICKUP for visit in route.visits),
                "depart_at": _rfc_3339(route.depart_at, timezone),
                "end_at": _rfc_3339(route.end_at, timezone),
                "distance_m": route.distance_m,
                "paid_s": route.paid_s,
            },
            "geometry": {"type": "LineString", "coordinates": _line(route, streets)},
        }


def _line(route: PlannedRoute, streets: StreetLines) -> list[list[float]]:
    """At least two positions, as a LineString must have."""
    legs = streets.legs.get(route.courier_id)
    if legs:
        return _along(legs)
    places = [route.start, *(visit.place for visit in route.visits if visit.place is not None)]
    if route.end is not None:
        places.append(route.end)
    line = [_position(place) for place in places]
    return line if len(line) > 1 else line * 2


def _along(legs: Sequence[Line]) -> list[list[float]]:
    """The legs as one line, without the points in which one ends and the next begins."""
    line = np.concatenate(legs).round(_DECIMALS)
    other = np.append(True, (np.diff(line, axis=0) != 0).any(axis=1))
    positions: list[list[float]] = line[other].tolist()
    return positions if len(positions) > 1 else positions * 2


def _stops(plan: Plan, day: Day) -> Iterator[dict[str, Any]]:
    timezone = ZoneInfo(plan.origin.timezone)
    requests = {request.id: request for request in day.requests}
    for route in plan.routes:
        for sequence, visit in enumerate(route.visits, start=1):
            if visit.place is None:
                continue
            request = requests.get(visit.ref) if visit.type is VisitType.PICKUP else None
            about = {} if request is None else _about(request, plan, timezone)
            properties: dict[str, Any] = {
                "kind": "unload" if visit.type is VisitType.UNLOAD else "stop",
                "id": visit.ref,
                "courier": route.courier_id,
                "sequence": sequence,
                "start_at": _rfc_3339(visit.start_at, timezone),
                "late_s": visit.late_s,
            }
            yield _point(visit.place, properties | about)
    for unserved in plan.unserved:
        request = requests[unserved.request_id]
        properties = {
            "kind": "unserved",
            "id": request.id,
            "price_milli_fen": unserved.price_milli_fen,
            "reason": None if unserved.reason is None else unserved.reason.message,
            "remedies": [] if unserved.reason is None else list(unserved.reason.remedies),
        }
        yield _point(request.place, properties | _about(request, plan, timezone))


def _about(request: PickupRequest, plan: Plan, timezone: ZoneInfo) -> dict[str, Any]:
    return {
        "class": request.pickup_class,
        "windows": [
            [_rfc_3339(window.start_at, timezone), _rfc_3339(window.end_at, timezone)]
            for window in request.windows
        ],
        "zone": plan.zone_of.get(request.id),
    }


def _hubs(day: Day) -> Iterator[dict[str, Any]]:
    for hub in day.hubs:
        yield _point(hub.place, {"kind": "hub", "id": hub.id})


def _point(place: Place, properties: dict[str, Any]) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": _position(place)}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _position(place: Place) -> list[float]:
    return [round(place.lon, _DECIMALS), round(place.lat, _DECIMALS)]


def _rfc_3339(moment: datetime, timezone: ZoneInfo) -> str:
    return moment.astimezone(timezone).isoformat()
