"""What the returns system is told, where, and with what success."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from dispatch.storage.tables.base import metadata
from dispatch.storage.types import Json, Moment, Serial

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("client_id", String(64), nullable=False, index=True),
    Column("url", String(2000), nullable=False),
    Column("secret", String(200), nullable=False),
    # Signs beside the new one until it expires, so that a secret can be changed without a gap.
    Column("previous_secret", String(200)),
    Column("previous_expires_at", Moment),
    # Empty lists stand for every type and every city.
    Column("event_types", Json, nullable=False),
    Column("cities", Json, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("disabled_reason", Text),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("client_id", String(64), nullable=False),
    Column("city", String(64), nullable=False),
    Column("type", String(100), nullable=False),
    Column("subject", String(64), nullable=False, index=True),
    Column("data", Json, nullable=False),
    Column("occurred_at", Moment, nullable=False),
    # When its deliveries were made out, one for each endpoint that wants it.
    Column("fanned_out_at", Moment, index=True),
    sqlite_autoincrement=True,
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("event_id", String(64), ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False),
    Column(
        "endpoint_id",
        String(64),
        ForeignKey("webhook_endpoints.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("status", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    # For one that is being tried this is when others may take it over.
    Column("next_attempt_at", Moment),
    Column("last_status", Integer),
    Column("last_error", Text),
    Column("created_at", Moment, nullable=False),
    Column("delivered_at", Moment),
    UniqueConstraint("event_id", "endpoint_id"),
    Index(None, "status", "next_attempt_at"),
    Index(None, "endpoint_id", "status", "next_attempt_at"),
)
