"""Between rows of tables and the dataclasses that have the same fields."""

from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, Table
from sqlalchemy.dialects import postgresql, sqlite

Record = TypeVar("Record")


def values_of(record: Any) -> dict[str, Any]:
    """The fields of a dataclass by name, as they are."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def record_of(kind: type[Record], row: Row[Any]) -> Record:
    """The row as a dataclass whose fields are called as its columns."""
    return kind(**row._mapping)


def one_or_none(tx: Connection, kind: type[Record], query: Select[Any]) -> Record | None:
    """The only row found, if any."""
    row = tx.execute(query).one_or_none()
    return None if row is None else record_of(kind, row)


def all_of(tx: Connection, kind: type[Record], query: Select[Any]) -> list[Record]:
    """Every row found."""
    return [record_of(kind, row) for row in tx.execute(query)]


def insert_into(tx: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that may say what happens where the row is there already."""
    if tx.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
