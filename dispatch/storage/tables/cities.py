"""Cities, their days, who writes for them, and where nothing is sold."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from dispatch.storage.tables.base import metadata
from dispatch.storage.types import Json, Moment

cities = Table(
    "cities",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("config", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

city_days = Table(
    "city_days",
    metadata,
    Column("city", String(64), nullable=False),
    Column("date", Date, nullable=False),
    Column("config", Json, nullable=False),
    Column("updated_at", Moment, nullable=False),
    PrimaryKeyConstraint("city", "date"),
)

city_leases = Table(
    "city_leases",
    metadata,
    Column("city", String(64), primary_key=True),
    Column("holder", String(100), nullable=False),
    # Rises with every change of hands; who has an older one may write no more.
    Column("fence", BigInteger, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

day_events = Table(
    "day_events",
    metadata,
    Column("city", String(64), nullable=False),
    Column("date", Date, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at_s", Integer, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("pickup_id", String(64), index=True),
    Column("payload", Json, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    PrimaryKeyConstraint("city", "date", "seq"),
)

day_routes = Table(
    "day_routes",
    metadata,
    Column("city", String(64), nullable=False),
    Column("date", Date, nullable=False),
    Column("courier_id", String(100), nullable=False),
    # Tasks in order, each the name of its kind and the id it is about.
    Column("route", Json, nullable=False),
    PrimaryKeyConstraint("city", "date", "courier_id"),
)

couriers_live = Table(
    "couriers_live",
    metadata,
    Column("city", String(64), nullable=False),
    Column("date", Date, nullable=False),
    Column("courier_id", String(100), nullable=False),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    Column("at_s", Integer, nullable=False),
    PrimaryKeyConstraint("city", "date", "courier_id"),
)

stop_sales = Table(
    "stop_sales",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("city", String(64), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    # GeoJSON geometry; none stands for the whole city.
    Column("area", Json),
    # None stands for both.
    Column("pickup_class", String(20)),
    Column("reason", Text, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("lifted_at", Moment),
    Index(None, "city", "ends_at"),
)
