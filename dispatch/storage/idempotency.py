"""Answers kept under the ``Idempotency-Key`` of the request they are to.

An answer is written in the transaction of what it tells of: either both are there or neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from dispatch.storage.rows import insert_into, one_or_none, values_of
from dispatch.storage.tables.access import idempotency


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered.

    Attributes:
        client_id: Who asked.
        method: Such as ``POST``.
        path: Of the request.
        key: As the client sent it.
        request_hash: Of the body, to tell another request under the same key.
        status: Of the answer.
        headers: Of the answer, as far as they are to be sent again.
        body: Of the answer.
        subject: The pickup it is about, if it is about one.
        created_at: When it was answered.
        expires_at: When the key may be used anew.
    """

    client_id: str
    method: str
    path: str
    key: str
    request_hash: str
    status: int
    headers: Mapping[str, str]
    body: str
    subject: str | None
    created_at: datetime
    expires_at: datetime


def get(
    tx: Connection, *, client_id: str, method: str, path: str, key: str, at: datetime
) -> Answer | None:
    """What was answered under this key, unless that has expired by ``at``."""
    query = select(idempotency).where(
        idempotency.c.client_id == client_id,
        idempotency.c.method == method,
        idempotency.c.path == path,
        idempotency.c.key == key,
        idempotency.c.expires_at > at,
    )
    return one_or_none(tx, Answer, query)


def put(tx: Connection, answer: Answer) -> bool:
    """Keeps the answer; ``False`` where the key has one that counts still: write nothing then."""
    values = values_of(answer)
    found = tx.execute(
        insert_into(tx, idempotency)
        .values(values)
        .on_conflict_do_update(
            index_elements=["client_id", "method", "path", "key"],
            set_=values,
            where=idempotency.c.expires_at <= answer.created_at,
        )
        .returning(idempotency.c.key)
    )
    return found.one_or_none() is not None


def forget_expired(tx: Connection, *, at: datetime) -> int:
    """Deletes what has expired; how many that were."""
    return tx.execute(delete(idempotency).where(idempotency.c.expires_at <= at)).rowcount
