"""Stopping to sell, and selling again."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from dispatch.api.auth import Planner
from dispatch.api.door import Done, IdempotencyKey, Once, TheDoor
from dispatch.api.problems import problems
from dispatch.api.schemas.common import CityId
from dispatch.api.schemas.pickups import RecordId
from dispatch.api.schemas.plans import StopSaleBody, StopSaleList, StopSaleRequest
from dispatch.service.command import Command
from dispatch.service.live_city import LiveCity
from dispatch.service.sales import sell_again, stop_selling
from dispatch.storage.rows import values_of
from dispatch.storage.stop_sales import StopSale

router = APIRouter(prefix="/cities/{city}/stop-sales", tags=["plans"])


@router.get("", summary="What is not sold", responses=problems(404))
def list_stops(city: CityId, door: TheDoor, caller: Planner) -> StopSaleList:
    """Now, or later."""
    caller.refuse_other_city(city)
    live = door.service.city(city)
    return StopSaleList(stop_sales=[_body(stop, live) for stop in live.stops])


@router.post(
    "",
    summary="Stop selling",
    status_code=201,
    response_model=StopSaleBody,
    responses=problems(404, 409),
)
def stop(
    city: CityId,
    body: StopSaleRequest,
    request: Request,
    door: TheDoor,
    caller: Planner,
    key: IdempotencyKey = None,
) -> Response:
    """From now on no such window is offered, held or booked; what was promised is kept."""
    caller.refuse_other_city(city)
    live = door.service.city(city)

    def work(command: Command) -> Done:
        made = stop_selling(
            command,
            starts_at=body.starts_at,
            ends_at=body.ends_at,
            area=body.area,
            pickup_class=body.pickup_class,
            reason=body.reason,
            created_by=caller.key.id,
        )
        command.audit(
            actor=caller.key.id,
            action="sales.stop",
            client_id=caller.client_id,
            subject=made.id,
            request_id=caller.request_id,
        )
        return Done(201, _body(made, live))

    return door.in_city(live, Once(request, caller, key, body), work)


@router.delete("/{stop_id}", summary="Sell again", responses=problems(404))
def lift(city: CityId, stop_id: RecordId, door: TheDoor, caller: Planner) -> StopSaleBody:
    """One that was taken back before stays so."""
    caller.refuse_other_city(city)
    live = door.service.city(city)
    with live.command() as command:
        lifted = sell_again(command, stop_id)
        command.audit(
            actor=caller.key.id,
            action="sales.resume",
            client_id=caller.client_id,
            subject=stop_id,
            request_id=caller.request_id,
        )
    return _body(lifted, live)


def _body(stop: StopSale, city: LiveCity) -> StopSaleBody:
    values = values_of(stop)
    for name in ("starts_at", "ends_at", "created_at"):
        values[name] = values[name].astimezone(city.zone)
    return StopSaleBody.model_validate(values)
