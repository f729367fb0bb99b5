"""Where clients want to be told of events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from dispatch.storage.rows import values_of
from dispatch.storage.tables.webhooks import webhook_endpoints


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An address of a client that events are sent to.

    Attributes:
        id: Of the endpoint.
        client_id: Whose it is.
        url: Where it listens.
        secret: Signs what is sent.
        previous_secret: Signs beside it for a while after a change.
        previous_expires_at: Until when.
        event_types: Those wanted; empty for all.
        cities: Those wanted; empty for all.
        enabled: Whether anything is sent.
        disabled_reason: Why not, where nothing is.
        created_at: When it was made.
        updated_at: When it last changed.
    """

    id: str
    client_id: str
    url: str
    secret: str
    previous_secret: str | None = None
    previous_expires_at: datetime | None = None
    event_types: frozenset[str] = frozenset()
    cities: frozenset[str] = frozenset()
    enabled: bool = True
    disabled_reason: str | None = None
    created_at: datetime
    updated_at: datetime

    def wants(self, *, event_type: str, city: str) -> bool:
        """Whether it is to be told of such an event."""
        return (not self.event_types or event_type in self.event_types) and (
            not self.cities or city in self.cities
        )


def insert(tx: Connection, endpoint: Endpoint) -> None:
    """Adds the endpoint; it is told of what happens from now on."""
    tx.execute(webhook_endpoints.insert().values(_row_of(endpoint)))


def save(tx: Connection, endpoint: Endpoint) -> bool:
    """Writes the endpoint as it is now; whether it is still there."""
    table = webhook_endpoints
    query = update(table).where(table.c.id == endpoint.id).values(_row_of(endpoint))
    return tx.execute(query).rowcount == 1


def remove(tx: Connection, endpoint_id: str) -> bool:
    """Deletes the endpoint and all its deliveries; whether there was one."""
    table = webhook_endpoints
    return tx.execute(delete(table).where(table.c.id == endpoint_id)).rowcount == 1


def get(tx: Connection, endpoint_id: str) -> Endpoint | None:
    """The endpoint with this id."""
    table = webhook_endpoints
    row = tx.execute(select(table).where(table.c.id == endpoint_id)).one_or_none()
    return None if row is None else endpoint_of(row._mapping)


def of_client(tx: Connection, client_id: str) -> list[Endpoint]:
    """The endpoints of a client, the oldest first."""
    table = webhook_endpoints
    query = select(table).where(table.c.client_id == client_id).order_by(table.c.id)
    return [endpoint_of(row._mapping) for row in tx.execute(query)]


def enabled(tx: Connection) -> list[Endpoint]:
    """Everybody's endpoints that are sent to, the oldest first."""
    table = webhook_endpoints
    query = select(table).where(table.c.enabled).order_by(table.c.id)
    return [endpoint_of(row._mapping) for row in tx.execute(query)]


def disable(tx: Connection, endpoint_id: str, *, reason: str, at: datetime) -> None:
    """Sends nothing there any more."""
    table = webhook_endpoints
    values = {"enabled": False, "disabled_reason": reason, "updated_at": at}
    tx.execute(update(table).where(table.c.id == endpoint_id).values(values))


def endpoint_of(values: Any) -> Endpoint:
    """The endpoint that columns of its table stand for."""
    sets = {name: frozenset(values[name]) for name in ("event_types", "cities")}
    return Endpoint(**(dict(values) | sets))


def _row_of(endpoint: Endpoint) -> dict[str, Any]:
    lists = {"event_types": sorted(endpoint.event_types), "cities": sorted(endpoint.cities)}
    return values_of(endpoint) | lists
