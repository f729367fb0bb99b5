"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Integer
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)

Serial = BigInteger().with_variant(Integer, "sqlite")
"""A number the database counts up; SQLite does so for ``INTEGER`` only."""

Json = JSON(none_as_null=True)
"""Whatever JSON can hold; ``None`` is no value at all."""


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as milliseconds since 1970 UTC, read back in UTC.

    Anything finer is cut off. Neither database keeps an aware datetime of its own in the same way,
    and whole numbers compare and sort alike in both.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """The moment as it is kept.

        Raises:
            ValueError: It has no time zone.
        """
        return None if value is None else to_ms(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment as it is used."""
        return None if value is None else from_ms(value)


def to_ms(moment: datetime) -> int:
    """Whole milliseconds since 1970 UTC.

    Raises:
        ValueError: The moment has no time zone.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; give an aware datetime")
    return (moment - _EPOCH) // _MS


def from_ms(value: int) -> datetime:
    """The moment so many milliseconds after 1970 UTC."""
    return _EPOCH + value * _MS
