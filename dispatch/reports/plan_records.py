"""The shape of ``plan.json``: records with the names of the file, checked by pydantic.

Field names, units and their meaning are documented in ``docs/plan-format.md``.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from dispatch.domain.plans import PlanOrigin, TravelOrigin, UnservedReason, VisitType
from dispatch.domain.requests import PickupClass
from solvers.explain import Code, Kind

SCHEMA = "pickup-dispatch/plan/1"

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def _rfc_3339(value: object) -> object:
    if isinstance(value, str) and _RFC_3339.fullmatch(value):
        with suppress(ValueError):
            return datetime.fromisoformat(value)
    raise ValueError("give a time with its offset, such as 2026-11-11T09:05:00+08:00")


def _iso_date(value: str) -> str:
    if date.fromisoformat(value).isoformat() != value:
        raise ValueError("give a date such as 2026-11-11")
    return value


def _known_timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError("give an IANA time zone such as Asia/Shanghai") from error
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_rfc_3339)]
Amount = Annotated[int, Field(ge=0)]
Id = Annotated[str, Field(min_length=1)]
Costs = dict[Id, int]


class Record(BaseModel):
    """Strict: no unknown field, no text where a number belongs, no number that is not finite."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class PlaceRecord(Record):
    """A point in WGS84 degrees."""

    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]


class LoadRecord(Record):
    """What is carried."""

    weight_g: Amount
    volume_ml: Amount
    pieces: Amount


class BareVisitRecord(Record):
    """A visit written by hand: only what is done and where; times follow from a replay."""

    type: VisitType
    id: Id | None = None

    @model_validator(mode="after")
    def _has_an_id(self) -> Self:
        if (self.id is None) is not (self.type is VisitType.BREAK):
            raise ValueError(
                "a pickup has the id of its request, an unloading of its hub, a break none"
            )
        return self


class PlannedVisitRecord(BareVisitRecord):
    """A visit with everything that was planned for it."""

    arrival_at: Moment
    start_at: Moment
    end_at: Moment
    depart_at: Moment
    late_s: Amount
    drive_s: Amount
    distance_m: Amount
    load: LoadRecord
    place: PlaceRecord | None = None


def _visit_kind(value: object) -> str:
    """Tell a visit written by hand by its keys, so that errors speak of one form only."""
    if isinstance(value, Mapping):
        return "bare" if set(value) <= {"type", "id"} else "planned"
    return "bare" if type(value) is BareVisitRecord else "planned"


VisitRecord = Annotated[
    Annotated[BareVisitRecord, Tag("bare")] | Annotated[PlannedVisitRecord, Tag("planned")],
    Discriminator(_visit_kind),
]


class RouteRecord(Record):
    """What one courier does."""

    courier: Id
    vehicle_class: Id
    depart_at: Moment
    end_at: Moment
    start: PlaceRecord
    end: PlaceRecord | None
    shift_s: Amount
    paid_s: Amount
    drive_s: Amount
    service_s: Amount
    unload_s: Amount
    wait_s: Amount
    distance_m: Amount
    end_drive_s: Amount
    end_distance_m: Amount
    cost_milli_fen: Costs
    visits: tuple[VisitRecord, ...]


class ReasonRecord(Record):
    """Why a request is on no route."""

    kind: Kind
    code: Code
    courier: str
    message: str
    remedies: tuple[str, ...]

    def reason(self) -> UnservedReason:
        """The same in the words of the domain."""
        return UnservedReason(
            kind=self.kind,
            code=self.code,
            courier_id=self.courier,
            message=self.message,
            remedies=self.remedies,
        )


class UnservedRecord(Record):
    """A request on no route."""

    id: Id
    pickup_class: PickupClass = Field(alias="class")
    price_milli_fen: int
    reason: ReasonRecord | None = None


class TravelRecord(Record):
    """Where the travel times come from."""

    source: Literal["straight_line", "roads", "osrm"]
    name: str = ""
    attribution: str = ""
    fingerprint: str = ""
    because: str = ""


class OriginRecord(Record):
    """How the plan was made."""

    city: str
    date: Annotated[str, AfterValidator(_iso_date)]
    timezone: Annotated[str, AfterValidator(_known_timezone)]
    engine: str
    seed: int
    seconds: Annotated[float, Field(ge=0)]
    search_s: Annotated[float, Field(ge=0)]
    iterations: Amount
    interrupted: bool
    input_fingerprint: str
    versions: dict[str, str]
    travel: TravelRecord = TravelRecord(source="straight_line")

    def origin(self) -> PlanOrigin:
        """The same in words of the domain."""
        values = self.model_dump() | {"travel": TravelOrigin(**self.travel.model_dump())}
        return PlanOrigin(**values)


class CostRecord(Record):
    """The cost by part, and their sum."""

    total_milli_fen: int
    parts_milli_fen: Costs

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        parts = sum(self.parts_milli_fen.values())
        if parts != self.total_milli_fen:
            raise ValueError(
                f"the parts add up to {parts}, not to total_milli_fen {self.total_milli_fen}"
            )
        return self


class PlanRecord(Record):
    """A whole ``plan.json``."""

    schema_: Literal["pickup-dispatch/plan/1"] = Field(alias="schema")
    origin: OriginRecord
    figures: dict[str, Any]
    cost: CostRecord
    idle_couriers: tuple[Id, ...]
    idle_shift_s: Amount
    routes: tuple[RouteRecord, ...]
    unserved: tuple[UnservedRecord, ...]
    zone_of_request: dict[Id, Id]

    @model_validator(mode="after")
    def _one_route_per_courier(self) -> Self:
        seen: set[str] = set()
        for route in self.routes:
            if route.courier in seen:
                raise ValueError(
                    f"courier {route.courier!r} has more than one route; join their visits into one"
                )
            seen.add(route.courier)
        return self
