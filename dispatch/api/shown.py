"""Records as they are answered, with persons masked for those who need not know them."""

from dataclasses import asdict
from zoneinfo import ZoneInfo

from dispatch.api.auth import Caller
from dispatch.api.schemas.common import FeeBody, WindowBody
from dispatch.api.schemas.pickups import ContactShown, GoodsBody, HoldBody, PickupBody, PointBody
from dispatch.domain.places import Window
from dispatch.domain.requests import PickupClass
from dispatch.service.holding import REQUEST
from dispatch.service.statuses import PickupStatus
from dispatch.storage.holds import Hold
from dispatch.storage.keys import Scope
from dispatch.storage.pickups import Pickup

_SHOWN_DIGITS = 2


def pickup_body(pickup: Pickup, caller: Caller, zone: ZoneInfo) -> PickupBody:
    """A pickup as this caller may see it."""
    # Of an erased one nothing is left that says where it was.
    request = REQUEST.validate_python(pickup.request) if pickup.request else None
    own = caller.client_id == pickup.client_id and Scope.RETURNS in caller.key.scopes
    eta_at = pickup.eta_at
    return PickupBody(
        id=pickup.id,
        city=pickup.city,
        date=pickup.date,
        status=PickupStatus(pickup.status),
        promise=window_body(pickup, zone),
        courier_id=pickup.courier_id,
        eta_at=None if eta_at is None else eta_at.astimezone(zone),
        pickup_class=PickupClass(pickup.pickup_class),
        goods=None if request is None else GoodsBody(**asdict(request.load)),
        place=None if request is None else PointBody(**asdict(request.place)),
        fee=FeeBody.of(dict(pickup.fee)),
        settlement=pickup.fee.get("settlement"),
        customer_ref=pickup.customer_ref,
        contact=contact_shown(pickup, in_full=own),
        created_at=pickup.created_at.astimezone(zone),
        updated_at=pickup.updated_at.astimezone(zone),
    )


def hold_body(hold: Hold, zone: ZoneInfo) -> HoldBody:
    """A hold."""
    return HoldBody(
        id=hold.id,
        city=hold.city,
        window=window_body(hold, zone),
        fee=FeeBody.of(dict(hold.offer["fee"])),
        expires_at=hold.expires_at.astimezone(zone),
    )


def window_body(record: Hold | Pickup, zone: ZoneInfo) -> WindowBody:
    """What was promised, in local time."""
    start_at, end_at = record.promise_start_at, record.promise_end_at
    return WindowBody.of(Window(start_at.astimezone(zone), end_at.astimezone(zone)))


def contact_shown(pickup: Pickup, *, in_full: bool) -> ContactShown | None:
    """Whom the courier asks for."""
    if pickup.contact is None:
        return None
    contact = ContactShown.model_validate(dict(pickup.contact))
    if in_full:
        return contact
    digits = contact.phone[-_SHOWN_DIGITS:]
    return ContactShown(name="***", phone=f"***{digits}", address="***", note=None)
