"""Who collects what."""

from dispatch.domain.couriers import Courier
from dispatch.domain.requests import Load, PickupClass

BULKY_CREW_SIZE = 2
"""Who collects bulky pickups."""


def can_carry(courier: Courier, kind: PickupClass, load: Load) -> bool:
    """Whether the crew is large enough, and the courier has room enough when empty."""
    room = courier.capacity
    return (
        (kind is PickupClass.PARCEL or courier.crew_size >= BULKY_CREW_SIZE)
        and load.weight_g <= room.weight_g
        and load.volume_ml <= room.volume_ml
        and load.pieces <= room.pieces
    )
