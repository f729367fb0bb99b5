"""Backups: everything in a database as one file, alike for SQLite and PostgreSQL.

The file is JSON lines, compressed. The first line says which format and version of the tables it
holds, then each table has a line with its name and columns and one line for each row, and the last
line counts them all: without it the file is not whole.
"""

import gzip
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import JSON, Connection, Date, MetaData, Table, func, select, text

from dispatch.storage.database import POSTGRESQL, Database
from dispatch.storage.errors import StorageError
from dispatch.storage.migrating import require_latest, revision_of, upgrade_in
from dispatch.storage.types import Json

FORMAT = "pickup-dispatch/backup/1"
_BATCH = 500
_NOT_DATA = "alembic_version"


class BackupError(StorageError):
    """A backup cannot be made or used; what was there is as before."""


def back_up(database: Database, path: Path) -> dict[str, int]:
    """Writes everything, as it is at one moment, to a new file that only its owner may read.

    The service may go on meanwhile.

    Args:
        database: With the latest tables.
        path: Of the file; none may be there.

    Returns:
        Rows by table.

    Raises:
        BackupError: There is such a file already, or it cannot be written.
        SchemaError: The tables are not the latest.
        StorageUnavailableError: The database does not answer.
    """
    require_latest(database)
    if path.exists():
        raise BackupError(f"{path} is there already; name another file")
    part = path.with_name(f"{path.name}.part")
    try:
        with _private(part) as file, database.read() as tx:
            with gzip.open(file, "wt", encoding="utf-8") as lines:
                counts = _dump(tx, lines)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
    return counts


def restore(database: Database, path: Path) -> dict[str, int]:
    """Fills a database without tables from a backup, and brings the tables to the latest version.

    Args:
        database: Without tables.
        path: Of the backup, of this version of the tables or an earlier one.

    Returns:
        Rows by table.

    Raises:
        BackupError: The file is no whole backup, or the database has tables.
        SchemaError: The backup was made by a newer program.
        StorageUnavailableError: The database does not answer.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines, database.write() as tx:
            if revision_of(tx) is not None:
                raise BackupError(
                    f"the database {database.shown} is in use already; restore into a new one"
                )
            return _load(tx, map(json.loads, lines))
    except (EOFError, gzip.BadGzipFile, zlib.error, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{path} is no whole backup: {error or 'it ends too early'}") from error
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror or error}") from error


def _dump(tx: Connection, lines: IO[str]) -> dict[str, int]:
    def say(content: Any) -> None:
        lines.write(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n")

    taken_at = datetime.now(UTC).isoformat(timespec="seconds")
    say({"format": FORMAT, "revision": revision_of(tx), "taken_at": taken_at})
    counts: dict[str, int] = {}
    for table in _tables(tx):
        say({"table": table.name, "columns": [column.name for column in table.columns]})
        counts[table.name] = 0
        rows = tx.execution_options(yield_per=_BATCH).execute(select(table))
        for row in rows:
            say([cell.isoformat() if isinstance(cell, date) else cell for cell in row])
            counts[table.name] += 1
    say({"rows": counts})
    return counts


def _load(tx: Connection, lines: Iterator[Any]) -> dict[str, int]:
    header = next(lines, None)
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise ValueError(f"it does not begin with format {FORMAT}")
    upgrade_in(tx, to=str(header["revision"]))
    tables = {table.name: table for table in _tables(tx)}
    counts: dict[str, int] = {}
    table: Table | None = None
    columns: list[str] = []
    batch: list[dict[str, Any]] = []
    for line in lines:
        if isinstance(line, list) and table is not None:
            batch.append(_row(table, columns, line))
            counts[table.name] += 1
            if len(batch) == _BATCH:
                _insert(tx, table, batch)
            continue
        _insert(tx, table, batch)
        if "rows" in line:
            if line["rows"] != counts or next(lines, None) is not None:
                raise ValueError("its rows are not those it was made with")
            _go_on_counting(tx, tables.values())
            upgrade_in(tx)
            return counts
        table, columns = tables[line["table"]], line["columns"]
        counts[table.name] = 0
    raise EOFError


def _row(table: Table, columns: list[str], cells: list[Any]) -> dict[str, Any]:
    row = dict(zip(columns, cells, strict=True))
    for name, cell in row.items():
        if isinstance(table.c[name].type, Date) and cell is not None:
            row[name] = date.fromisoformat(cell)
    return row


def _insert(tx: Connection, table: Table | None, batch: list[dict[str, Any]]) -> None:
    if batch and table is not None:
        tx.execute(table.insert(), batch)
        batch.clear()


def _go_on_counting(tx: Connection, tables: Iterable[Table]) -> None:
    """Numbers given from now on come after those restored; SQLite sees to that itself."""
    if tx.dialect.name != POSTGRESQL:
        return
    for table in tables:
        for column in table.primary_key:
            sequence = text("SELECT pg_get_serial_sequence(:table, :column)")
            values = {"table": table.name, "column": column.name}
            name = tx.execute(sequence, values).scalar_one()
            last = tx.execute(select(func.max(column))).scalar_one()
            if name is not None and last is not None:
                tx.execute(text("SELECT setval(:name, :last)"), {"name": name, "last": last})


def _tables(tx: Connection) -> list[Table]:
    """The tables as they are in this database, at whatever version, each after those it needs."""
    found = MetaData()
    found.reflect(tx)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = Json
    return [table for table in found.sorted_tables if table.name != _NOT_DATA]


def _private(path: Path) -> IO[bytes]:
    """A new file that nobody else may read: it holds secrets, telephone numbers and addresses."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
