"""API keys.

A token is ``dsp_``, the key's id and a secret of 256 bits; only a hash of the secret is kept. It
is as good as random, so a plain SHA-256 is enough: there is nothing to guess.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from dispatch.storage.ids import new_id
from dispatch.storage.rows import values_of
from dispatch.storage.tables.access import api_keys

_MARK = "dsp"


class Scope(StrEnum):
    """What a key is for."""

    RETURNS = "returns"
    COURIER = "courier"
    PLANNER = "planner"
    ADMIN = "admin"


class KeyState(StrEnum):
    """Whether a key opens anything."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key, without its secret.

    Attributes:
        id: Of the key.
        name: For people.
        client_id: Whose key it is; a rotated key has the same.
        scopes: What it is for.
        cities: Where it counts; empty means everywhere.
        created_at: When it was made.
        expires_at: From when it opens nothing; ``None`` for never.
        revoked_at: When it was taken back.
        last_used_at: When it was last seen, to some minutes.
    """

    id: str
    name: str
    client_id: str
    scopes: frozenset[Scope]
    cities: frozenset[str]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def state(self, at: datetime) -> KeyState:
        """Whether it opens anything at this moment."""
        if self.revoked_at is not None and self.revoked_at <= at:
            return KeyState.REVOKED
        if self.expires_at is not None and self.expires_at <= at:
            return KeyState.EXPIRED
        return KeyState.ACTIVE

    def counts_in(self, city: str) -> bool:
        """Whether it is for this city."""
        return not self.cities or city in self.cities


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key with the only copy of its token there is."""

    key: ApiKey
    token: str


def issue(
    tx: Connection,
    *,
    name: str,
    client_id: str,
    scopes: Collection[Scope],
    cities: Collection[str] = (),
    at: datetime,
    expires_at: datetime | None = None,
) -> IssuedKey:
    """Makes a key."""
    key = ApiKey(
        id=new_id(_MARK),
        name=name,
        client_id=client_id,
        scopes=frozenset(scopes),
        cities=frozenset(cities),
        created_at=at,
        expires_at=expires_at,
    )
    secret = secrets.token_urlsafe(32)
    row = values_of(key) | {"scopes": sorted(key.scopes), "cities": sorted(key.cities)}
    tx.execute(api_keys.insert().values(row | {"secret_hash": _hash(secret)}))
    return IssuedKey(key, f"{key.id}_{secret}")


def authenticate(tx: Connection, token: str) -> ApiKey | None:
    """The key a token is of, in whatever state, or ``None`` where it is of none."""
    mark, _, rest = token.partition("_")
    number, _, secret = rest.partition("_")
    if mark != _MARK or not secret:
        return None
    row = tx.execute(select(api_keys).where(api_keys.c.id == f"{mark}_{number}")).one_or_none()
    if row is None or not hmac.compare_digest(row.secret_hash, _hash(secret)):
        return None
    return _key_of(row)


def get(tx: Connection, key_id: str) -> ApiKey | None:
    """The key with this id."""
    row = tx.execute(select(api_keys).where(api_keys.c.id == key_id)).one_or_none()
    return None if row is None else _key_of(row)


def list_all(tx: Connection) -> list[ApiKey]:
    """Every key, the oldest first."""
    return [_key_of(row) for row in tx.execute(select(api_keys).order_by(api_keys.c.id))]


def revoke(tx: Connection, key_id: str, *, at: datetime) -> bool:
    """Takes the key back; whether there is such a key that was not taken back before."""
    found = tx.execute(
        update(api_keys)
        .where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    return found.rowcount == 1


def rotate(
    tx: Connection, key: ApiKey, *, at: datetime, old_until: datetime, expires_at: datetime | None
) -> IssuedKey:
    """Makes a key for the same use, and lets the old one run out.

    Args:
        tx: An open transaction.
        key: The old one.
        at: Now.
        old_until: When the old one expires, unless it does so before.
        expires_at: When the new one expires.
    """
    tx.execute(
        update(api_keys)
        .where(
            api_keys.c.id == key.id,
            or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > old_until),
        )
        .values(expires_at=old_until)
    )
    return issue(
        tx,
        name=key.name,
        client_id=key.client_id,
        scopes=key.scopes,
        cities=key.cities,
        at=at,
        expires_at=expires_at,
    )


def note_use(tx: Connection, key_id: str, *, at: datetime) -> None:
    """Keeps when the key was last seen."""
    tx.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=at))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _key_of(row: Row[Any]) -> ApiKey:
    values = {name: value for name, value in row._mapping.items() if name != "secret_hash"}
    values["scopes"] = frozenset(Scope(one) for one in values["scopes"])
    values["cities"] = frozenset(values["cities"])
    return ApiKey(**values)
