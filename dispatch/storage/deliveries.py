"""Deliveries of events to endpoints: which are due, and what became of them.

A delivery is claimed for a while before it is tried; where its process dies, somebody else claims
it when that while is over. So everything is sent at least once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, exists, func, select, update

from dispatch.storage.endpoints import Endpoint, endpoint_of
from dispatch.storage.outbox import OutboxEvent
from dispatch.storage.rows import all_of
from dispatch.storage.tables.webhooks import outbox, webhook_deliveries, webhook_endpoints

_deliveries = webhook_deliveries.c


class DeliveryStatus(StrEnum):
    """How far a delivery has come."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one endpoint.

    Attributes:
        id: Of the delivery.
        event_id: What is told.
        endpoint_id: Where.
        status: How far it has come.
        attempts: How often it was tried, the try under way included.
        next_attempt_at: When it is tried next; for one under way, when others may take it over.
        last_status: HTTP status of the last try, if there was an answer.
        last_error: What was wrong with the last try.
        created_at: When it was made out.
        delivered_at: When the endpoint had it.
    """

    id: str
    event_id: str
    endpoint_id: str
    status: DeliveryStatus
    attempts: int
    next_attempt_at: datetime | None
    last_status: int | None
    last_error: str | None
    created_at: datetime
    delivered_at: datetime | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "status", DeliveryStatus(self.status))


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A delivery with what is told and where."""

    delivery: Delivery
    event: OutboxEvent
    endpoint: Endpoint


def endpoints_due(tx: Connection, *, at: datetime) -> list[str]:
    """Ids of the enabled endpoints to which something is to be sent now."""
    due = exists().where(
        _deliveries.endpoint_id == webhook_endpoints.c.id,
        _deliveries.status == DeliveryStatus.PENDING,
        _deliveries.next_attempt_at <= at,
    )
    query = select(webhook_endpoints.c.id).where(webhook_endpoints.c.enabled, due)
    return list(tx.execute(query).scalars())


def claim(
    tx: Connection, endpoint_id: str, *, at: datetime, limit: int, lease_s: float
) -> list[DueDelivery]:
    """Takes deliveries to an endpoint that are due, so that nobody else tries them meanwhile.

    Each claim counts as an attempt, so that what brings the sender down is not tried for ever.

    Args:
        tx: A transaction that writes.
        endpoint_id: Where they go.
        at: Now.
        limit: How many at most; the longest due first.
        lease_s: Seconds until others may try those whose outcome is not told.
    """
    query = (
        select(_deliveries.id)
        .where(
            _deliveries.endpoint_id == endpoint_id,
            _deliveries.status == DeliveryStatus.PENDING,
            _deliveries.next_attempt_at <= at,
        )
        .order_by(_deliveries.next_attempt_at, _deliveries.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    due = tx.execute(query).scalars().all()
    if not due:
        return []
    tx.execute(
        update(webhook_deliveries)
        .where(_deliveries.id.in_(due))
        .values(attempts=_deliveries.attempts + 1, next_attempt_at=at + timedelta(seconds=lease_s))
    )
    return _whole(tx, due)


def succeed(tx: Connection, delivery: Delivery, *, at: datetime, status: int) -> bool:
    """The endpoint has it; ``False`` where somebody else has claimed it by now."""
    return _set(
        tx,
        delivery,
        status=DeliveryStatus.DELIVERED,
        next_attempt_at=None,
        last_status=status,
        last_error=None,
        delivered_at=at,
    )


def fail(
    tx: Connection,
    delivery: Delivery,
    *,
    status: int | None,
    error: str,
    next_attempt_at: datetime | None,
) -> bool:
    """The try came to nothing; ``False`` where somebody else has claimed it by now.

    Args:
        tx: A transaction that writes.
        delivery: As it was claimed.
        status: HTTP status, if there was an answer.
        error: What was wrong.
        next_attempt_at: When to try again; ``None`` gives up for good.
    """
    return _set(
        tx,
        delivery,
        status=DeliveryStatus.DEAD if next_attempt_at is None else DeliveryStatus.PENDING,
        next_attempt_at=next_attempt_at,
        last_status=status,
        last_error=error,
    )


def give_up_all(tx: Connection, endpoint_id: str, *, error: str) -> None:
    """Gives up everything that is still to be sent to an endpoint."""
    tx.execute(
        update(webhook_deliveries)
        .where(
            _deliveries.endpoint_id == endpoint_id,
            _deliveries.status == DeliveryStatus.PENDING,
        )
        .values(status=DeliveryStatus.DEAD, next_attempt_at=None, last_error=error)
    )


def dead_of(
    tx: Connection, client_id: str, *, before: str | None = None, limit: int
) -> list[DueDelivery]:
    """Deliveries of a client that were given up, the newest first.

    Args:
        tx: An open transaction.
        client_id: Whose.
        before: Only those with a lower id.
        limit: How many at most.
    """
    query = (
        select(_deliveries.id)
        .join(webhook_endpoints, webhook_endpoints.c.id == _deliveries.endpoint_id)
        .where(
            webhook_endpoints.c.client_id == client_id,
            _deliveries.status == DeliveryStatus.DEAD,
        )
        .order_by(_deliveries.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(_deliveries.id < before)
    return _whole(tx, tx.execute(query).scalars().all())[::-1]


def send_again(
    tx: Connection, client_id: str, *, at: datetime, delivery_id: str | None = None
) -> int:
    """Has a client's deliveries that were given up tried anew, from the first attempt on.

    Args:
        tx: A transaction that writes.
        client_id: Whose.
        at: Now.
        delivery_id: Only this one; ``None`` for all.

    Returns:
        How many there were to endpoints that are enabled.
    """
    open_endpoints = select(webhook_endpoints.c.id).where(
        webhook_endpoints.c.client_id == client_id, webhook_endpoints.c.enabled
    )
    query = update(webhook_deliveries).where(
        _deliveries.endpoint_id.in_(open_endpoints), _deliveries.status == DeliveryStatus.DEAD
    )
    if delivery_id is not None:
        query = query.where(_deliveries.id == delivery_id)
    values = {"status": DeliveryStatus.PENDING, "attempts": 0, "next_attempt_at": at}
    return tx.execute(query.values(values)).rowcount


def pending(tx: Connection) -> int:
    """How many deliveries are still to be made."""
    query = select(func.count()).where(_deliveries.status == DeliveryStatus.PENDING)
    return tx.execute(query).scalar_one()


def _set(tx: Connection, delivery: Delivery, **values: Any) -> bool:
    query = update(webhook_deliveries).where(
        _deliveries.id == delivery.id,
        _deliveries.status == DeliveryStatus.PENDING,
        _deliveries.next_attempt_at == delivery.next_attempt_at,
    )
    return tx.execute(query.values(**values)).rowcount == 1


def _whole(tx: Connection, ids: Collection[str]) -> list[DueDelivery]:
    """The deliveries by id, with their events and endpoints."""
    if not ids:
        return []
    told = all_of(tx, Delivery, select(webhook_deliveries).where(_deliveries.id.in_(ids)))
    events = {
        one.id: one
        for one in all_of(
            tx, OutboxEvent, select(outbox).where(outbox.c.id.in_({one.event_id for one in told}))
        )
    }
    wanted = {one.endpoint_id for one in told}
    rows = tx.execute(select(webhook_endpoints).where(webhook_endpoints.c.id.in_(wanted)))
    endpoints = {row.id: endpoint_of(row._mapping) for row in rows}
    ordered = sorted(told, key=lambda one: one.id)
    return [DueDelivery(one, events[one.event_id], endpoints[one.endpoint_id]) for one in ordered]
