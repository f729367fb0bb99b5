"""Booking, following, changing and cancelling pickups."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dispatch.api.auth import Caller, Returns, ReturnsOrPlanner
from dispatch.api.door import Done, IdempotencyKey, Once, TheDoor
from dispatch.api.problems import problems
from dispatch.api.routes.holds import find as find_hold
from dispatch.api.schemas.common import CityId, CustomerRef
from dispatch.api.schemas.pickups import (
    CancelRequest,
    HistoryBody,
    PickupBody,
    PickupList,
    PickupRequestBody,
    RecordId,
    RescheduleRequest,
    StepBody,
)
from dispatch.api.shown import pickup_body
from dispatch.service import booking
from dispatch.service.command import Command
from dispatch.service.errors import not_found
from dispatch.service.live_city import LiveCity
from dispatch.service.statuses import PickupStatus
from dispatch.storage import history, pickups
from dispatch.storage.history import Step
from dispatch.storage.pickups import Pickup, PickupFilter

router = APIRouter(tags=["pickups"])


@router.post(
    "/pickups",
    summary="Book a pickup",
    status_code=201,
    response_model=PickupBody,
    responses=problems(404, 409, 410),
)
def book(
    body: PickupRequestBody,
    request: Request,
    door: TheDoor,
    caller: Returns,
    key: IdempotencyKey = None,
) -> Response:
    """From a hold, or from a slot that is still free. It is lasting once it is answered."""
    service = door.service
    contact = None if body.contact is None else body.contact.model_dump()
    once = Once(request, caller, key, body)
    if body.hold_id is not None:
        hold_id = body.hold_id
        city = service.city(_city_of_hold(door, hold_id, caller.client_id, once))

        def work(command: Command) -> Done:
            pickup = booking.book_hold(
                command,
                hold_id,
                client_id=caller.client_id,
                customer_ref=body.customer_ref,
                contact=contact,
            )
            return _done(201, pickup, caller, city)

        return door.in_city(city, once, work)
    slot = service.signer.slot_of(
        body.slot_id or "", client_id=caller.client_id, at=service.clock.now()
    )
    city = service.city(slot.city)

    def from_slot(command: Command) -> Done:
        pickup = booking.book_slot(command, slot, customer_ref=body.customer_ref, contact=contact)
        return _done(201, pickup, caller, city)

    return door.in_city(city, once, from_slot)


@router.get("/pickups", summary="List pickups", responses=problems(404))
def list_pickups(
    door: TheDoor,
    caller: ReturnsOrPlanner,
    city: CityId,
    date: date | None = None,
    status: Annotated[list[PickupStatus] | None, Query(max_length=7)] = None,
    customer_ref: CustomerRef | None = None,
    after: RecordId | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> PickupList:
    """Yours, or all of the city with a key for planners; in the order they were booked."""
    caller.refuse_other_city(city)
    zone = door.service.city(city).zone
    wanted = PickupFilter(
        client_id=caller.sees_only,
        city=city,
        day=date,
        customer_ref=customer_ref,
        statuses=status or (),
        after=after,
    )
    with door.service.database.read() as tx:
        found = pickups.find(tx, wanted, limit=limit)
    return PickupList(
        pickups=[pickup_body(pickup, caller, zone) for pickup in found],
        next_after=found[-1].id if len(found) == limit else None,
    )


@router.get("/pickups/{pickup_id}", summary="Look at a pickup", responses=problems(404))
def look(pickup_id: RecordId, door: TheDoor, caller: ReturnsOrPlanner) -> PickupBody:
    """Status, promise, expected time, fee."""
    pickup = _find(door, pickup_id, caller)
    return pickup_body(pickup, caller, door.service.city(pickup.city).zone)


@router.get(
    "/pickups/{pickup_id}/history", summary="What happened to a pickup", responses=problems(404)
)
def look_back(pickup_id: RecordId, door: TheDoor, caller: ReturnsOrPlanner) -> HistoryBody:
    """Everything, in the order it happened."""
    pickup = _find(door, pickup_id, caller)
    with door.service.database.read() as tx:
        steps = history.of_pickup(tx, pickup.id)
    return HistoryBody(steps=[step_body(step) for step in steps])


@router.post(
    "/pickups/{pickup_id}/reschedule",
    summary="Give a pickup another window",
    response_model=PickupBody,
    responses=problems(404, 409, 410),
)
def reschedule(
    pickup_id: RecordId,
    body: RescheduleRequest,
    request: Request,
    door: TheDoor,
    caller: Returns,
    key: IdempotencyKey = None,
) -> Response:
    """As long as nobody is on the way. The old window is kept until the new one is taken."""
    service = door.service
    slot = service.signer.slot_of(body.slot_id, client_id=caller.client_id, at=service.clock.now())
    city = service.city(_find(door, pickup_id, caller).city)

    def work(command: Command) -> Done:
        pickup = booking.find_pickup(command, pickup_id, caller.client_id)
        return _done(200, booking.reschedule(command, pickup, slot), caller, city)

    return door.in_city(city, Once(request, caller, key, body), work)


@router.post(
    "/pickups/{pickup_id}/cancel",
    summary="Cancel a pickup",
    response_model=PickupBody,
    responses=problems(404, 409),
)
def cancel(
    pickup_id: RecordId,
    request: Request,
    door: TheDoor,
    caller: ReturnsOrPlanner,
    body: CancelRequest | None = None,
    key: IdempotencyKey = None,
) -> Response:
    """Until the goods are collected. Late ones by clients count in the customer's standing."""
    city = door.service.city(_find(door, pickup_id, caller).city)

    def work(command: Command) -> Done:
        pickup = booking.find_pickup(command, pickup_id, caller.sees_only)
        by = "client" if pickup.client_id == caller.client_id else "planner"
        reason = None if body is None else body.reason
        cancelled = booking.cancel(command, pickup, by=by, reason=reason)
        if by == "planner":
            command.audit(
                actor=caller.key.id,
                action="pickup.cancel",
                client_id=caller.client_id,
                subject=pickup.id,
                request_id=caller.request_id,
            )
        return _done(200, cancelled, caller, city)

    return door.in_city(city, Once(request, caller, key, body), work)


def step_body(step: Step) -> StepBody:
    """A step as it is answered."""
    return StepBody(
        id=step.id, pickup_id=step.pickup_id, at=step.at, kind=step.kind, detail=dict(step.detail)
    )


def _done(status: int, pickup: Pickup, caller: Caller, city: LiveCity) -> Done:
    return Done(status, pickup_body(pickup, caller, city.zone), pickup.id)


def _find(door: TheDoor, pickup_id: str, caller: Caller) -> Pickup:
    with door.service.database.read() as tx:
        pickup = pickups.get(tx, pickup_id)
    if pickup is None or caller.sees_only not in (None, pickup.client_id):
        raise not_found("pickup", pickup_id)
    caller.refuse_other_city(pickup.city)
    return pickup


def _city_of_hold(door: TheDoor, hold_id: str, client_id: str, once: Once) -> str:
    """The city of a hold, also of one that was booked by this very request before."""
    if once.key is not None:
        with door.service.database.read() as tx:
            booked = pickups.booked_from(tx, hold_id=hold_id)
        if booked is not None and booked.client_id == client_id:
            return booked.city
    return find_hold(door, hold_id, client_id).city
