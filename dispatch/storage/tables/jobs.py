"""Days that planners have solved for them."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table

from dispatch.storage.tables.base import metadata
from dispatch.storage.types import Json, Moment

solve_jobs = Table(
    "solve_jobs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("client_id", String(64), nullable=False, index=True),
    Column("status", String(20), nullable=False),
    Column("day", Json, nullable=False),
    Column("options", Json, nullable=False),
    Column("progress", Json),
    Column("result", Json),
    Column("failure", Json),
    Column("stop_requested", Boolean, nullable=False),
    # How often it was begun; a day that takes its worker down with it is not tried for ever.
    Column("attempts", Integer, nullable=False),
    # Who works at it, and until when that is believed without word from them.
    Column("worker", String(100)),
    Column("claimed_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    # When it is forgotten, once it has finished.
    Column("expires_at", Moment),
    Index(None, "status", "created_at"),
)
