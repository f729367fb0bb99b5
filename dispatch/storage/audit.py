"""The audit trail: who did what, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from dispatch.storage.rows import all_of, values_of
from dispatch.storage.tables.access import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something somebody did.

    Attributes:
        at: When.
        actor: The key's id, or a program's name.
        action: Such as ``pickup.cancel``.
        client_id: Whose key it was.
        city: Where, if anywhere.
        subject: Id of what it was done to.
        request_id: Of the HTTP request.
        detail: What else matters; nothing about persons.
    """

    at: datetime
    actor: str
    action: str
    client_id: str | None = None
    city: str | None = None
    subject: str | None = None
    request_id: str | None = None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDeed(Deed):
    """A deed with its number in the trail."""

    id: int


def append(tx: Connection, deed: Deed) -> None:
    """Puts the deed into the trail."""
    tx.execute(audit.insert().values(values_of(deed)))


def find(
    tx: Connection,
    *,
    city: str | None = None,
    subject: str | None = None,
    before: int | None = None,
    limit: int,
) -> list[RecordedDeed]:
    """The last deeds, the newest first.

    Args:
        tx: An open transaction.
        city: Only those in this city.
        subject: Only those to this.
        before: Only those with a lower number.
        limit: How many at most.
    """
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if city is not None:
        query = query.where(audit.c.city == city)
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    if before is not None:
        query = query.where(audit.c.id < before)
    return all_of(tx, RecordedDeed, query)
