"""Places kept free for shoppers while they decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select

from dispatch.storage.rows import all_of, one_or_none, values_of
from dispatch.storage.tables.pickups import holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A place in a plan, kept until it expires.

    Attributes:
        id: Of the hold.
        pickup_id: The id the pickup will have.
        city: Where.
        date: The day of the plan.
        client_id: Who holds it.
        customer_ref: For which of the client's customers.
        promise_start_at: The window's start.
        promise_end_at: Its end.
        offer: What is held: request, fee and all that a booking needs.
        created_at: When it was taken.
        expires_at: When it is free again.
    """

    id: str
    pickup_id: str
    city: str
    date: date
    client_id: str
    customer_ref: str | None
    promise_start_at: datetime
    promise_end_at: datetime
    offer: Mapping[str, Any]
    created_at: datetime
    expires_at: datetime


def insert(tx: Connection, hold: Hold) -> None:
    """Keeps the hold."""
    tx.execute(holds.insert().values(values_of(hold)))


def get(tx: Connection, hold_id: str) -> Hold | None:
    """The hold with this id, also if it has expired but was not deleted yet."""
    return one_or_none(tx, Hold, select(holds).where(holds.c.id == hold_id))


def remove(tx: Connection, hold_id: str) -> bool:
    """Deletes the hold; whether there was one."""
    return tx.execute(delete(holds).where(holds.c.id == hold_id)).rowcount == 1


def of_city(tx: Connection, city: str) -> list[Hold]:
    """Every hold of a city, the first to expire first."""
    query = select(holds).where(holds.c.city == city).order_by(holds.c.expires_at, holds.c.id)
    return all_of(tx, Hold, query)


def of_customer(tx: Connection, client_id: str, customer_ref: str) -> list[Hold]:
    """Every hold for a customer, expired or not, the oldest first."""
    query = (
        select(holds)
        .where(holds.c.client_id == client_id, holds.c.customer_ref == customer_ref)
        .order_by(holds.c.id)
    )
    return all_of(tx, Hold, query)


def count_of_customer(tx: Connection, client_id: str, customer_ref: str, *, at: datetime) -> int:
    """How many holds of a customer have not expired by ``at``."""
    query = select(func.count()).where(
        holds.c.client_id == client_id,
        holds.c.customer_ref == customer_ref,
        holds.c.expires_at > at,
    )
    return tx.execute(query).scalar_one()
