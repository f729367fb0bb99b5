"""What customers did here, on which their standing rests."""

from sqlalchemy import Column, Index, String, Table, UniqueConstraint

from dispatch.storage.tables.base import metadata
from dispatch.storage.types import Moment, Serial

customer_events = Table(
    "customer_events",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("client_id", String(64), nullable=False),
    Column("customer_ref", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("pickup_id", String(64), nullable=False),
    # One pickup speaks for or against a customer once in each way.
    UniqueConstraint("pickup_id", "kind"),
    Index(None, "client_id", "customer_ref", "at"),
    sqlite_autoincrement=True,
)
