"""``plan.json``: a plan as a file that programs read and planners edit.

The text is stable: the same plan gives the same bytes. Each visit stands on a line of its own,
so that moving it to another route is cutting and pasting a line.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from dispatch.domain.places import Place
from dispatch.domain.plans import (
    Plan,
    PlannedRoute,
    PlannedVisit,
    UnservedRequest,
    VisitType,
)
from dispatch.domain.requests import Load, PickupClass
from dispatch.figures import PlanFigures
from dispatch.reports.plan_records import (
    SCHEMA,
    BareVisitRecord,
    LoadRecord,
    PlaceRecord,
    PlannedVisitRecord,
    PlanRecord,
    RouteRecord,
)
from dispatch.reports.writing import write_whole

SHOWN_PROBLEMS = 20

_ON_ONE_LINE = frozenset({"visits", "unserved", "by_zone"})
"""Lists whose elements take one line each."""

_TERSE = frozenset({"start", "end", "place", "load", "work", *PickupClass})
"""Objects so small that lines of their own would only push the visits apart."""


class PlanFileError(ValueError):
    """A file is not a plan; ``problems`` names every field that is wrong and what to do."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        self.path = path
        self.problems = tuple(problems)
        shown = "\n".join(f"  {problem}" for problem in self.problems[:SHOWN_PROBLEMS])
        more = len(self.problems) - SHOWN_PROBLEMS
        tail = f"\n  ... and {more} more" if more > 0 else ""
        super().__init__(f"{path}: {len(self.problems)} problem(s):\n{shown}{tail}")


def plan_text(plan: Plan, figures: PlanFigures) -> str:
    """Return the text of ``plan.json``."""
    return "".join(_lines(_document(plan, figures))) + "\n"


def write_plan(path: Path, plan: Plan, figures: PlanFigures) -> None:
    """Write ``plan.json`` whole; an existing file is replaced.

    Raises:
        OSError: The file cannot be written; one that was there is as before.
    """
    write_whole(path, plan_text(plan, figures).encode("utf-8"))


def read_plan(path: Path) -> Plan:
    """Read a ``plan.json``, also one edited by hand.

    A visit may consist of ``type`` and ``id`` only; what was not planned for it is then taken
    from the visit before (times, load) or 0. Only the order of visits is meant to be trusted
    after an edit: `dispatch check` replays it.

    Raises:
        PlanFileError: The file cannot be read or is not such a plan.
    """
    return _plan(_read_record(path))


def read_plan_and_figures(path: Path) -> tuple[Plan, Mapping[str, Any]]:
    """Read a ``plan.json`` with the figures it states, as nested mappings by name.

    Raises:
        PlanFileError: The file cannot be read or is not such a plan.
    """
    record = _read_record(path)
    return _plan(record), record.figures


def _read_record(path: Path) -> PlanRecord:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or str(error)
        raise PlanFileError(path, [f"cannot be read: {reason}; give a plan.json"]) from error
    except UnicodeDecodeError as error:
        raise PlanFileError(
            path, [f"is not UTF-8 text (byte {error.start}); save it as UTF-8"]
        ) from error
    document = _parse(path, text)
    _refuse_other_schema(path, document)
    try:
        return PlanRecord.model_validate_json(text)
    except ValidationError as error:
        raise PlanFileError(path, list(_problems(error, document))) from error


def _document(plan: Plan, figures: PlanFigures) -> dict[str, Any]:
    timezone = ZoneInfo(plan.origin.timezone)
    return {
        "schema": SCHEMA,
        "origin": asdict(plan.origin),
        "figures": asdict(figures),
        "cost": {
            "total_milli_fen": plan.total_milli_fen,
            "parts_milli_fen": dict(plan.cost_milli_fen),
        },
        "idle_couriers": list(plan.idle_courier_ids),
        "idle_shift_s": plan.idle_shift_s,
        "routes": [_route_document(route, timezone) for route in plan.routes],
        "unserved": [_unserved_document(unserved) for unserved in plan.unserved],
        "zone_of_request": dict(plan.zone_of),
    }


