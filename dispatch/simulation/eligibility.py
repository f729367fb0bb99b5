"""Who may collect what, and who usually does."""

from collections.abc import Sequence

from dispatch.domain.couriers import Courier
from dispatch.domain.requests import PickupClass, PickupRequest

BULKY_CREW_SIZE = 2


def may_collect(courier: Courier, request: PickupRequest) -> bool:
    """Whether the crew is large enough: bulky pickups take two."""
    return request.pickup_class is PickupClass.PARCEL or courier.crew_size >= BULKY_CREW_SIZE


def usual_couriers(kind: PickupClass, couriers: Sequence[Courier]) -> tuple[Courier, ...]:
    """Those who do the work of one class on a usual day.

    Crews of two are kept for bulky pickups as long as there are couriers alone for the parcels.
    """
    crews = tuple(one for one in couriers if one.crew_size >= BULKY_CREW_SIZE)
    alone = tuple(one for one in couriers if one.crew_size < BULKY_CREW_SIZE)
    return crews if kind is PickupClass.BULKY else alone or crews


def load_of(request: PickupRequest) -> tuple[int, int, int]:
    """Grams, millilitres and pieces, as said."""
    return request.load.weight_g, request.load.volume_ml, request.load.pieces
