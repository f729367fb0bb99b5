"""Pickups that shoppers ask for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.domain.places import Place, Window


class PickupClass(StrEnum):
    """The two kinds of work that share a city."""

    PARCEL = "parcel"
    BULKY = "bulky"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is carried: grams, millilitres and pieces."""

    weight_g: int
    volume_ml: int
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupRequest:
    """One return to collect at a door.

    Attributes:
        id: Unique in its day.
        place: The door.
        pickup_class: Parcel or bulky.
        load: What is collected.
        windows: One or two windows in rising order, one of which must hold the start of service.
        asked_at: When the shopper asked; ``None`` if not recorded.
        priority: 0 (usual) to 9 (most important); decides the price of leaving it out.
        floor: Floors to climb; 0 is the ground floor, negative is below it.
        lift: Whether there is a lift.
        disassembly: Whether something must be taken apart first.
        address_id: Requests with the same id share the set-up of one visit.
    """

    id: str
    place: Place
    pickup_class: PickupClass
    load: Load
    windows: tuple[Window, ...]
    asked_at: datetime | None = None
    priority: int = 0
    floor: int = 0
    lift: bool = True
    disassembly: bool = False
    address_id: str | None = None
