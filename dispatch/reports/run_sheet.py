"""``routes.csv``: a run sheet per courier, in order, for a spreadsheet or a printer."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from dispatch.domain.day import Day
from dispatch.domain.plans import Plan, PlannedRoute, PlannedVisit, VisitType
from dispatch.domain.requests import PickupRequest
from dispatch.reports.notes import door_notes

COLUMNS = (
    "courier",
    "vehicle",
    "sequence",
    "type",
    "id",
    "class",
    "lon",
    "lat",
    "zone",
    "arrival",
    "start",
    "end",
    "promised",
    "late_min",
    "drive_km",
    "weight_kg",
    "volume_l",
    "pieces",
    "load_after_kg",
    "load_after_l",
    "load_after_pieces",
    "floor",
    "notes",
)

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def run_sheet_text(plan: Plan, day: Day) -> str:
    """Return the text of ``routes.csv``: one line per start, visit and end of every route.

    It begins with a byte order mark, by which Excel knows UTF-8. Times are local to the minute,
    cut rather than rounded so that nobody arrives after a promise that the sheet says is kept.
    A name that a spreadsheet would take for a formula is preceded by an apostrophe.
    """
    requests = {request.id: request for request in day.requests}
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for route in plan.routes:
        for line in _lines(route, plan, requests):
            writer.writerow({name: _harmless(value) for name, value in line.items()})
    return text.getvalue()


def _lines(
    route: PlannedRoute, plan: Plan, requests: dict[str, PickupRequest]
) -> Iterator[dict[str, object]]:
    timezone = ZoneInfo(plan.origin.timezone)
    who = {"courier": route.courier_id, "vehicle": route.vehicle_class}
    yield who | {
        "sequence": 0,
        "type": "start",
        "lon": route.start.lon,
        "lat": route.start.lat,
        "end": _clock(route.depart_at, timezone),
    }
    for sequence, visit in enumerate(route.visits, start=1):
        request = requests.get(visit.ref) if visit.type is VisitType.PICKUP else None
        about = {} if request is None else _about(request, plan, timezone)
        yield who | {"sequence": sequence} | _visit(visit, timezone) | about
    end = route.end
    yield who | {
        "sequence": len(route.visits) + 1,
        "type": "end",
        "lon": "" if end is None else end.lon,
        "lat": "" if end is None else end.lat,
        "arrival": _clock(route.end_at, timezone),
        "drive_km": round(route.end_distance_m / 1000, 2) if end is not None else "",
    }


def _visit(visit: PlannedVisit, timezone: ZoneInfo) -> dict[str, object]:
    place = visit.place
    return {
        "type": visit.type.value,
        "id": visit.ref,
        "lon": "" if place is None else place.lon,
        "lat": "" if place is None else place.lat,
        "arrival": _clock(visit.arrival_at, timezone),
        "start": _clock(visit.start_at, timezone),
        "end": _clock(visit.end_at, timezone),
        "late_min": -(-visit.late_s // 60) if visit.late_s else "",
        "drive_km": round(visit.distance_m / 1000, 2),
        "load_after_kg": visit.load.weight_g / 1000,
        "load_after_l": visit.load.volume_ml / 1000,
        "load_after_pieces": visit.load.pieces,
    }


def _about(request: PickupRequest, plan: Plan, timezone: ZoneInfo) -> dict[str, object]:
    promised = (
        f"{_clock(window.start_at, timezone)}-{_clock(window.end_at, timezone)}"
        for window in request.windows
    )
    return {
        "class": request.pickup_class.value,
        "zone": plan.zone_of.get(request.id, ""),
        "promised": " or ".join(promised),
        "weight_kg": request.load.weight_g / 1000,
        "volume_l": request.load.volume_ml / 1000,
        "pieces": request.load.pieces,
        "floor": request.floor,
        "notes": door_notes(request),
    }


def _clock(moment: datetime, timezone: ZoneInfo) -> str:
    return moment.astimezone(timezone).strftime("%H:%M")


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
