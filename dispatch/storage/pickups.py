"""Booked pickups."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.exc import IntegrityError

from dispatch.storage.rows import all_of, one_or_none, record_of, values_of
from dispatch.storage.tables.pickups import pickups


class AlreadyBookedError(Exception):
    """The hold, the slot or the id has become a pickup before; nothing was written."""


class ChangedMeanwhileError(Exception):
    """The pickup is not as it was read any more; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pickup:
    """A pickup, as it stands.

    Attributes:
        id: Of the pickup.
        city: Where.
        date: The day of the plan it is in.
        client_id: Who booked it.
        customer_ref: For which of the client's customers; ``None`` once erased.
        status: How far it has come.
        pickup_class: Parcel or bulky.
        promise_start_at: The promised window's start.
        promise_end_at: Its end.
        request: What is asked for, with the place.
        fee: What it costs, with how that came about.
        contact: Name, telephone, address; ``None`` once erased.
        courier_id: Who is to collect it, or has.
        eta_at: When they are expected.
        hold_id: The hold it was booked from.
        slot_id: The slot it was booked from.
        created_at: When it was booked.
        updated_at: When it last changed.
        version: Rises with every change.
    """

    id: str
    city: str
    date: date
    client_id: str
    customer_ref: str | None
    status: str
    pickup_class: str
    promise_start_at: datetime
    promise_end_at: datetime
    request: Mapping[str, Any]
    fee: Mapping[str, Any]
    contact: Mapping[str, Any] | None
    courier_id: str | None = None
    eta_at: datetime | None = None
    hold_id: str | None = None
    slot_id: str | None = None
    created_at: datetime
    updated_at: datetime
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupFilter:
    """Which pickups are looked for; what is ``None`` or empty leaves all.

    Attributes:
        client_id: Of this client.
        city: In this city.
        day: In the plan of this day.
        customer_ref: Of this customer.
        courier_id: Of this courier.
        statuses: In one of these.
        after: With a later id, so booked later.
    """

    client_id: str | None = None
    city: str | None = None
    day: date | None = None
    customer_ref: str | None = None
    courier_id: str | None = None
    statuses: Collection[str] = ()
    after: str | None = None


# Built once, as they are needed hundreds of times when a plan has changed.
_GET = select(pickups).where(pickups.c.id == bindparam("known_id"))
_SAVE = update(pickups).where(
    pickups.c.id == bindparam("known_id"), pickups.c.version == bindparam("known_version")
)


def insert(tx: Connection, pickup: Pickup) -> None:
    """Books the pickup.

    Raises:
        AlreadyBookedError: Its hold, slot or id was booked before; the transaction goes on.
    """
    try:
        with tx.begin_nested():
            tx.execute(pickups.insert().values(values_of(pickup)))
    except IntegrityError as error:
        raise AlreadyBookedError(f"pickup '{pickup.id}': its place was booked before") from error


def save(tx: Connection, pickup: Pickup) -> Pickup:
    """Writes the pickup as it is now, with its version one up.

    Raises:
        ChangedMeanwhileError: The pickup is gone, or not at the version it was read at.
    """
    newer = replace(pickup, version=pickup.version + 1)
    known = {"known_id": pickup.id, "known_version": pickup.version}
    found = tx.execute(_SAVE, values_of(newer) | known)
    if found.rowcount != 1:
        raise ChangedMeanwhileError(
            f"pickup '{pickup.id}' is not at version {pickup.version} any more; read it again"
        )
    return newer


def get(tx: Connection, pickup_id: str) -> Pickup | None:
    """The pickup with this id."""
    row = tx.execute(_GET, {"known_id": pickup_id}).one_or_none()
    return None if row is None else record_of(Pickup, row)


def booked_from(
    tx: Connection, *, slot_id: str | None = None, hold_id: str | None = None
) -> Pickup | None:
    """The pickup that was booked from this slot, or from this hold; give one of the two."""
    column, value = (
        (pickups.c.hold_id, hold_id) if slot_id is None else (pickups.c.slot_id, slot_id)
    )
    return one_or_none(tx, Pickup, select(pickups).where(column == value))


def find(tx: Connection, wanted: PickupFilter, *, limit: int | None = None) -> list[Pickup]:
    """The pickups that fit, in the order they were booked, ``limit`` at most."""
    query = select(pickups).where(*_conditions(wanted)).order_by(pickups.c.id).limit(limit)
    return all_of(tx, Pickup, query)


def count(tx: Connection, wanted: PickupFilter) -> int:
    """How many pickups fit."""
    query = select(func.count()).select_from(pickups).where(*_conditions(wanted))
    return tx.execute(query).scalar_one()


def _conditions(wanted: PickupFilter) -> list[Any]:
    equal = {
        pickups.c.client_id: wanted.client_id,
        pickups.c.city: wanted.city,
        pickups.c.date: wanted.day,
        pickups.c.customer_ref: wanted.customer_ref,
        pickups.c.courier_id: wanted.courier_id,
    }
    conditions: list[Any] = [
        column == value for column, value in equal.items() if value is not None
    ]
    if wanted.statuses:
        conditions.append(pickups.c.status.in_(sorted(wanted.statuses)))
    if wanted.after is not None:
        conditions.append(pickups.c.id > wanted.after)
    return conditions