def _unserved_document(unserved: UnservedRequest) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": unserved.request_id,
        "class": unserved.pickup_class,
        "price_milli_fen": unserved.price_milli_fen,
    }
    if unserved.reason is not None:
        document["reason"] = {
            "kind": unserved.reason.kind,
            "code": unserved.reason.code,
            "courier": unserved.reason.courier_id,
            "message": unserved.reason.message,
            "remedies": list(unserved.reason.remedies),
        }
    return document


def _route_document(route: PlannedRoute, timezone: ZoneInfo) -> dict[str, Any]:
    return {
        "courier": route.courier_id,
        "vehicle_class": route.vehicle_class,
        "depart_at": _rfc_3339(route.depart_at, timezone),
        "end_at": _rfc_3339(route.end_at, timezone),
        "start": asdict(route.start),
        "end": None if route.end is None else asdict(route.end),
        "shift_s": route.shift_s,
        "paid_s": route.paid_s,
        "drive_s": route.drive_s,
        "service_s": route.service_s,
        "unload_s": route.unload_s,
        "wait_s": route.wait_s,
        "distance_m": route.distance_m,
        "end_drive_s": route.end_drive_s,
        "end_distance_m": route.end_distance_m,
        "cost_milli_fen": dict(route.cost_milli_fen),
        "visits": [_visit_document(visit, timezone) for visit in route.visits],
    }


def _visit_document(visit: PlannedVisit, timezone: ZoneInfo) -> dict[str, Any]:
    named = {} if visit.type is VisitType.BREAK else {"id": visit.ref}
    return {
        "type": visit.type,
        **named,
        "arrival_at": _rfc_3339(visit.arrival_at, timezone),
        "start_at": _rfc_3339(visit.start_at, timezone),
        "end_at": _rfc_3339(visit.end_at, timezone),
        "depart_at": _rfc_3339(visit.depart_at, timezone),
        "late_s": visit.late_s,
        "drive_s": visit.drive_s,
        "distance_m": visit.distance_m,
        "load": asdict(visit.load),
        "place": None if visit.place is None else asdict(visit.place),
    }


def _rfc_3339(moment: datetime, timezone: ZoneInfo) -> str:
    return moment.astimezone(timezone).isoformat()


def _lines(value: Any, *, name: str = "", indent: str = "") -> Iterator[str]:
    """The text of a JSON value, indented, with small and repeated objects on one line."""
    deeper = indent + "  "
    if not isinstance(value, dict | list) or not value or name in _TERSE:
        yield _one_line(value)
    elif isinstance(value, list):
        for number, element in enumerate(value):
            yield ("[\n" if number == 0 else ",\n") + deeper
            if name in _ON_ONE_LINE:
                yield _one_line(element)
            else:
                yield from _lines(element, indent=deeper)
        yield f"\n{indent}]"
    else:
        for number, (key, element) in enumerate(value.items()):
            yield ("{\n" if number == 0 else ",\n") + deeper + _one_line(key) + ": "
            yield from _lines(element, name=key, indent=deeper)
        yield f"\n{indent}}}"


