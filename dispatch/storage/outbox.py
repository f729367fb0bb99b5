"""Events for the returns systems, written in the transaction of what they tell of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, select, update

from dispatch.storage.endpoints import enabled
from dispatch.storage.ids import new_id
from dispatch.storage.rows import all_of
from dispatch.storage.tables.webhooks import outbox, webhook_deliveries

PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEvent:
    """An event that is to be told.

    Attributes:
        seq: Place in the order in which events were written.
        id: By which a receiver knows an event it has had before.
        client_id: Who is told.
        city: Where it happened.
        type: Such as ``pickup.collected``.
        subject: The pickup.
        data: What is told; nothing about persons.
        occurred_at: When it happened.
        fanned_out_at: When its deliveries were made out.
    """

    seq: int
    id: str
    client_id: str
    city: str
    type: str
    subject: str
    data: Mapping[str, Any]
    occurred_at: datetime
    fanned_out_at: datetime | None


_PUT = outbox.insert()


def put(
    tx: Connection,
    *,
    client_id: str,
    city: str,
    type: str,
    subject: str,
    data: Mapping[str, Any],
    at: datetime,
) -> str:
    """Keeps an event until it is told; its id."""
    event_id = new_id("ev")
    event = {
        "id": event_id,
        "client_id": client_id,
        "city": city,
        "type": type,
        "subject": subject,
        "data": dict(data),
        "occurred_at": at,
    }
    tx.execute(_PUT, event)
    return event_id


def anything_new(tx: Connection) -> bool:
    """Whether there is an event of which no deliveries are made out."""
    query = select(exists().where(outbox.c.fanned_out_at.is_(None)))
    return bool(tx.execute(query).scalar_one())


def fan_out(tx: Connection, *, at: datetime, limit: int) -> int:
    """Makes out a delivery for every endpoint that wants an event, for the oldest events first.

    Args:
        tx: A transaction that writes.
        at: Now.
        limit: Events at most.

    Returns:
        How many events were looked at.
    """
    query = (
        select(outbox)
        .where(outbox.c.fanned_out_at.is_(None))
        .order_by(outbox.c.seq)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    events = all_of(tx, OutboxEvent, query)
    if not events:
        return 0
    endpoints = enabled(tx)
    made_out = [
        {
            "id": new_id("dl"),
            "event_id": event.id,
            "endpoint_id": endpoint.id,
            "status": PENDING,
            "attempts": 0,
            "next_attempt_at": at,
            "created_at": at,
        }
        for event in events
        for endpoint in endpoints
        if endpoint.client_id == event.client_id
        and endpoint.wants(event_type=event.type, city=event.city)
    ]
    if made_out:
        tx.execute(webhook_deliveries.insert(), made_out)
    done = [event.id for event in events]
    tx.execute(update(outbox).where(outbox.c.id.in_(done)).values(fanned_out_at=at))
    return len(events)


def prune(tx: Connection, *, before: datetime, limit: int) -> int:
    """Deletes events of before a moment of which nothing is to be sent any more; how many."""
    open_deliveries = exists().where(
        webhook_deliveries.c.event_id == outbox.c.id, webhook_deliveries.c.status == PENDING
    )
    old = (
        select(outbox.c.id)
        .where(outbox.c.occurred_at < before, outbox.c.fanned_out_at.is_not(None), ~open_deliveries)
        .order_by(outbox.c.seq)
        .limit(limit)
    )
    ids = tx.execute(old).scalars().all()
    tx.execute(delete(outbox).where(outbox.c.id.in_(ids)))
    return len(ids)
