"""Rows of the tables, one pydantic model each: types, ranges and required fields.

Field names and units are the contract of ``docs/day-format.md``. Empty cells are left out before
validation, so ``None`` always means "not given".
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from dispatch.domain.requests import PickupClass
from dispatch.files.issues import DayIssue
from dispatch.files.tables import Columns, Record, Table
from dispatch.files.times import TIME_FORMS, Calendar

NONE_WORD = "none"
"""In the hub list of a courier: no hub at all."""

_LIST_SEPARATORS = re.compile("[;；]")
_YES_NO = {"是": True, "有": True, "否": False, "无": False}


def _moment(value: Any, info: ValidationInfo) -> datetime:
    calendar = info.context
    if not isinstance(calendar, Calendar):
        raise TypeError("rows are validated with a Calendar as context")
    try:
        return calendar.moment(str(value))
    except ValueError as error:
        raise PydanticCustomError(
            "field.time", "{cause}", {"cause": str(error), "action": TIME_FORMS}
        ) from error


def _names(value: Any) -> Any:
    if isinstance(value, str):
        return [name.strip() for name in _LIST_SEPARATORS.split(value) if name.strip()]
    return value


def _yes_no(value: Any) -> Any:
    return _YES_NO.get(value, value) if isinstance(value, str) else value


def _no_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError("field.type", "is a truth value", {"action": "give a number"})
    return value


_TEXT = r"^[^\x00-\x1f\x7f]+$"
_NAME = r"^[^;；\x00-\x1f\x7f]+$"

Id = Annotated[str, Field(max_length=100, pattern=_TEXT)]
Name = Annotated[str, Field(max_length=100, pattern=_NAME)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_names)]
Moment = Annotated[datetime, PlainValidator(_moment)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Number = Annotated[float, BeforeValidator(_no_bool), Field(allow_inf_nan=False)]
Whole = Annotated[int, BeforeValidator(_no_bool)]
Yuan = Annotated[Number, Field(ge=0, le=1_000_000)]
Kg = Annotated[Number, Field(gt=0, le=100_000)]
Litres = Annotated[Number, Field(gt=0, le=1_000_000)]
Pieces = Annotated[Whole, Field(ge=1, le=100_000)]
Centimetres = Annotated[Number, Field(gt=0, le=2_000)]
Seconds = Annotated[Whole, Field(ge=0, le=86_400)]
CrewSize = Annotated[Whole, Field(ge=1, le=20)]


_TOGETHER = (
    frozenset({"window2_start", "window2_end"}),
    frozenset({"length_cm", "width_cm", "height_cm"}),
)
"""Columns of a request of which one says nothing without the others."""


class Row(BaseModel):
    """What all rows share: unknown fields refused, texts stripped, numbers taken as ids."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        coerce_numbers_to_str=True,
        str_strip_whitespace=True,
        populate_by_name=False,
    )


class RequestRow(Row):
    """One row of the requests table."""

    id: Id
    lon: Number
    lat: Number
    pickup_class: PickupClass = Field(alias="class")
    weight_kg: Kg | None = None
    volume_l: Litres | None = None
    length_cm: Centimetres | None = None
    width_cm: Centimetres | None = None
    height_cm: Centimetres | None = None
    pieces: Pieces = 1
    window_start: Moment
    window_end: Moment
    window2_start: Moment | None = None
    window2_end: Moment | None = None
    asked_at: Moment | None = None
    priority: Annotated[Whole, Field(ge=0, le=9)] = 0
    floor: Annotated[Whole, Field(ge=-20, le=200)] = 0
    lift: YesNo = True
    disassembly: YesNo = False
    address_id: Id | None = None


class CourierRow(Row):
    """One row of the couriers table."""

    id: Id
    vehicle: Name
    crew_size: CrewSize | None = None
    shift_start: Moment
    shift_end: Moment
    start_lon: Number | None = None
    start_lat: Number | None = None
    start_hub: Name | None = None
    end_lon: Number | None = None
    end_lat: Number | None = None
    end_hub: Name | None = None
    capacity_kg: Kg | None = None
    capacity_l: Litres | None = None
    capacity_pieces: Pieces | None = None
    skills: Names = ()
    home_zones: Names = ()
    cost_per_hour_yuan: Yuan | None = None
    cost_per_km_yuan: Yuan | None = None
    fixed_cost_yuan: Yuan | None = None
    break_start: Moment | None = None
    break_end: Moment | None = None
    break_min: Annotated[Whole, Field(ge=1, le=480)] | None = None
    hubs: Names | None = None


