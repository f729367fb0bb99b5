"""Booking, changing the window, cancelling."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from dispatch.domain.requests import PickupClass
from dispatch.live.events import Cancelled
from dispatch.service.command import Command
from dispatch.service.errors import Code, ServiceError, not_found
from dispatch.service.holding import REQUEST, find_hold, place
from dispatch.service.revisits import next_request_id
from dispatch.service.slot_ids import Slot
from dispatch.service.standing import refuse_by_standing, remember
from dispatch.service.statuses import OPEN_STATUSES, WAITING, PickupStatus
from dispatch.service.told import Told
from dispatch.standing import PastKind
from dispatch.storage import holds, pickups
from dispatch.storage.ids import new_id
from dispatch.storage.pickups import AlreadyBookedError, Pickup
from dispatch.webhooks.events import EventType

Contact = Mapping[str, Any]
"""Name, telephone, address; nothing of it is planned with."""


def book_hold(
    command: Command,
    hold_id: str,
    *,
    client_id: str,
    customer_ref: str | None,
    contact: Contact | None,
) -> Pickup:
    """Books what a hold has kept; the plan stays as it is.

    Raises:
        ServiceError: There is no such hold, or its time is over.
    """
    hold = find_hold(command, hold_id, client_id)
    request = REQUEST.validate_python(hold.offer["request"])
    pickup = Pickup(
        id=hold.pickup_id,
        city=hold.city,
        date=hold.date,
        client_id=client_id,
        customer_ref=hold.customer_ref or customer_ref,
        status=PickupStatus.BOOKED,
        pickup_class=request.pickup_class,
        promise_start_at=hold.promise_start_at,
        promise_end_at=hold.promise_end_at,
        request=hold.offer["request"],
        fee=hold.offer["fee"],
        contact=contact,
        hold_id=hold.id,
        slot_id=hold.offer["slot_id"],
        created_at=command.now,
        updated_at=command.now,
    )
    holds.remove(command.tx, hold.id)
    command.holds_gone.add(hold.id)
    _insert(command, pickup)
    command.city.observer.hold(hold.city, "booked")
    return pickup


def book_slot(
    command: Command, slot: Slot, *, customer_ref: str | None, contact: Contact | None
) -> Pickup:
    """Books a slot that is still free.

    Raises:
        ServiceError: It is not, or the customer may not have it.
    """
    refuse_if_used(command, slot)
    pickup_id = new_id("pk")
    known = slot.asked.customer_ref or customer_ref
    rank = refuse_by_standing(command, slot, known)
    placed = place(command, slot, request_id=pickup_id, priority=rank)
    pickup = Pickup(
        id=pickup_id,
        city=slot.city,
        date=slot.date,
        client_id=slot.client_id,
        customer_ref=known,
        status=PickupStatus.BOOKED,
        pickup_class=PickupClass(slot.asked.pickup_class),
        promise_start_at=slot.start_at,
        promise_end_at=slot.end_at,
        request=REQUEST.dump_python(placed.request, mode="json"),
        fee=placed.fee,
        contact=contact,
        slot_id=slot.id,
        created_at=command.now,
        updated_at=command.now,
    )
    _insert(command, pickup)
    return pickup


def refuse_if_used(command: Command, slot: Slot) -> None:
    """Refuses a slot from which a pickup was booked already.

    Raises:
        ServiceError: It was.
    """
    used = pickups.booked_from(command.tx, slot_id=slot.id)
    if used is not None:
        raise ServiceError(
            Code.SLOT_USED,
            f"pickup '{used.id}' was booked from this slot",
            "ask for slots again to book another",
            extra={"pickup_id": used.id},
        )


def reschedule(command: Command, pickup: Pickup, slot: Slot) -> Pickup:
    """Gives a pickup the window of another slot, for the same goods.

    The new place is taken before the old one is given up, so that there is always one.

    Raises:
        ServiceError: The slot is not free, or somebody is on the way already.
    """
    if pickup.status not in WAITING:
        raise _wrong_state(pickup, "only what nobody is on the way to can be moved")
    _refuse_other_goods(pickup, slot)
    refuse_if_used(command, slot)
    old = REQUEST.validate_python(pickup.request)
    placed = place(command, slot, request_id=next_request_id(old.id), priority=old.priority)
    plan = command.city.day(pickup.date)
    command.tell(plan, Cancelled(plan.second(command.now), old.id))
    before = {
        "start_at": pickup.promise_start_at.isoformat(),
        "end_at": pickup.promise_end_at.isoformat(),
    }
    saved = command.save(
        pickup,
        date=slot.date,
        status=PickupStatus.BOOKED,
        promise_start_at=slot.start_at,
        promise_end_at=slot.end_at,
        request=REQUEST.dump_python(placed.request, mode="json"),
        slot_id=slot.id,
        courier_id=None,
        eta_at=None,
    )
    command.note(saved, "rescheduled", {"before": before}, event=EventType.RESCHEDULED)
    command.city.observer.pickup(saved.city, "rescheduled")
    return saved


def cancel(command: Command, pickup: Pickup, *, by: str, reason: str | None) -> Pickup:
    """Cancels a pickup; one that is cancelled stays so.

    Args:
        command: The command.
        pickup: Which.
        by: ``client`` or ``planner``; only what clients cancel late counts against customers.
        reason: For people.

    Raises:
        ServiceError: It was collected, or given up.
    """
    if pickup.status == PickupStatus.CANCELLED:
        return pickup
    if pickup.status not in OPEN_STATUSES:
        raise _wrong_state(pickup, "only open pickups can be cancelled")
    is_late = _is_late(command, pickup)
    plan = command.city.day(pickup.date)
    request_id = REQUEST.validate_python(pickup.request).id
    command.tell(plan, Cancelled(plan.second(command.now), request_id))
    saved = command.save(pickup, status=PickupStatus.CANCELLED, courier_id=None, eta_at=None)
    detail = {"by": by, "late": is_late}
    command.note(saved, "cancelled", detail, words={"reason": reason}, event=EventType.CANCELLED)
    if is_late and by == "client":
        remember(command, saved, PastKind.LATE_CANCEL)
    command.city.observer.pickup(saved.city, "cancelled")
    return saved


def find_pickup(command: Command, pickup_id: str, client_id: str | None) -> Pickup:
    """A pickup of the city.

    Args:
        command: The command.
        pickup_id: Which.
        client_id: Whose; ``None`` for whoever may see all.

    Raises:
        ServiceError: There is no such pickup, or it is another client's.
    """
    pickup = pickups.get(command.tx, pickup_id)
    if (
        pickup is None
        or pickup.city != command.city.id
        or (client_id is not None and pickup.client_id != client_id)
    ):
        raise not_found("pickup", pickup_id)
    return pickup


def _insert(command: Command, pickup: Pickup) -> None:
    try:
        pickups.insert(command.tx, pickup)
    except AlreadyBookedError as error:
        raise ServiceError(Code.SLOT_USED, str(error), "ask for slots again") from error
    command.said[pickup.id] = Told.of(pickup)
    command.note(pickup, "booked", event=EventType.BOOKED)
    command.city.observer.pickup(pickup.city, "booked")


def _is_late(command: Command, pickup: Pickup) -> bool:
    limit = timedelta(minutes=command.city.config.slots.late_cancel_min)
    begins_at: datetime = pickup.promise_start_at
    return pickup.status not in WAITING or command.now > begins_at - limit


def _refuse_other_goods(pickup: Pickup, slot: Slot) -> None:
    before = REQUEST.validate_python(pickup.request)
    asked = slot.asked
    same = (before.place.lon, before.place.lat, before.load, before.pickup_class) == (
        asked.lon,
        asked.lat,
        asked.load,
        asked.pickup_class,
    )
    if not same or slot.city != pickup.city:
        raise ServiceError(
            Code.WRONG_STATE,
            f"the slot was offered for other goods or another door than pickup '{pickup.id}'",
            "ask for slots with the place and items of the pickup, or cancel it and book anew",
        )


def _wrong_state(pickup: Pickup, rule: str) -> ServiceError:
    return ServiceError(
        Code.WRONG_STATE,
        f"pickup '{pickup.id}' is {pickup.status}: {rule}",
        "look at the pickup, and do what its status allows",
        extra={"pickup_status": pickup.status},
    )
