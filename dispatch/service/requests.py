"""What shoppers ask for, put together into one pickup."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from dispatch.domain.places import Place, Window
from dispatch.domain.requests import Load, PickupClass, PickupRequest


class Asked(BaseModel):
    """Goods at a door, without a window; coordinates are WGS84.

    Attributes:
        lon: Degrees.
        lat: Degrees.
        pickup_class: Bulky if any item is.
        weight_g: Of all items together.
        volume_ml: Of all items together, as planned with.
        declared_volume_ml: As far as the client gave sides; only that is charged.
        pieces: Of all items together.
        floor: Floors to climb.
        lift: Whether there is a lift.
        disassembly: Whether anything must be taken apart.
        address_id: The same for pickups at one address.
        insured: Whether freight insurance covers the first weight.
        customer_ref: For which customer of the client.
        tier: Of the customer, as the client gives it.
        priority: 0 to 9, from the customer's standing.
    """

    model_config = ConfigDict(frozen=True)

    lon: float
    lat: float
    pickup_class: PickupClass = PickupClass.PARCEL
    weight_g: int
    volume_ml: int
    declared_volume_ml: int = 0
    pieces: int = 1
    floor: int = 0
    lift: bool = True
    disassembly: bool = False
    address_id: str | None = None
    insured: bool = False
    customer_ref: str | None = None
    tier: str | None = None
    priority: int = 0

    @property
    def load(self) -> Load:
        """What is carried."""
        return Load(weight_g=self.weight_g, volume_ml=self.volume_ml, pieces=self.pieces)

    @property
    def charged(self) -> Load:
        """What is paid for: nobody pays for a volume that is only assumed."""
        return replace(self.load, volume_ml=self.declared_volume_ml)

    def request(
        self, request_id: str, windows: Sequence[Window], asked_at: datetime
    ) -> PickupRequest:
        """The pickup, as plans take it."""
        return PickupRequest(
            id=request_id,
            place=Place(lon=self.lon, lat=self.lat),
            pickup_class=self.pickup_class,
            load=self.load,
            windows=tuple(windows),
            asked_at=asked_at,
            priority=self.priority,
            floor=self.floor,
            lift=self.lift,
            disassembly=self.disassembly,
            address_id=self.address_id,
        )
