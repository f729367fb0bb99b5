"""Where and when planners have stopped selling."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from dispatch.storage.rows import all_of, one_or_none, values_of
from dispatch.storage.tables.cities import stop_sales


@dataclass(frozen=True, slots=True, kw_only=True)
class StopSale:
    """Windows that are not sold.

    Attributes:
        id: Of the stop.
        city: Where.
        starts_at: Windows that end before are sold.
        ends_at: Windows that begin after are sold.
        area: GeoJSON geometry; ``None`` for the whole city.
        pickup_class: Parcel or bulky; ``None`` for both.
        reason: For people.
        created_by: Who stopped it.
        created_at: When.
        lifted_at: When it was taken back.
    """

    id: str
    city: str
    starts_at: datetime
    ends_at: datetime
    area: Mapping[str, Any] | None
    pickup_class: str | None
    reason: str
    created_by: str
    created_at: datetime
    lifted_at: datetime | None = None


def insert(tx: Connection, stop: StopSale) -> None:
    """Stops selling."""
    tx.execute(stop_sales.insert().values(values_of(stop)))


def get(tx: Connection, stop_id: str) -> StopSale | None:
    """The stop with this id."""
    return one_or_none(tx, StopSale, select(stop_sales).where(stop_sales.c.id == stop_id))


def in_force(tx: Connection, city: str, *, at: datetime) -> list[StopSale]:
    """Stops of a city that are not taken back and not over by ``at``, the oldest first."""
    query = (
        select(stop_sales)
        .where(
            stop_sales.c.city == city,
            stop_sales.c.ends_at >= at,
            stop_sales.c.lifted_at.is_(None),
        )
        .order_by(stop_sales.c.id)
    )
    return all_of(tx, StopSale, query)


def lift(tx: Connection, stop_id: str, *, at: datetime) -> bool:
    """Takes the stop back; whether there is one that was not taken back before."""
    found = tx.execute(
        update(stop_sales)
        .where(stop_sales.c.id == stop_id, stop_sales.c.lifted_at.is_(None))
        .values(lifted_at=at)
    )
    return found.rowcount == 1
