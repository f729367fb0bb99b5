"""What is sent and what comes back. Fields that are new in later versions are passed over."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Sent(BaseModel):
    """Base of what is sent: a misspelt field is an error here, before anything is sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def body(self) -> dict[str, Any]:
        """As JSON values, without what was left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Received(BaseModel):
    """Base of what comes back."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class PickupClass(StrEnum):
    """Small returns, or furniture and large appliances."""

    PARCEL = "parcel"
    BULKY = "bulky"


class PickupStatus(StrEnum):
    """How far a pickup is."""

    BOOKED = "booked"
    ASSIGNED = "assigned"
    UNDERWAY = "underway"
    AT_DOOR = "at_door"
    COLLECTED = "collected"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Place(Sent):
    """A door.

    Attributes:
        lon: Degrees.
        lat: Degrees.
        crs: What the degrees are in: GPS, AMap and Tencent, or Baidu.
        floor: Floors to climb; 0 is the ground floor.
        lift: Whether there is a lift.
        address_id: The same for pickups at one address.
    """

    lon: float
    lat: float
    crs: Literal["wgs84", "gcj02", "bd09"] = "wgs84"
    floor: int = 0
    lift: bool = True
    address_id: str | None = None


class Item(Sent):
    """Pieces of one kind; what is left out is taken as usual for the class.

    Attributes:
        pickup_class: Parcel or bulky.
        weight_g: Of one piece, grams.
        length_mm: Of one piece; give all three sides or none.
        width_mm: Of one piece.
        height_mm: Of one piece.
        pieces: How many.
        disassembly: Whether something must be taken apart first.
    """

    pickup_class: PickupClass = Field(PickupClass.PARCEL, serialization_alias="class")
    weight_g: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    pieces: int = 1
    disassembly: bool = False


class Customer(Sent):
    """For whom: a reference of yours, and a tier of the city."""

    ref: str
    tier: str | None = None


class Contact(Sent):
    """Whom the courier asks for."""

    name: str
    phone: str
    address: str
    note: str | None = None


class Window(Received):
    """A span of time in which the courier rings the bell, both ends inclusive."""

    start_at: AwareDatetime
    end_at: AwareDatetime


class FeeLine(Received):
    """One amount of a fee, in fen."""

    kind: str
    payer: str
    count: int
    unit_fen: int
    amount_fen: int


class Fee(Received):
    """What a pickup costs, in fen, and who pays."""

    chargeable_g: int
    insured: bool
    lines: tuple[FeeLine, ...]
    total_fen: int
    insurer_fen: int
    shopper_fen: int


class Certainty(Received):
    """What an offer rests on: the live plan or planned shifts, with so many seconds to spare."""

    basis: str
    slack_s: int


class Slot(Received):
    """A window that can be kept as things stand, until somebody else takes the place."""

    id: str
    window: Window
    added_cost_fen: int
    fee: Fee
    certainty: Certainty
    expires_at: AwareDatetime


class Unavailable(Received):
    """A window that cannot be kept, and why."""

    window: Window
    reason: str
    message: str


class Reason(Received):
    """One thing that went into a decision about a customer."""

    code: str
    text: str


class Standing(Received):
    """Whether a customer may take one more place, and everything that counted."""

    allowed: bool
    tier: str
    points: int
    most_open: int
    rank: int
    reasons: tuple[Reason, ...]


class SlotsFound(Received):
    """What can be promised, and what cannot.

    Attributes:
        city: Where.
        slots: What can be promised.
        unavailable: What cannot, with reasons.
        next_available: The first later window that can be kept, where nothing is offered.
        standing: Of the customer, where one was named.
    """

    city: str
    slots: tuple[Slot, ...]
    unavailable: tuple[Unavailable, ...]
    next_available: Window | None = None
    standing: Standing | None = None


class Hold(Received):
    """A place that is kept until it expires."""

    id: str
    city: str
    window: Window
    fee: Fee
    expires_at: AwareDatetime


class Goods(Received):
    """What is collected, all items together."""

    weight_g: int
    volume_ml: int
    pieces: int


class Point(Received):
    """WGS84 degrees."""

    lon: float
    lat: float


class ContactShown(Received):
    """Whom the courier asks for, masked unless your key may see it."""

    name: str
    phone: str
    address: str
    note: str | None = None


class Pickup(Received):
    """A booked pickup, as it stands.

    Attributes:
        id: Of the pickup.
        city: Where.
        date: The day it is collected.
        status: How far it is.
        promise: When the courier rings the bell.
        courier_id: Who collects it, once somebody is to.
        eta_at: When the courier is expected, as last told.
        pickup_class: Parcel or bulky.
        goods: What is collected; gone once the customer is erased.
        place: Where; gone once the customer is erased.
        fee: As quoted.
        settlement: What is paid, once collected.
        customer_ref: Your reference.
        contact: Whom the courier asks for.
        created_at: When it was booked.
        updated_at: When it changed last.
    """

    id: str
    city: str
    date: date
    status: PickupStatus
    promise: Window
    courier_id: str | None = None
    eta_at: AwareDatetime | None = None
    pickup_class: PickupClass = Field(validation_alias="class")
    goods: Goods | None = None
    place: Point | None = None
    fee: Fee
    settlement: dict[str, Any] | None = None
    customer_ref: str | None = None
    contact: ContactShown | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class PickupList(Received):
    """Pickups in the order they were booked, and where to go on."""

    pickups: tuple[Pickup, ...]
    next_after: str | None = None


class Step(Received):
    """Something that happened to a pickup."""

    id: int
    pickup_id: str
    at: AwareDatetime
    kind: str
    detail: dict[str, Any]


class Forgotten(Received):
    """What an erasure did: pickups that tell of nobody any more, and those still open."""

    pickups: int
    open_pickups: int


def moment(value: datetime | None) -> str | None:
    """A moment as it is sent.

    Raises:
        ValueError: It has no time zone.
    """
    if value is None:
        return None
    if value.utcoffset() is None:
        raise ValueError(f"{value.isoformat()} has no time zone; give an aware datetime")
    return value.isoformat()
