"""Keeping a place free while a shopper decides."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from dispatch.domain.places import Window
from dispatch.domain.requests import PickupRequest
from dispatch.fees import fee_to_json
from dispatch.live.events import Booked, Cancelled
from dispatch.live.quoting import Offer
from dispatch.live.rules import LiveRules
from dispatch.live.verdicts import Outcome
from dispatch.service.command import Command
from dispatch.service.day_plan import DayPlan
from dispatch.service.errors import Code, ServiceError, not_found
from dispatch.service.lateness import late_s, newly_late
from dispatch.service.quoting import WhyNot, fee_of, judge, next_sellable
from dispatch.service.slot_ids import Slot
from dispatch.service.standing import refuse_by_standing
from dispatch.storage import holds
from dispatch.storage.holds import Hold
from dispatch.storage.ids import new_id

REQUEST = TypeAdapter(PickupRequest)
"""Requests as JSON values, and back."""

_REPAIR = LiveRules().repair
"""As many attempts as the plan makes when it takes a booking in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A pickup that has its place in the plan.

    Attributes:
        request: As planned.
        fee: What it costs, as JSON values.
    """

    request: PickupRequest
    fee: dict[str, Any]


def hold(command: Command, slot: Slot, *, customer_ref: str | None) -> Hold:
    """Takes the place of a slot for a while.

    Raises:
        ServiceError: The place is not free any more, or the customer may not have it.
    """
    pickup_id = new_id("pk")
    known = slot.asked.customer_ref or customer_ref
    rank = refuse_by_standing(command, slot, known)
    placed = place(command, slot, request_id=pickup_id, priority=rank)
    taken = Hold(
        id=new_id("hd"),
        pickup_id=pickup_id,
        city=slot.city,
        date=slot.date,
        client_id=slot.client_id,
        customer_ref=known,
        promise_start_at=slot.start_at,
        promise_end_at=slot.end_at,
        offer={
            "request": REQUEST.dump_python(placed.request, mode="json"),
            "fee": placed.fee,
            "slot_id": slot.id,
        },
        created_at=command.now,
        expires_at=command.now + timedelta(seconds=command.city.config.slots.hold_s),
    )
    holds.insert(command.tx, taken)
    command.holds_taken[taken.id] = taken.expires_at
    command.city.observer.hold(slot.city, "taken")
    return taken


def place(command: Command, slot: Slot, *, request_id: str, priority: int) -> Placed:
    """Puts the pickup of a slot into its plan, if there is still room.

    Raises:
        ServiceError: There is none.
    """
    city = command.city
    asked = slot.asked.model_copy(update={"priority": priority})
    window = Window(slot.start_at.astimezone(city.zone), slot.end_at.astimezone(city.zone))
    plan = city.day(slot.date)
    request = asked.request(request_id, (window,), command.now)
    with plan.dispatcher.turn():
        ((_, judged),) = judge(city, asked, [window], repair=0)
        has_room = isinstance(judged, Offer)
        if judged is WhyNot.FULL and city.config.slots.repair:
            ((_, judged),) = judge(city, asked, [window], repair=_REPAIR)
        if not isinstance(judged, Offer):
            city.observer.hold(city.id, "refused")
            raise _taken(command, slot, str(judged))
        verdict = command.tell(plan, Booked(plan.second(command.now), request))
        if verdict.outcome is not Outcome.APPLIED:
            raise ServiceError(Code.PLAN_REFUSED, verdict.why, "ask for slots again")
        if not has_room:
            _refuse_unless_kept(command, plan, slot, request_id)
    return Placed(request=request, fee=fee_to_json(fee_of(city, asked)))


def _refuse_unless_kept(command: Command, plan: DayPlan, slot: Slot, request_id: str) -> None:
    """Takes a pickup out again for which others had to move, if that broke a promise.

    Raises:
        ServiceError: It did.
    """
    before = late_s(plan.revision)
    if not newly_late(before, late_s(plan.dispatcher.decide())):
        return
    command.take_back(plan, Cancelled(plan.second(command.now), request_id))
    command.city.observer.hold(command.city.id, "refused")
    raise _taken(command, slot, WhyNot.FULL)


def find_hold(command: Command, hold_id: str, client_id: str) -> Hold:
    """A client's hold that has not expired.

    Raises:
        ServiceError: There is no such hold, or its time is over.
    """
    found = holds.get(command.tx, hold_id)
    if found is None or (found.client_id, found.city) != (client_id, command.city.id):
        raise not_found("hold", hold_id)
    if found.expires_at <= command.now:
        raise ServiceError(
            Code.HOLD_EXPIRED,
            f"hold '{hold_id}' was good until {found.expires_at.isoformat()}",
            "ask for slots again",
        )
    return found


def release(command: Command, hold_id: str, client_id: str) -> None:
    """Frees the place of a client's hold.

    Raises:
        ServiceError: There is no such hold.
    """
    found = holds.get(command.tx, hold_id)
    if found is None or (found.client_id, found.city) != (client_id, command.city.id):
        raise not_found("hold", hold_id)
    _free(command, found)
    command.city.observer.hold(command.city.id, "released")


def expire(command: Command, hold_id: str) -> None:
    """Frees the place of a hold whose time is over, if it is still there."""
    found = holds.get(command.tx, hold_id)
    if found is None:
        command.holds_gone.add(hold_id)
    elif found.expires_at <= command.now:
        _free(command, found)
        command.city.observer.hold(command.city.id, "expired")


def _free(command: Command, hold: Hold) -> None:
    holds.remove(command.tx, hold.id)
    command.holds_gone.add(hold.id)
    planned = {plan.date for plan in command.city.days()}
    if hold.date in planned:
        plan = command.city.day(hold.date)
        request_id = REQUEST.validate_python(hold.offer["request"]).id
        command.tell(plan, Cancelled(plan.second(command.now), request_id))


def _taken(command: Command, slot: Slot, why: str) -> ServiceError:
    following = next_sellable(command.city, slot.asked, slot.start_at)
    extra: dict[str, Any] = {"why": why, "next": None}
    if following is not None:
        extra["next"] = {
            "start_at": following.start_at.isoformat(),
            "end_at": following.end_at.isoformat(),
        }
    return ServiceError(
        Code.SLOT_TAKEN,
        f"the window from {slot.start_at.isoformat()} cannot be kept any more ({why})",
        "ask for slots again",
        extra=extra,
    )
