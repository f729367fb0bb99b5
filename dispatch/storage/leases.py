"""Leases: which process writes for a city.

The database's own clock alone says when one has run out, so that clocks of different machines need
not agree.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, literal_column, select, type_coerce, update

from dispatch.storage.database import Database
from dispatch.storage.fencing import Lease
from dispatch.storage.rows import all_of, insert_into
from dispatch.storage.tables.cities import city_leases
from dispatch.storage.types import Moment

_NOW_MS = {
    "postgresql": "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRecord:
    """Who writes for a city, or last did."""

    city: str
    holder: str
    fence: int
    expires_at: datetime


def acquire(
    database: Database, city: str, holder: str, *, ttl_s: float, known_dead: str | None = None
) -> Lease | None:
    """Takes the lease if nobody has it, or whoever had it has let it run out.

    Args:
        database: Where the lease is kept.
        city: For which city.
        holder: The process; a name of its own for every start.
        ttl_s: Seconds until it runs out unless renewed.
        known_dead: Holders whose names begin so have certainly ended, such as those that had
            the port this process listens at now; what they hold need not run out first.

    Returns:
        The lease, or ``None`` while somebody has it.

    Raises:
        StorageUnavailableError: The database does not answer.
    """
    until = _from_now(database, ttl_s)
    taking = {"holder": holder, "fence": city_leases.c.fence + 1, "expires_at": until}
    free = city_leases.c.expires_at <= _from_now(database, 0)
    if known_dead is not None:
        free |= city_leases.c.holder.startswith(known_dead, autoescape=True)
    with database.write() as tx:
        fence = tx.execute(
            insert_into(tx, city_leases)
            .values(city=city, holder=holder, fence=1, expires_at=until)
            .on_conflict_do_update(
                index_elements=["city"],
                set_=taking,
                where=free,
            )
            .returning(city_leases.c.fence)
        ).scalar_one_or_none()
    return None if fence is None else Lease(city=city, holder=holder, fence=fence)


def renew(database: Database, lease: Lease, *, ttl_s: float) -> bool:
    """Keeps the lease for ``ttl_s`` seconds from now; whether it is still held.

    One that has run out is kept too, if nobody has taken it.

    Raises:
        StorageUnavailableError: The database does not answer.
    """
    return _set_until(database, lease, _from_now(database, ttl_s))


def release(database: Database, lease: Lease) -> None:
    """Lets the lease run out now, so that nobody has to wait for it.

    Raises:
        StorageUnavailableError: The database does not answer.
    """
    _set_until(database, lease, _from_now(database, 0))


def list_all(database: Database) -> list[LeaseRecord]:
    """Every city somebody has ever written for, by name.

    Raises:
        StorageUnavailableError: The database does not answer.
    """
    with database.read() as tx:
        return all_of(tx, LeaseRecord, city_leases.select().order_by(city_leases.c.city))


def other_holders(database: Database, *, known_dead: str) -> set[str]:
    """Who holds any lease that has not run out, but for holders whose names begin so.

    Raises:
        StorageUnavailableError: The database does not answer.
    """
    with database.read() as tx:
        query = select(city_leases.c.holder).where(
            city_leases.c.expires_at > _from_now(database, 0),
            ~city_leases.c.holder.startswith(known_dead, autoescape=True),
        )
        return set(tx.execute(query).scalars())


def _set_until(database: Database, lease: Lease, until: ColumnElement[datetime]) -> bool:
    with database.write() as tx:
        held = tx.execute(
            update(city_leases)
            .where(
                city_leases.c.city == lease.city,
                city_leases.c.holder == lease.holder,
                city_leases.c.fence == lease.fence,
            )
            .values(expires_at=until)
        )
        return held.rowcount == 1


def _from_now(database: Database, seconds: float) -> ColumnElement[datetime]:
    now_ms = _NOW_MS[database.kind]
    return type_coerce(literal_column(f"({now_ms} + {round(seconds * 1000)})"), Moment)
