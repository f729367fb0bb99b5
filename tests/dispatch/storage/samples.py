"""Rows for tests, ordinary but for what a test is about."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from dispatch.storage import holds, pickups
from dispatch.storage.holds import Hold
from dispatch.storage.pickups import Pickup

NOW = datetime(2026, 11, 11, 9, 30, tzinfo=UTC)


def a_pickup(tx: Connection, pickup_id: str, **different: Any) -> Pickup:
    """A booked pickup in the database."""
    values: dict[str, Any] = {
        "id": pickup_id,
        "city": "hangzhou",
        "date": date(2026, 11, 11),
        "client_id": "cl",
        "customer_ref": "shopper",
        "status": "booked",
        "pickup_class": "parcel",
        "promise_start_at": NOW,
        "promise_end_at": NOW + timedelta(hours=2),
        "request": {"place": {"lon": 120.16, "lat": 30.27}},
        "fee": {"total_fen": 1200},
        "contact": {"name": "王芳", "phone": "13800000000"},
        "created_at": NOW,
        "updated_at": NOW,
    }
    pickup = Pickup(**(values | different))
    pickups.insert(tx, pickup)
    return pickup


def a_hold(tx: Connection, hold_id: str, **different: Any) -> Hold:
    """A hold in the database."""
    values: dict[str, Any] = {
        "id": hold_id,
        "pickup_id": f"pk_of_{hold_id}",
        "city": "hangzhou",
        "date": date(2026, 11, 11),
        "client_id": "cl",
        "customer_ref": "shopper",
        "promise_start_at": NOW,
        "promise_end_at": NOW + timedelta(hours=2),
        "offer": {"fee": {"total_fen": 1200}},
        "created_at": NOW,
        "expires_at": NOW + timedelta(minutes=5),
    }
    hold = Hold(**(values | different))
    holds.insert(tx, hold)
    return hold
