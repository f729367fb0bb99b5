"""Holds and pickups."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from dispatch.api.schemas.common import (
    CustomerRef,
    FeeBody,
    Given,
    Note,
    ShortText,
    Shown,
    WindowBody,
)
from dispatch.domain.requests import PickupClass
from dispatch.service.statuses import PickupStatus

SlotId = Annotated[str, Field(min_length=1, max_length=4_000)]
RecordId = Annotated[str, Field(pattern=r"^[a-z]{2,4}_[0-9a-z]{1,40}$")]


class HoldRequest(Given):
    """Keep this place for a while."""

    slot_id: SlotId
    customer_ref: CustomerRef | None = None


class HoldBody(Shown):
    """A place that is kept."""

    id: str = Field(examples=["hd_01m7vq6mzr7xkt1b0e5v9g2h3j"])
    city: str
    window: WindowBody
    fee: FeeBody
    expires_at: datetime


class ContactBody(Given):
    """Whom the courier asks for; shown in full to you and to the courier only."""

    name: ShortText
    phone: Annotated[str, Field(pattern=r"^\+?[0-9][0-9 -]{4,24}$", examples=["+8613800000000"])]
    address: ShortText
    note: Note | None = None


class ContactShown(Shown):
    """Whom the courier asks for, masked unless you may see it."""

    name: str
    phone: str
    address: str
    note: str | None = None


class PickupRequestBody(Given):
    """Book a hold, or a slot that is still free; give one of the two."""

    hold_id: RecordId | None = None
    slot_id: SlotId | None = None
    customer_ref: CustomerRef | None = None
    contact: ContactBody | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.hold_id is None) == (self.slot_id is None):
            raise ValueError("give either hold_id or slot_id")
        return self


class RescheduleRequest(Given):
    """Give a pickup the window of this slot, which was asked for with the same place and items."""

    slot_id: SlotId


class CancelRequest(Given):
    """Cancel a pickup."""

    reason: Note | None = None


class GoodsBody(Shown):
    """What is collected, all items together."""

    weight_g: int
    volume_ml: int
    pieces: int


class PointBody(Shown):
    """WGS84 degrees."""

    lon: float
    lat: float


class PickupBody(Shown):
    """A booked pickup, as it stands."""

    id: str = Field(examples=["pk_01m7vq6mzr7xkt1b0e5v9g2h3j"])
    city: str
    date: date
    status: PickupStatus
    promise: WindowBody
    courier_id: str | None
    eta_at: datetime | None = Field(description="When the courier is expected, as last told.")
    pickup_class: PickupClass = Field(serialization_alias="class")
    goods: GoodsBody | None = Field(description="Gone once the customer is erased.")
    place: PointBody | None = Field(description="Gone once the customer is erased.")
    fee: FeeBody
    settlement: dict[str, Any] | None = Field(description="Once collected: what is paid.")
    customer_ref: str | None
    contact: ContactShown | None
    created_at: datetime
    updated_at: datetime


class PickupList(Shown):
    """Pickups in the order they were booked."""

    pickups: list[PickupBody]
    next_after: str | None = Field(description="Give this as `after` for more.")


class StepBody(Shown):
    """Something that happened to a pickup."""

    id: int = Field(description="Rises within a city.")
    pickup_id: str
    at: datetime
    kind: str = Field(examples=["assigned"])
    detail: dict[str, Any]


class HistoryBody(Shown):
    """Everything that happened to a pickup, in that order."""

    steps: list[StepBody]