class HubRow(Row):
    """One row of the hubs table."""

    id: Name
    lon: Number
    lat: Number
    opens: Moment | None = None
    closes: Moment | None = None
    opens2: Moment | None = None
    closes2: Moment | None = None
    unload_fixed_s: Seconds | None = None
    unload_per_piece_s: Seconds | None = None


AnyRow = TypeVar("AnyRow", bound=Row)


def columns_of(model: type[Row]) -> Columns:
    """Names of the columns of a table, as the files have them."""
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    return Columns(
        tuple(fields), frozenset(name for name, field in fields.items() if field.is_required())
    )


def validated(
    model: type[AnyRow], table: Table, calendar: Calendar, issues: list[DayIssue]
) -> list[tuple[Record, AnyRow]]:
    """The rows of a table that can be judged further; what is wrong with them goes to ``issues``.

    A request whose only faults are in optional columns is kept without these columns, so that
    its place, id and windows are still judged and everything wrong is found in one pass.
    """
    kept = []
    for record in table.records:
        try:
            kept.append((record, model.model_validate(record.values, context=calendar)))
        except ValidationError as error:
            faulty = set()
            for details in error.errors(include_url=False):
                field = ".".join(str(part) for part in details["loc"] if isinstance(part, str))
                faulty.add(field)
                if details["type"] == "missing" and field in table.missing:
                    continue
                issues.append(field_issue(table.file, record.row, field, details, record.values))
            rest = _without(model, record, faulty, calendar)
            if rest is not None:
                kept.append((record, rest))
    return kept


def _without(
    model: type[AnyRow], record: Record, faulty: set[str], calendar: Calendar
) -> AnyRow | None:
    """The row without its faulty columns and those given together with them, if that is one."""
    if model is not RequestRow:
        return None
    left_out = faulty.union(*(group for group in _TOGETHER if group & faulty))
    values = {name: value for name, value in record.values.items() if name not in left_out}
    try:
        return model.model_validate(values, context=calendar)
    except ValidationError:
        return None


def field_issue(
    file: str,
    row: int | None,
    field: str,
    details: ErrorDetails,
    values: Mapping[str, Any] | None = None,
) -> DayIssue:
    """One finding of pydantic in the words of this package."""
    code, cause, action = _explain(details)
    given = details.get("input") if values is None else values.get(field, details.get("input"))
    return DayIssue(
        code=code,
        file=file,
        row=row,
        field=field,
        value=None if code == "field.missing" else str(given),
        cause=cause,
        action=action,
    )


def _explain(details: ErrorDetails) -> tuple[str, str, str]:
    kind, context = details["type"], details.get("ctx", {})
    if "." in kind:
        return kind, details["msg"], str(context["action"])
    if kind == "missing":
        return "field.missing", "is missing", "fill it in"
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        word, limit = _LIMITS[kind], next(iter(context.values()))
        return "field.range", f"must be {word} {limit:g}", "correct the value; mind the unit"
    if kind in ("enum", "literal_error"):
        return "field.choice", "is not a known choice", f"give {context['expected']}"
    if kind.startswith(("float", "int", "finite")):
        whole = kind.startswith("int")
        noun = "whole number" if whole else "number"
        return "field.type", f"is not a {noun}", f"give a {noun} without unit, with a decimal point"
    if kind.startswith("bool"):
        return "field.type", "is neither yes nor no", "give yes or no"
    if kind == "string_pattern_mismatch":
        return (
            "field.text",
            "is empty or holds control characters or a semicolon",
            "use letters, digits, hyphens and spaces",
        )
    if kind == "string_too_long":
        return "field.text", f"is longer than {context['max_length']} characters", "shorten it"
    return "field.type", details["msg"].lower(), "correct the value"


_LIMITS = {
    "greater_than": "more than",
    "greater_than_equal": "at least",
    "less_than": "less than",
    "less_than_equal": "at most",
}
