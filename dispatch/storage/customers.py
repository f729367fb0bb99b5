"""What customers did here."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from dispatch.storage.rows import all_of, insert_into, values_of
from dispatch.storage.tables.customers import customer_events


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEvent:
    """Something that speaks for or against a customer.

    Attributes:
        client_id: Whose customer.
        customer_ref: As the client calls them.
        at: When it happened.
        kind: Such as ``collected`` or ``no_show``.
        pickup_id: At which pickup.
    """

    client_id: str
    customer_ref: str
    at: datetime
    kind: str
    pickup_id: str


def record(tx: Connection, event: CustomerEvent) -> None:
    """Keeps the event; the same kind at the same pickup counts once."""
    tx.execute(insert_into(tx, customer_events).values(values_of(event)).on_conflict_do_nothing())


def history_of(
    tx: Connection, client_id: str, customer_ref: str, *, since: datetime
) -> list[CustomerEvent]:
    """What a customer did since a moment, the oldest first."""
    columns = [customer_events.c[name] for name in CustomerEvent.__dataclass_fields__]
    query = (
        select(*columns)
        .where(
            customer_events.c.client_id == client_id,
            customer_events.c.customer_ref == customer_ref,
            customer_events.c.at >= since,
        )
        .order_by(customer_events.c.at, customer_events.c.id)
    )
    return all_of(tx, CustomerEvent, query)
