"""What became of pickups, step by step; also what those who follow a city read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from dispatch.storage.rows import all_of
from dispatch.storage.tables.pickups import pickup_history


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happened to a pickup.

    Attributes:
        id: Rises within a city.
        pickup_id: Of the pickup.
        city: Where it is.
        client_id: Whose it is.
        at: When it happened.
        kind: Such as ``booked`` or ``eta_changed``.
        detail: What else matters; nothing about persons.
    """

    id: int
    pickup_id: str
    city: str
    client_id: str
    at: datetime
    kind: str
    detail: Mapping[str, Any]


# Built once: what a plan that has changed says of its pickups is hundreds of these at a time.
_APPEND = pickup_history.insert().returning(pickup_history.c.id)


def append(
    tx: Connection,
    *,
    pickup_id: str,
    city: str,
    client_id: str,
    at: datetime,
    kind: str,
    detail: Mapping[str, Any],
) -> int:
    """Keeps what happened; its id."""
    step = {
        "pickup_id": pickup_id,
        "city": city,
        "client_id": client_id,
        "at": at,
        "kind": kind,
        "detail": detail,
    }
    number: int = tx.execute(_APPEND, step).scalar_one()
    return number


def of_pickup(tx: Connection, pickup_id: str) -> list[Step]:
    """Everything that happened to a pickup, in that order."""
    query = (
        select(pickup_history)
        .where(pickup_history.c.pickup_id == pickup_id)
        .order_by(pickup_history.c.id)
    )
    return all_of(tx, Step, query)


def of_city(
    tx: Connection, city: str, *, after: int, limit: int, client_id: str | None = None
) -> list[Step]:
    """What happened in a city since the step ``after``.

    Args:
        tx: An open transaction.
        city: Which city.
        after: Id of the last step known; 0 for none.
        limit: How many at most.
        client_id: Only to this client's pickups.
    """
    query = (
        select(pickup_history)
        .where(pickup_history.c.city == city, pickup_history.c.id > after)
        .order_by(pickup_history.c.id)
        .limit(limit)
    )
    if client_id is not None:
        query = query.where(pickup_history.c.client_id == client_id)
    return all_of(tx, Step, query)


def last_id(tx: Connection, city: str) -> int:
    """Id of the last step in a city; 0 where there was none."""
    query = select(func.max(pickup_history.c.id)).where(pickup_history.c.city == city)
    return tx.execute(query).scalar_one() or 0
