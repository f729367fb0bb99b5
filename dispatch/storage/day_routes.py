"""The routes of each day as they were last published, so that a plan need not be found again.

They are no part of the truth: what they leave out, or name though it is over, is put right when a
plan is built from them.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, select

from dispatch.storage.rows import insert_into
from dispatch.storage.tables.cities import day_routes


def put(tx: Connection, city: str, day: date, routes: Mapping[str, Sequence[str]]) -> None:
    """Keeps the routes in place of those before: ids of requests in order, by courier."""
    kept = {courier_id: list(requests) for courier_id, requests in routes.items()}
    tx.execute(
        insert_into(tx, day_routes)
        .values(city=city, date=day, routes=kept)
        .on_conflict_do_update(index_elements=["city", "date"], set_={"routes": kept})
    )


def of_day(tx: Connection, city: str, day: date) -> Mapping[str, Sequence[str]]:
    """Ids of requests in the order they were last planned, by courier."""
    query = select(day_routes.c.routes).where(day_routes.c.city == city, day_routes.c.date == day)
    routes: Mapping[str, Sequence[str]] | None = tx.execute(query).scalar_one_or_none()
    return routes or {}
