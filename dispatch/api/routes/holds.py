"""Keeping places."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from dispatch.api.auth import Returns
from dispatch.api.door import Done, IdempotencyKey, Once, TheDoor
from dispatch.api.problems import problems
from dispatch.api.schemas.pickups import HoldBody, HoldRequest, RecordId
from dispatch.api.shown import hold_body
from dispatch.service.command import Command
from dispatch.service.errors import not_found
from dispatch.service.holding import hold, release
from dispatch.storage import holds
from dispatch.storage.holds import Hold

router = APIRouter(tags=["holds"])


@router.post(
    "/holds",
    summary="Keep a place while a shopper decides",
    status_code=201,
    response_model=HoldBody,
    responses=problems(404, 409, 410),
)
def take(
    body: HoldRequest, request: Request, door: TheDoor, caller: Returns, key: IdempotencyKey = None
) -> Response:
    """The place is yours until the hold expires, is released, or is booked."""
    service = door.service
    slot = service.signer.slot_of(body.slot_id, client_id=caller.client_id, at=service.clock.now())
    city = service.city(slot.city)

    def work(command: Command) -> Done:
        taken = hold(command, slot, customer_ref=body.customer_ref)
        return Done(201, hold_body(taken, city.zone), taken.pickup_id)

    return door.in_city(city, Once(request, caller, key, body), work)


@router.get("/holds/{hold_id}", summary="Look at a hold", responses=problems(404))
def look(hold_id: RecordId, door: TheDoor, caller: Returns) -> HoldBody:
    """One that has expired is gone."""
    found = find(door, hold_id, caller.client_id)
    caller.refuse_other_city(found.city)
    if found.expires_at <= door.service.clock.now():
        raise not_found("hold", hold_id)
    return hold_body(found, door.service.city(found.city).zone)


@router.delete("/holds/{hold_id}", summary="Free a place", status_code=204, responses=problems(404))
def give_back(hold_id: RecordId, door: TheDoor, caller: Returns) -> None:
    """The place is free at once."""
    city = door.service.city(find(door, hold_id, caller.client_id).city)
    caller.refuse_other_city(city.id)
    with city.command() as command:
        release(command, hold_id, caller.client_id)


def find(door: TheDoor, hold_id: str, client_id: str) -> Hold:
    """A client's hold."""
    with door.service.database.read() as tx:
        found = holds.get(tx, hold_id)
    if found is None or found.client_id != client_id:
        raise not_found("hold", hold_id)
    return found
