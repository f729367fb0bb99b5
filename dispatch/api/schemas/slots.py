"""Asking for slots."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from dispatch.api.schemas.common import (
    CityId,
    CustomerRef,
    FeeBody,
    Given,
    Moment,
    ShortText,
    Shown,
    StandingBody,
    WindowBody,
)
from dispatch.defaults import LOADS
from dispatch.domain.requests import PickupClass
from dispatch.service.requests import Asked
from geo.coordinates import Crs, to_wgs84

MOST_ITEMS = 50
_MM3_PER_ML = 1_000

Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, examples=[120.155])]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, examples=[30.274])]
Millimetres = Annotated[int, Field(ge=1, le=20_000, examples=[300])]


class PlaceBody(Given):
    """A door."""

    lon: Longitude
    lat: Latitude
    crs: Crs = Field(Crs.WGS84, strict=False, description="What the coordinates are in.")
    floor: Annotated[int, Field(ge=-20, le=200)] = 0
    lift: bool = True
    address_id: ShortText | None = Field(
        None, description="The same for pickups at one address, which share setting up."
    )

    def lonlat(self) -> tuple[float, float]:
        """WGS84 degrees."""
        lon, lat = to_wgs84([(self.lon, self.lat)], self.crs)[0].tolist()
        return lon, lat


class ItemBody(Given):
    """Pieces of one kind. What is not given is taken as usual for the class."""

    pickup_class: PickupClass = Field(PickupClass.PARCEL, alias="class", strict=False)
    weight_g: Annotated[int, Field(ge=1, le=1_000_000, examples=[1_500])] | None = Field(
        None, description="Of one piece."
    )
    length_mm: Millimetres | None = None
    width_mm: Millimetres | None = None
    height_mm: Millimetres | None = None
    pieces: Annotated[int, Field(ge=1, le=100)] = 1
    disassembly: bool = False

    @model_validator(mode="after")
    def _all_sides(self) -> Self:
        sides = (self.length_mm, self.width_mm, self.height_mm)
        if any(side is None for side in sides) and any(side is not None for side in sides):
            raise ValueError("give length_mm, width_mm and height_mm together, or none of them")
        return self

    @property
    def declared_volume_ml(self) -> int | None:
        """Of one piece, rounded up; ``None`` where no sides are given."""
        if self.length_mm is None or self.width_mm is None or self.height_mm is None:
            return None
        return -(-self.length_mm * self.width_mm * self.height_mm // _MM3_PER_ML)

    @property
    def piece_volume_ml(self) -> int:
        """Of one piece, as usual for the class where no sides are given."""
        declared = self.declared_volume_ml
        return LOADS[self.pickup_class].volume_ml if declared is None else declared

    @property
    def piece_weight_g(self) -> int:
        """Of one piece."""
        return self.weight_g or LOADS[self.pickup_class].weight_g


class CustomerBody(Given):
    """For whom."""

    ref: CustomerRef
    tier: ShortText | None = Field(None, description="One of the tiers of the city.")


class SlotsRequest(Given):
    """Which windows can be kept for these goods at this door?"""

    city: CityId
    place: PlaceBody
    items: Annotated[list[ItemBody], Field(min_length=1, max_length=MOST_ITEMS)]
    earliest: Moment | None = Field(None, description="No window begins before; now if left out.")
    latest: Moment | None = Field(
        None, description="No window begins after; the last day that can be booked if left out."
    )
    customer: CustomerBody | None = None
    insured: bool = Field(False, description="Whether freight insurance covers the first weight.")

    def asked(self) -> Asked:
        """The goods, put together."""
        lon, lat = self.place.lonlat()
        is_bulky = any(item.pickup_class is PickupClass.BULKY for item in self.items)
        return Asked(
            lon=lon,
            lat=lat,
            pickup_class=PickupClass.BULKY if is_bulky else PickupClass.PARCEL,
            weight_g=sum(item.piece_weight_g * item.pieces for item in self.items),
            volume_ml=sum(item.piece_volume_ml * item.pieces for item in self.items),
            declared_volume_ml=sum(
                (item.declared_volume_ml or 0) * item.pieces for item in self.items
            ),
            pieces=sum(item.pieces for item in self.items),
            floor=self.place.floor,
            lift=self.place.lift,
            disassembly=any(item.disassembly for item in self.items),
            address_id=self.place.address_id,
            insured=self.insured,
            customer_ref=None if self.customer is None else self.customer.ref,
            tier=None if self.customer is None else self.customer.tier,
        )


class CertaintyBody(Shown):
    """What an offer rests on."""

    basis: str = Field(
        description="`live_plan`: today's couriers where they are; `planned_shifts`: the shifts "
        "of a later day and what is booked for it.",
        examples=["live_plan"],
    )
    slack_s: int = Field(
        description="Seconds between the planned start of service and the end of the window.",
        examples=[2_700],
    )


class SlotBody(Shown):
    """A window that can be kept as things stand."""

    id: str = Field(description="Hold or book it with this.", examples=["sl_01m7….eJyr….p0Zx"])
    window: WindowBody
    added_cost_fen: int = Field(description="What the plan costs more with it.")
    fee: FeeBody
    certainty: CertaintyBody
    expires_at: datetime


class UnavailableBody(Shown):
    """A window that cannot be kept."""

    window: WindowBody
    reason: str = Field(examples=["full"])
    message: str = Field(examples=["it would break a promise that was made"])


class SlotsAnswer(Shown):
    """What can be promised, and what cannot."""

    city: str
    slots: list[SlotBody]
    unavailable: list[UnavailableBody]
    next_available: WindowBody | None = Field(
        description="Where nothing is offered: the first later window that can be kept."
    )
    standing: StandingBody | None = Field(description="Where a customer was named.")
