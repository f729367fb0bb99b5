"""Opening a database, and the two kinds of transactions on it."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, TimeoutError

from dispatch.storage.errors import StorageError, StorageUnavailableError
from dispatch.storage.fencing import Lease, check_fence

SQLITE = "sqlite"
POSTGRESQL = "postgresql"

_DRIVERS = {SQLITE: "sqlite+pysqlite", POSTGRESQL: "postgresql+psycopg"}
_SQLITE_AWAY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_FULL")

_BUSY_S = 15
_WRITES = "dispatch_writes"


class Database:
    """A SQLite file or a PostgreSQL database; shared by all threads of a process.

    Attributes:
        engine: For migrations and backups; everything else asks for a transaction.

    Args:
        url: As :func:`open_database` has checked it.
    """

    def __init__(self, url: URL) -> None:
        self.engine = create_engine(
            url,
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=20,
            pool_timeout=_BUSY_S,
            connect_args={"timeout" if self._is_sqlite(url) else "connect_timeout": _BUSY_S},
        )
        # SQLite has one writer at a time and lets others try again by chance; in turns is fairer.
        self._turns: AbstractContextManager[Any] = nullcontext()
        if self._is_sqlite(url):
            self._turns = threading.Lock()
            event.listen(self.engine, "connect", _set_up_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @staticmethod
    def _is_sqlite(url: URL) -> bool:
        return url.get_backend_name() == SQLITE

    @property
    def kind(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @property
    def shown(self) -> str:
        """The address without its password."""
        url = self.engine.url.set(drivername=self.kind)
        return url.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the database and changes nothing.

        Raises:
            StorageUnavailableError: The database does not answer.
        """
        options: dict[str, Any] = {}
        if self.kind == POSTGRESQL:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._failures_named(), self._begun(options) as connection:
            yield connection

    @contextmanager
    def write(self, lease: Lease | None = None) -> Iterator[Connection]:
        """A transaction that is done whole, and lastingly, when the block ends without an error.

        One thread has one at a time; on SQLite so has the whole process, others wait their turn.

        Args:
            lease: What a city's writer holds: nothing is written unless it still does.

        Raises:
            LeaseLostError: Another process holds the lease by now.
            StorageUnavailableError: The database does not answer, or is locked for too long.
        """
        with self._failures_named(), self._turns, self._begun({_WRITES: True}) as connection:
            if lease is not None:
                check_fence(connection, lease)
            yield connection

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()

    @contextmanager
    def _begun(self, options: dict[str, Any]) -> Iterator[Connection]:
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def _failures_named(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, TimeoutError) as error:
            if isinstance(error, DBAPIError) and not _is_away(error):
                raise
            cause = error.orig if isinstance(error, DBAPIError) else error
            raise StorageUnavailableError(
                f"the database {self.shown} does not answer: {cause}"
            ) from error


def open_database(url: str) -> Database:
    """Opens the database at ``url``; the tables must be there, see :mod:`.migrating`.

    Args:
        url: ``sqlite:///file.sqlite`` (four slashes for an absolute path) or
            ``postgresql://user:password@host/name``.

    Raises:
        StorageError: The address is not one of these, or the file's folder does not exist.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise _not_usable(f"'{url}' is not an address of a database") from None
    backend = parsed.get_backend_name()
    if backend not in _DRIVERS:
        raise _not_usable(f"'{backend}' databases are not supported")
    if backend == SQLITE:
        if not parsed.database or parsed.database == ":memory:":
            raise _not_usable("a database in memory forgets every booking")
        folder = Path(parsed.database).parent
        if not folder.is_dir():
            raise StorageError(f"folder {folder} for the database does not exist; make it first")
    return Database(parsed.set(drivername=_DRIVERS[backend]))


def _is_away(error: DBAPIError) -> bool:
    """Whether the database is to blame rather than what it was asked."""
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorname", "").startswith(_SQLITE_AWAY)
    return error.connection_invalidated or isinstance(error, OperationalError)


def _not_usable(cause: str) -> StorageError:
    return StorageError(
        f"{cause}; give sqlite:///path/to/file.sqlite or postgresql://user:password@host/name"
    )


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # Python's driver shall begin no transactions of its own: reads would not be in one, and a
    # read that turns into a write can be refused at any time. See SQLAlchemy's notes on pysqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    # Readers and the writer do not wait for each other; a commit is on disk before it is done.
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    # What reads only must not write here either, since PostgreSQL would refuse it. A writer takes
    # its lock at once: a transaction that read first could be refused it.
    connection.exec_driver_sql(f"PRAGMA query_only = {int(not writes)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
