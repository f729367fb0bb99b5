"""Who may do what, and who did."""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from dispatch.storage.tables.base import metadata
from dispatch.storage.types import Json, Moment, Serial

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    # Whose key it is. What a client made stays its own when its keys are rotated.
    Column("client_id", String(64), nullable=False, index=True),
    Column("secret_hash", String(64), nullable=False),
    Column("scopes", Json, nullable=False),
    # An empty list stands for every city.
    Column("cities", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Column("last_used_at", Moment),
)

service_secrets = Table(
    "service_secrets",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("client_id", String(64), nullable=False),
    Column("method", String(10), nullable=False),
    Column("path", String(500), nullable=False),
    Column("key", String(255), nullable=False),
    Column("request_hash", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Json, nullable=False),
    Column("body", Text, nullable=False),
    # What the answer is about, so that it goes when its customer is erased.
    Column("subject", String(64), index=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    PrimaryKeyConstraint("client_id", "method", "path", "key"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False, index=True),
    Column("actor", String(200), nullable=False),
    Column("client_id", String(64)),
    Column("city", String(64)),
    Column("action", String(100), nullable=False),
    Column("subject", String(200)),
    Column("request_id", String(100)),
    Column("detail", Json, nullable=False),
    Index(None, "subject", "id"),
    sqlite_autoincrement=True,
)
