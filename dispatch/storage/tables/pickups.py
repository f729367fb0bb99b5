"""Places held for shoppers, booked pickups, and what became of them."""

from sqlalchemy import Column, Date, Index, Integer, String, Table

from dispatch.storage.tables.base import metadata
from dispatch.storage.types import Json, Moment, Serial

holds = Table(
    "holds",
    metadata,
    Column("id", String(64), primary_key=True),
    # The id the pickup will have once it is booked.
    Column("pickup_id", String(64), nullable=False, unique=True),
    Column("city", String(64), nullable=False),
    Column("date", Date, nullable=False),
    Column("client_id", String(64), nullable=False),
    Column("customer_ref", String(200)),
    Column("promise_start_at", Moment, nullable=False),
    Column("promise_end_at", Moment, nullable=False),
    Column("offer", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index(None, "city", "expires_at"),
    Index(None, "client_id", "customer_ref"),
)

pickups = Table(
    "pickups",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("city", String(64), nullable=False),
    Column("date", Date, nullable=False),
    Column("client_id", String(64), nullable=False),
    Column("customer_ref", String(200)),
    Column("status", String(20), nullable=False),
    Column("pickup_class", String(20), nullable=False),
    Column("promise_start_at", Moment, nullable=False),
    Column("promise_end_at", Moment, nullable=False),
    # What is asked for, as the dispatcher takes it; the place is in it.
    Column("request", Json, nullable=False),
    Column("fee", Json, nullable=False),
    # Name, telephone and address; none once the customer is erased.
    Column("contact", Json),
    Column("courier_id", String(100)),
    Column("eta_at", Moment),
    # Each hold and each slot is booked at most once.
    Column("hold_id", String(64), unique=True),
    Column("slot_id", String(64), unique=True),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "city", "date", "status"),
    Index(None, "client_id", "id"),
    Index(None, "client_id", "customer_ref", "status"),
)

pickup_history = Table(
    "pickup_history",
    metadata,
    # Rises within a city, so that who follows a city can go on from the last one seen.
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("pickup_id", String(64), nullable=False),
    Column("city", String(64), nullable=False),
    Column("client_id", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("detail", Json, nullable=False),
    Index(None, "pickup_id", "id"),
    Index(None, "city", "id"),
    sqlite_autoincrement=True,
)
