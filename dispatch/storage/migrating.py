"""Bringing the tables of a database to the version this program works with."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect

from dispatch.storage.database import POSTGRESQL, Database
from dispatch.storage.errors import SchemaError

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_283_114_902
"""Any number, always the same: who migrates holds PostgreSQL's advisory lock of this number."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """Versions of the tables before and after; ``None`` for no tables at all."""

    before: str | None
    after: str | None


def latest_revision() -> str:
    """The version this program works with."""
    # Not asked of Alembic, whose import takes a good part of the time in which a process starts.
    return max(path.name for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def revision_of(tx: Connection) -> str | None:
    """The version a database is at; ``None`` where it has no tables."""
    if not inspect(tx).has_table("alembic_version"):
        return None
    found: str | None = tx.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


def upgrade(database: Database, *, to: str = "head") -> Upgraded:
    """Brings the tables to a version, whole or not at all; several processes may do so at once.

    Args:
        database: Which database.
        to: Which version, not before the present one.

    Raises:
        SchemaError: A program newer than this one has migrated the database.
        StorageUnavailableError: The database does not answer.
    """
    with database.write() as tx:
        if database.kind == POSTGRESQL:
            tx.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        return upgrade_in(tx, to=to)


def upgrade_in(tx: Connection, *, to: str = "head") -> Upgraded:
    """Brings the tables to a version inside an open transaction.

    Raises:
        SchemaError: A program newer than this one has migrated the database.
    """
    from alembic import command
    from alembic.script.revision import ResolutionError
    from alembic.util import CommandError

    before = revision_of(tx)
    config = _config()
    config.attributes["connection"] = tx
    try:
        command.upgrade(config, to)
    except (CommandError, ResolutionError) as error:
        raise SchemaError(
            f"the database is at version {before}, which this program (version "
            f"{latest_revision()}) does not know; use a newer program"
        ) from error
    return Upgraded(before, revision_of(tx))


def require_latest(database: Database) -> None:
    """Makes sure that the tables are as this program expects them.

    Raises:
        SchemaError: They are not; the message says what to do.
        StorageUnavailableError: The database does not answer.
    """
    with database.read() as tx:
        found = revision_of(tx)
    wanted = latest_revision()
    if found != wanted:
        state = "has no tables" if found is None else f"is at version {found}"
        raise SchemaError(
            f"the database {database.shown} {state}, this program needs version {wanted}; run "
            "'dispatch db upgrade', or use the program it was made for"
        )


def _config() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config
