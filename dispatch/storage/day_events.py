"""The log of each live day: from it alone its plan can be built again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from dispatch.storage.rows import all_of, insert_into, values_of
from dispatch.storage.tables.cities import couriers_live, day_events


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEvent:
    """What was told to the dispatcher of a day.

    Attributes:
        city: Which city.
        date: Which day.
        seq: Place in the order it was told, from 1 without gaps.
        at_s: When it happened, seconds since local midnight of the day.
        kind: Of event.
        pickup_id: The pickup it is about, if it is about one.
        payload: All the dispatcher needs.
        recorded_at: When it was written.
    """

    city: str
    date: date
    seq: int
    at_s: int
    kind: str
    pickup_id: str | None
    payload: Mapping[str, Any]
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LastPosition:
    """Where a courier was last; WGS84 degrees, seconds since local midnight of the day."""

    city: str
    date: date
    courier_id: str
    lon: float
    lat: float
    at_s: int


def append(tx: Connection, events: Sequence[DayEvent]) -> None:
    """Writes the events on; two writers cannot give the same number."""
    if events:
        tx.execute(day_events.insert(), [values_of(event) for event in events])


def of_day(tx: Connection, city: str, day: date) -> list[DayEvent]:
    """The whole log of a day, in order."""
    query = (
        select(day_events)
        .where(day_events.c.city == city, day_events.c.date == day)
        .order_by(day_events.c.seq)
    )
    return all_of(tx, DayEvent, query)


def last_seqs(tx: Connection, city: str, *, since: date) -> dict[date, int]:
    """The last number of each day of a city from ``since`` on that has a log."""
    query = (
        select(day_events.c.date, func.max(day_events.c.seq).label("last"))
        .where(day_events.c.city == city, day_events.c.date >= since)
        .group_by(day_events.c.date)
        .order_by(day_events.c.date)
    )
    return {row.date: row.last for row in tx.execute(query)}


def put_positions(tx: Connection, positions: Iterable[LastPosition]) -> None:
    """Keeps where couriers are, in place of where they were before."""
    for position in positions:
        values = values_of(position)
        tx.execute(
            insert_into(tx, couriers_live)
            .values(values)
            .on_conflict_do_update(
                index_elements=["city", "date", "courier_id"],
                set_=values,
                where=couriers_live.c.at_s <= position.at_s,
            )
        )


def positions_of(tx: Connection, city: str, day: date) -> list[LastPosition]:
    """Where the couriers of a day were last, by courier."""
    query = (
        select(couriers_live)
        .where(couriers_live.c.city == city, couriers_live.c.date == day)
        .order_by(couriers_live.c.courier_id)
    )
    return all_of(tx, LastPosition, query)
