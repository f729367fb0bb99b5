"""Secrets of the service itself, made on first use and shared by all its processes."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, select

from dispatch.storage.rows import insert_into
from dispatch.storage.tables.access import service_secrets


def ensure(tx: Connection, name: str, *, at: datetime) -> str:
    """The secret of this name, 256 bits as text; made now if there is none."""
    tx.execute(
        insert_into(tx, service_secrets)
        .values(name=name, value=secrets.token_urlsafe(32), created_at=at)
        .on_conflict_do_nothing()
    )
    query = select(service_secrets.c.value).where(service_secrets.c.name == name)
    value: str = tx.execute(query).scalar_one()
    return value
