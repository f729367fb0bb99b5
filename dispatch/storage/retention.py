"""Forgetting what nothing needs any more."""

from datetime import date, datetime, timedelta

from sqlalchemy import delete

from dispatch.storage import idempotency, outbox
from dispatch.storage.database import Database
from dispatch.storage.tables.cities import city_days, couriers_live, day_events, day_routes

_BATCH = 1_000


def forget_old(database: Database, *, at: datetime, keep: timedelta) -> None:
    """Deletes expired answers, and logs of days and told events older than ``keep``.

    Pickups, their history, what customers did and the audit trail stay.

    Args:
        database: Which database.
        at: Now.
        keep: How long logs and events are kept.

    Raises:
        StorageUnavailableError: The database does not answer.
    """
    with database.write() as tx:
        idempotency.forget_expired(tx, at=at)
    _forget_days(database, (at - keep).date())
    while True:
        # In parts, so that bookings need not wait long for their turn.
        with database.write() as tx:
            if outbox.prune(tx, before=at - keep, limit=_BATCH) < _BATCH:
                return


def _forget_days(database: Database, before: date) -> None:
    for table in (day_events, day_routes, couriers_live, city_days):
        with database.write() as tx:
            tx.execute(delete(table).where(table.c.date < before))
