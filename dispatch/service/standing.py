"""What a customer may have here, and why; and forgetting a customer."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from dispatch.service.command import Command
from dispatch.service.config import CityConfig
from dispatch.service.errors import Code, ServiceError, invalid
from dispatch.service.slot_ids import Slot
from dispatch.service.statuses import OPEN_STATUSES
from dispatch.standing import Decision, Past, PastKind, StandingError, decide
from dispatch.storage import customers, holds, pickups
from dispatch.storage.customers import CustomerEvent
from dispatch.storage.pickups import Pickup, PickupFilter


def standing_of(
    tx: Connection,
    config: CityConfig,
    *,
    client_id: str,
    customer_ref: str | None,
    tier: str | None,
    at: datetime,
) -> Decision:
    """Whether the customer may take one more place, with every reason.

    Args:
        tx: An open transaction.
        config: Of the city.
        client_id: Whose customer.
        customer_ref: Which; ``None`` for one without a history here.
        tier: As the client gives it.
        at: Now.

    Raises:
        ServiceError: There is no such tier.
    """
    rules = config.standing.rules()
    past: list[Past] = []
    open_bookings = 0
    if customer_ref is not None:
        since = at - timedelta(days=rules.look_back_days)
        past = [
            Past(PastKind(event.kind), event.at)
            for event in customers.history_of(tx, client_id, customer_ref, since=since)
        ]
        wanted = PickupFilter(
            client_id=client_id, customer_ref=customer_ref, statuses=OPEN_STATUSES
        )
        open_bookings = pickups.count(tx, wanted) + holds.count_of_customer(
            tx, client_id, customer_ref, at=at
        )
    try:
        return decide(
            rules,
            tier=tier,
            history=past,
            open_bookings=open_bookings,
            at=at,
        )
    except StandingError as error:
        raise invalid("customer.tier", str(error), "give a tier of the city") from error


def refuse_by_standing(command: Command, slot: Slot, customer_ref: str | None) -> int:
    """The rank, 0 to 9, of the customer who wants the slot.

    Whether its window is kept for others was decided when it was offered.

    Raises:
        ServiceError: The customer may not have it.
    """
    decision = standing_of(
        command.tx,
        command.city.config,
        client_id=slot.client_id,
        customer_ref=customer_ref,
        tier=slot.asked.tier,
        at=command.now,
    )
    if decision.allowed:
        return decision.rank
    raise ServiceError(
        Code.STANDING,
        "; ".join(reason.text for reason in decision.reasons),
        "wait until an open booking is collected or cancelled",
        extra={"standing": standing_json(decision)},
    )


def standing_json(decision: Decision) -> dict[str, object]:
    """A decision as JSON values."""
    return {
        "allowed": decision.allowed,
        "tier": decision.tier,
        "points": decision.points,
        "most_open": decision.most_open,
        "rank": decision.rank,
        "reasons": [{"code": str(one.code), "text": one.text} for one in decision.reasons],
    }


def remember(command: Command, pickup: Pickup, kind: PastKind) -> None:
    """Keeps what speaks for or against a customer, unless the customer is not known."""
    if pickup.customer_ref is not None:
        customers.record(
            command.tx,
            CustomerEvent(
                client_id=pickup.client_id,
                customer_ref=pickup.customer_ref,
                at=command.now,
                kind=kind,
                pickup_id=pickup.id,
            ),
        )
