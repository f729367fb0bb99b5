"""Erasing a customer."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from dispatch.storage.tables.access import idempotency
from dispatch.storage.tables.cities import day_events
from dispatch.storage.tables.customers import customer_events
from dispatch.storage.tables.pickups import holds, pickup_history, pickups
from dispatch.storage.tables.webhooks import outbox, webhook_deliveries


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did.

    Attributes:
        pickups: Pickups that nobody can be known from any more.
        open_pickups: Pickups left as they are, since somebody is still to come.
    """

    pickups: int
    open_pickups: int


Blur = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
"""Makes of the payload of an event in the log of a city's day one that tells of nobody."""


def erase_customer(
    tx: Connection, client_id: str, customer_ref: str, *, ended: Collection[str], blur: Blur
) -> Erased:
    """Removes everything that tells who a customer is or where they live.

    Of ended pickups there remains that they were, when, what they cost and who collected them;
    also what a client's endpoint has yet to be told, until it has been. The logs of their days
    keep every event, since days are built from them, but blurred.
    Pickups still open are needed to do what the customer asked for; ask again once they have ended.

    Args:
        tx: A transaction that writes.
        client_id: Whose customer.
        customer_ref: As the client calls them.
        ended: Statuses of pickups that nobody is sent to any more.
        blur: Takes out of an event what tells where the customer lives.
    """
    own = (pickups.c.client_id == client_id, pickups.c.customer_ref == customer_ref)
    ids = set(tx.execute(select(pickups.c.id).where(*own, pickups.c.status.in_(ended))).scalars())
    everything = len(tx.execute(select(pickups.c.id).where(*own)).all())
    tx.execute(
        delete(customer_events).where(
            customer_events.c.client_id == client_id,
            customer_events.c.customer_ref == customer_ref,
        )
    )
    tx.execute(
        delete(holds).where(holds.c.client_id == client_id, holds.c.customer_ref == customer_ref)
    )
    for pickup_id in ids:
        _erase_pickup(tx, pickup_id)
        _blur_events(tx, pickup_id, blur)
    return Erased(pickups=len(ids), open_pickups=everything - len(ids))


def _erase_pickup(tx: Connection, pickup_id: str) -> None:
    tx.execute(
        update(pickups)
        .where(pickups.c.id == pickup_id)
        .values(customer_ref=None, contact=None, request={}, version=pickups.c.version + 1)
    )
    tx.execute(
        update(pickup_history).where(pickup_history.c.pickup_id == pickup_id).values(detail={})
    )
    tx.execute(delete(idempotency).where(idempotency.c.subject == pickup_id))
    waiting = select(webhook_deliveries.c.event_id).where(webhook_deliveries.c.status == "pending")
    tx.execute(
        delete(outbox).where(
            outbox.c.subject == pickup_id,
            outbox.c.fanned_out_at.is_not(None),
            outbox.c.id.not_in(waiting),
        )
    )


def _blur_events(tx: Connection, pickup_id: str, blur: Blur) -> None:
    columns = day_events.c
    own = select(columns.city, columns.date, columns.seq, columns.payload)
    for row in tx.execute(own.where(columns.pickup_id == pickup_id)).all():
        this = (columns.city == row.city, columns.date == row.date, columns.seq == row.seq)
        blurred = dict(blur(row.city, row.payload))
        tx.execute(update(day_events).where(*this).values(payload=blurred))
