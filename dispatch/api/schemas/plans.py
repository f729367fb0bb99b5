"""What planners see and do."""

from datetime import date as calendar_date
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from dispatch.api.schemas.common import Given, Moment, Note, Shown
from dispatch.api.schemas.couriers import CourierId, PickupId
from dispatch.domain.requests import PickupClass
from dispatch.live.records import LockLevel


class PlannedTaskBody(Shown):
    """One task of a courier's route."""

    kind: str = Field(examples=["collect"])
    start_at: datetime
    end_at: datetime
    pickup_id: str | None = None
    hub_id: str | None = None
    late_s: int = Field(description="Seconds after the promise.")
    slack_s: int | None = Field(description="Seconds to spare until the promise is broken.")


class PlannedCourierBody(Shown):
    """What a courier does."""

    courier_id: str
    status: str
    leaves_at: datetime
    tasks: list[PlannedTaskBody]


class LeftOutBody(Shown):
    """A promised pickup that is on no route."""

    pickup_id: str | None = Field(description="None for the load of a broken-down courier.")
    courier_id: str | None = Field(description="Whose load, where it is one.")
    reason: str = Field(examples=["no_room"])


class PlanFigures(Shown):
    """The plan in numbers."""

    open_pickups: int
    late_pickups: int
    at_risk_pickups: int
    left_out: int
    couriers_at_work: int
    couriers_with_tasks: int
    cost_fen: int


class PlanBody(Shown):
    """The last published plan of a day."""

    city: str
    date: calendar_date
    revision: int = Field(description="0 before the first.")
    at: datetime | None
    figures: PlanFigures
    couriers: list[PlannedCourierBody]
    left_out: list[LeftOutBody]


class LockRequest(Given):
    """Fix a pickup's place in the plan, or leave it free again.

    `courier`: who collects it. `order`: also what comes before it; such pickups head the courier's
    tasks in the order in which they were locked. `exact`: who, and when. `free`: nothing.
    """

    pickup_id: PickupId
    level: Annotated[LockLevel, Field(strict=False)]
    courier_id: CourierId | None = None
    start_at: Moment | None = None

    @model_validator(mode="after")
    def _fits_level(self) -> Self:
        if (self.level is LockLevel.FREE) != (self.courier_id is None):
            raise ValueError("give courier_id with every level but free")
        if (self.level is LockLevel.EXACT) != (self.start_at is not None):
            raise ValueError("give start_at with level exact, and with no other")
        return self


class StopSaleRequest(Given):
    """Sell no window that overlaps with this time, in this area; what was promised is kept."""

    starts_at: Moment
    ends_at: Moment
    area: dict[str, Any] | None = Field(
        None, description="GeoJSON Polygon or MultiPolygon, WGS84; the whole city if left out."
    )
    pickup_class: PickupClass | None = Field(
        None, alias="class", strict=False, description="Both if left out."
    )
    reason: Note


class StopSaleBody(Shown):
    """Where and when nothing is sold."""

    id: str
    city: str
    starts_at: datetime
    ends_at: datetime
    area: dict[str, Any] | None
    pickup_class: PickupClass | None = Field(serialization_alias="class")
    reason: str
    created_by: str
    created_at: datetime
    lifted_at: datetime | None


class StopSaleList(Shown):
    """Everything that is not sold now, or will not be."""

    stop_sales: list[StopSaleBody]


class CityBody(Shown):
    """A city."""

    id: str
    name: str
    ready: bool = Field(description="Whether it is open in the process that answers.")


class CityList(Shown):
    """Every city the key is for."""

    cities: list[CityBody]


class CityConfigBody(Shown):
    """A city with its whole configuration."""

    id: str
    config: dict[str, Any]
    updated_at: datetime


class DeedBody(Shown):
    """Something that somebody did."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str | None
    request_id: str | None
    detail: dict[str, Any]


class AuditTrail(Shown):
    """Deeds, the newest first."""

    deeds: list[DeedBody]
    next_before: int | None = Field(description="Give this as `before` for more.")
