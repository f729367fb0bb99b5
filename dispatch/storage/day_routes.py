"""The routes of each day as they were last, so that a start goes on from them.

They are no part of the truth: what they leave out, or name though it is over, is put right when a
plan is built from them.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, select

from dispatch.storage.rows import insert_into
from dispatch.storage.tables.cities import day_routes

RouteRow = list[list[str]]
"""What a courier is to do, in order: the name of each kind of task, and the id it is about."""

RouteRows = Mapping[str, RouteRow]
"""Such rows by courier."""


def put(tx: Connection, city: str, day: date, routes: RouteRows) -> None:
    """Keeps the routes of these couriers in place of those before; other couriers' stay."""
    if not routes:
        return
    insert = insert_into(tx, day_routes)
    tx.execute(
        insert.on_conflict_do_update(
            index_elements=["city", "date", "courier_id"], set_={"route": insert.excluded.route}
        ),
        [
            {"city": city, "date": day, "courier_id": courier_id, "route": route}
            for courier_id, route in routes.items()
        ],
    )


def of_day(tx: Connection, city: str, day: date) -> RouteRows:
    """The routes that were kept last."""
    query = select(day_routes.c.courier_id, day_routes.c.route).where(
        day_routes.c.city == city, day_routes.c.date == day
    )
    return {row.courier_id: row.route for row in tx.execute(query)}
