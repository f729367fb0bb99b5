"""Asking which windows can be kept."""

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.api.auth import Returns
from dispatch.api.door import TheDoor
from dispatch.api.problems import problems
from dispatch.api.schemas.common import FeeBody, StandingBody, WindowBody
from dispatch.api.schemas.slots import (
    CertaintyBody,
    SlotBody,
    SlotsAnswer,
    SlotsRequest,
    UnavailableBody,
)
from dispatch.fees import fee_to_json
from dispatch.service.errors import invalid
from dispatch.service.live_city import LiveCity
from dispatch.service.quoting import Quoted, SlotOffer, quote_slots
from dispatch.service.slot_ids import SlotSigner
from dispatch.service.standing import standing_json, standing_of
from dispatch.standing import Decision

router = APIRouter(tags=["slots"])

_MILLI = 1_000


@router.post(
    "/slots",
    summary="Which windows can be kept?",
    response_model=SlotsAnswer,
    responses=problems(404, 409),
)
def ask_for_slots(body: SlotsRequest, door: TheDoor, caller: Returns) -> Response:
    """Now plus two hours, and the windows of today and the next days, as far as they can be kept.

    Nothing is changed or kept: an offer is good until somebody else takes the place, and at most
    until it expires. Hold or book it with its id.
    """
    caller.refuse_other_city(body.city)
    city = door.service.city(body.city)
    now = city.clock.now()
    if body.latest is not None and body.latest < (body.earliest or now):
        raise invalid("latest", "it lies before earliest, or in the past", "give a later moment")
    standing = _standing(door, city, body, caller.client_id)
    quoted = quote_slots(
        city,
        body.asked(),
        client_id=caller.client_id,
        standing=standing,
        earliest_at=body.earliest,
        latest_at=body.latest,
    )
    answer = _answer(city, door.service.signer, quoted, standing)
    return Response(answer.model_dump_json(), media_type="application/json")


def _standing(door: TheDoor, city: LiveCity, body: SlotsRequest, client_id: str) -> Decision | None:
    if body.customer is None:
        return None
    with door.service.database.read() as tx:
        return standing_of(
            tx,
            city.config,
            client_id=client_id,
            customer_ref=body.customer.ref,
            tier=body.customer.tier,
            at=city.clock.now(),
        )


def _answer(
    city: LiveCity, signer: SlotSigner, quoted: Quoted, standing: Decision | None
) -> SlotsAnswer:
    ids = signer.ids_of(offer.slot for offer in quoted.offers)
    fee = FeeBody.of(fee_to_json(quoted.fee))
    return SlotsAnswer(
        city=city.id,
        slots=[
            _slot(offer, slot_id, fee) for offer, slot_id in zip(quoted.offers, ids, strict=True)
        ],
        unavailable=[
            UnavailableBody(window=WindowBody.of(one.window), reason=one.why, message=one.text)
            for one in quoted.refusals
        ],
        next_available=None if quoted.next is None else WindowBody.of(quoted.next),
        standing=(
            None if standing is None else StandingBody.model_validate(standing_json(standing))
        ),
    )


def _slot(offer: SlotOffer, slot_id: str, fee: FeeBody) -> SlotBody:
    slot = offer.slot
    return SlotBody(
        id=slot_id,
        window=WindowBody(start_at=slot.start_at, end_at=slot.end_at),
        added_cost_fen=round(offer.added_cost_milli_fen / _MILLI),
        fee=fee,
        certainty=CertaintyBody(
            basis="live_plan" if offer.is_live else "planned_shifts", slack_s=offer.slack_s
        ),
        expires_at=slot.expires_at,
    )