def _one_line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _parse(path: Path, text: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = dict(pairs)
        if len(keys) < len(pairs):
            twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
            raise PlanFileError(path, [f"the field {twice!r} stands twice in one object; keep one"])
        return keys

    try:
        return json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        cause = f"is not whole JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        remedy = "look there for a missing or extra comma, quote or bracket, or a file cut short"
        raise PlanFileError(path, [f"{cause}; {remedy}"]) from error
    except RecursionError as error:
        raise PlanFileError(path, ["is nested too deeply; give a plan.json"]) from error


def _refuse_other_schema(path: Path, document: object) -> None:
    if not isinstance(document, Mapping):
        raise PlanFileError(path, ["is not a JSON object; give a plan.json"])
    schema = document.get("schema")
    if schema != SCHEMA:
        raise PlanFileError(
            path,
            [f"schema: {schema!r} is not known; this version reads {SCHEMA!r} only"],
        )


def _problems(error: ValidationError, document: object) -> Iterator[str]:
    for problem in error.errors(include_url=False):
        steps = [step for step in problem["loc"] if step not in ("bare", "planned")]
        message = problem["msg"].removeprefix("Value error, ")
        value = problem["input"]
        shown = "" if isinstance(value, dict | list) else f" (it is {_shortened(value)})"
        if problem["type"] == "extra_forbidden":
            message, shown = "there is no such field; remove it or mend its name", ""
        elif problem["type"] == "missing":
            message, shown = "the field is missing", ""
        yield f"{_field(steps, document) or 'the plan'}: {message}{shown}"


def _field(steps: Sequence[str | int], document: Any) -> str:
    """Where a field stands, with the courier's and the visit's name for finding it."""
    path = ""
    for step in steps:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            document = None
        if isinstance(step, int) and isinstance(document, dict):
            name = document.get("courier", document.get("id"))
            path += f" ({name})" if isinstance(name, str) else ""
    return path.lstrip(".")


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _plan(record: PlanRecord) -> Plan:
    timezone = ZoneInfo(record.origin.timezone)
    return Plan(
        origin=record.origin.origin(),
        routes=tuple(_route(route, timezone) for route in record.routes),
        idle_courier_ids=record.idle_couriers,
        idle_shift_s=record.idle_shift_s,
        unserved=tuple(
            UnservedRequest(
                request_id=unserved.id,
                pickup_class=unserved.pickup_class,
                price_milli_fen=unserved.price_milli_fen,
                reason=None if unserved.reason is None else unserved.reason.reason(),
            )
            for unserved in record.unserved
        ),
        zone_of=record.zone_of_request,
        cost_milli_fen=record.cost.parts_milli_fen,
    )


def _route(record: RouteRecord, timezone: ZoneInfo) -> PlannedRoute:
    depart_at = record.depart_at.astimezone(timezone)
    return PlannedRoute(
        courier_id=record.courier,
        vehicle_class=record.vehicle_class,
        start=_place(record.start),
        end=None if record.end is None else _place(record.end),
        depart_at=depart_at,
        end_at=record.end_at.astimezone(timezone),
        visits=tuple(_visits(record.visits, depart_at, timezone)),
        **record.model_dump(
            include={
                "end_drive_s",
                "end_distance_m",
                "shift_s",
                "paid_s",
                "drive_s",
                "service_s",
                "unload_s",
                "wait_s",
                "distance_m",
                "cost_milli_fen",
            }
        ),
    )


def _visits(
    records: Sequence[BareVisitRecord], depart_at: datetime, timezone: ZoneInfo
) -> Iterator[PlannedVisit]:
    load = Load(weight_g=0, volume_ml=0, pieces=0)
    for record in records:
        if isinstance(record, PlannedVisitRecord):
            load = _load(record.load)
            visit = PlannedVisit(
                type=record.type,
                ref=record.id or "",
                place=None if record.place is None else _place(record.place),
                arrival_at=record.arrival_at.astimezone(timezone),
                start_at=record.start_at.astimezone(timezone),
                end_at=record.end_at.astimezone(timezone),
                depart_at=record.depart_at.astimezone(timezone),
                drive_s=record.drive_s,
                distance_m=record.distance_m,
                late_s=record.late_s,
                load=load,
            )
        else:
            visit = PlannedVisit(
                type=record.type,
                ref=record.id or "",
                place=None,
                arrival_at=depart_at,
                start_at=depart_at,
                end_at=depart_at,
                depart_at=depart_at,
                drive_s=0,
                distance_m=0,
                late_s=0,
                load=load,
            )
        depart_at = visit.depart_at
        yield visit


def _place(record: PlaceRecord) -> Place:
    return Place(lon=record.lon, lat=record.lat)


def _load(record: LoadRecord) -> Load:
    return Load(weight_g=record.weight_g, volume_ml=record.volume_ml, pieces=record.pieces)
