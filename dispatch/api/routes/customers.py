"""A customer's standing, and being forgotten."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from dispatch.api.auth import Returns
from dispatch.api.door import TheDoor
from dispatch.api.problems import problems
from dispatch.api.schemas.common import CityId, CustomerRef, Shown, StandingBody
from dispatch.service.customers import forget
from dispatch.service.standing import standing_json, standing_of

router = APIRouter(prefix="/customers/{ref:path}", tags=["customers"])


class Forgotten(Shown):
    """What was erased."""

    pickups: int
    open_pickups: int


@router.get("/standing", summary="May a customer book another pickup?", responses=problems(404))
def standing(
    ref: Annotated[CustomerRef, Path()],
    door: TheDoor,
    caller: Returns,
    city: CityId,
    tier: Annotated[str | None, Query(min_length=1, max_length=40)] = None,
) -> StandingBody:
    """With everything that counts for and against."""
    caller.refuse_other_city(city)
    live = door.service.city(city)
    with door.service.database.read() as tx:
        decision = standing_of(
            tx,
            live.config,
            client_id=caller.client_id,
            customer_ref=ref,
            tier=tier,
            at=live.clock.now(),
        )
    return StandingBody.model_validate(standing_json(decision))


@router.delete("", summary="Forget a customer", responses=problems(404))
def erase(ref: Annotated[CustomerRef, Path()], door: TheDoor, caller: Returns) -> Forgotten:
    """Erases who and where your customer is, from everything but pickups still to be collected.

    Holds are released. Where pickups are open, ask again once they have ended.
    """
    erased = forget(
        door.service,
        client_id=caller.client_id,
        customer_ref=ref,
        actor=caller.key.id,
        request_id=caller.request_id,
    )
    return Forgotten(pickups=erased.pickups, open_pickups=erased.open_pickups)
