"""Forgetting a customer."""

from dispatch.service.holding import release
from dispatch.service.service import Service
from dispatch.service.statuses import PickupStatus
from dispatch.storage import audit, holds
from dispatch.storage.audit import Deed
from dispatch.storage.erasing import Erased, erase_customer

ENDED = frozenset({PickupStatus.COLLECTED, PickupStatus.FAILED, PickupStatus.CANCELLED})
"""Nobody is sent to these any more."""


def forget(
    service: Service, *, client_id: str, customer_ref: str, actor: str, request_id: str
) -> Erased:
    """Erases what is known of a customer, but for pickups that are still to be collected.

    The deed itself is in the audit trail, without the customer's reference.

    Raises:
        ServiceError: The customer holds a place in a city that is not open here.
    """
    with service.database.read() as tx:
        held = holds.of_customer(tx, client_id, customer_ref)
    for hold in held:
        with service.city(hold.city).command() as command:
            release(command, hold.id, client_id)
    with service.database.write() as tx:
        erased = erase_customer(tx, client_id, customer_ref, ended=ENDED)
        audit.append(
            tx,
            Deed(
                at=service.clock.now(),
                actor=actor,
                action="customer.forget",
                client_id=client_id,
                request_id=request_id,
                detail={"pickups": erased.pickups, "open_pickups": erased.open_pickups},
            ),
        )
    return erased
