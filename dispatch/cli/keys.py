"""``dispatch keys``: who may use the service."""

import getpass
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from sqlalchemy import Connection

from dispatch.cli.failures import refuse
from dispatch.cli.service_database import service_database
from dispatch.storage import audit, cities, keys
from dispatch.storage.audit import Deed
from dispatch.storage.ids import new_id
from dispatch.storage.keys import ApiKey, IssuedKey, KeyState, Scope
from dispatch.storage.migrating import require_latest

_DAYS = click.FloatRange(min=0, min_open=True, max=36_500)


@click.group("keys")
def keys_group() -> None:
    """API keys: make, list, take back, and replace them."""


@keys_group.command("create")
@click.option("--name", required=True, help="For people: what the key is for.")
@click.option(
    "--scope",
    "scopes",
    required=True,
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it is for; may be given more than once.",
)
@click.option("--city", "city_ids", multiple=True, help="Where it counts; everywhere if not given.")
@click.option("--client", help="Whose key it is; a client of its own if not given.")
@click.option("--days", type=_DAYS, help="Days until it expires; never if not given.")
def create_command(
    name: str,
    scopes: tuple[str, ...],
    city_ids: tuple[str, ...],
    client: str | None,
    days: float | None,
) -> None:
    """Make a key and print its token, which cannot be shown again.

    Keys of the same --client see the same pickups.
    """
    now = datetime.now(UTC)
    with service_database() as database:
        require_latest(database)
        with database.write() as tx:
            _refuse_unknown_cities(tx, city_ids)
            issued = keys.issue(
                tx,
                name=name,
                client_id=client or new_id("cl"),
                scopes=[Scope(scope) for scope in scopes],
                cities=city_ids,
                at=now,
                expires_at=_in_days(now, days),
            )
            _note(tx, "key.create", issued.key.id, now, scopes=sorted(issued.key.scopes))
    _print_issued(issued)


@keys_group.command("list")
def list_command() -> None:
    """List all keys, the oldest first, without their tokens."""
    now = datetime.now(UTC)
    with service_database() as database:
        require_latest(database)
        with database.read() as tx:
            known = keys.list_all(tx)
    for key in known:
        click.echo(_line(key, now))
    if not known:
        click.echo("there are no keys; 'dispatch keys create' makes one")


@keys_group.command("revoke")
@click.argument("key_id")
def revoke_command(key_id: str) -> None:
    """Take the key KEY_ID back at once."""
    now = datetime.now(UTC)
    with service_database() as database:
        require_latest(database)
        with database.write() as tx:
            _known(tx, key_id)
            if not keys.revoke(tx, key_id, at=now):
                refuse(f"key '{key_id}' was revoked before")
            _note(tx, "key.revoke", key_id, now)
    click.echo(f"{key_id} is revoked")


@keys_group.command("rotate")
@click.argument("key_id")
@click.option(
    "--overlap-hours",
    default=24.0,
    show_default=True,
    type=click.FloatRange(min=0, max=8_760),
    help="How long the old key still works.",
)
@click.option("--days", type=_DAYS, help="Days until the new key expires; never if not given.")
def rotate_command(key_id: str, overlap_hours: float, days: float | None) -> None:
    """Replace the key KEY_ID by a new one for the same use, and print its token."""
    now = datetime.now(UTC)
    with service_database() as database:
        require_latest(database)
        with database.write() as tx:
            key = _known(tx, key_id)
            if key.state(now) is not KeyState.ACTIVE:
                refuse(f"key '{key_id}' is {key.state(now)}; make one with 'dispatch keys create'")
            issued = keys.rotate(
                tx,
                key,
                at=now,
                old_until=now + timedelta(hours=overlap_hours),
                expires_at=_in_days(now, days),
            )
            _note(tx, "key.rotate", key_id, now, new=issued.key.id)
    _print_issued(issued)


def _known(tx: Connection, key_id: str) -> ApiKey:
    key = keys.get(tx, key_id)
    if key is None:
        refuse(f"there is no key '{key_id}'; 'dispatch keys list' shows those there are")
    return key


def _refuse_unknown_cities(tx: Connection, city_ids: tuple[str, ...]) -> None:
    known = [city.id for city in cities.list_all(tx)]
    unknown = [city for city in city_ids if city not in known]
    if unknown:
        there = ", ".join(known) or "none yet"
        refuse(f"there is no city '{unknown[0]}'; there are: {there}")


def _in_days(now: datetime, days: float | None) -> datetime | None:
    return None if days is None else now + timedelta(days=days)


def _note(tx: Connection, action: str, key_id: str, at: datetime, **detail: Any) -> None:
    actor = f"command line, {getpass.getuser()}"
    audit.append(tx, Deed(at=at, actor=actor, action=action, subject=key_id, detail=detail))


def _print_issued(issued: IssuedKey) -> None:
    click.echo(issued.token)
    click.echo(
        f"key {issued.key.id} of client {issued.key.client_id}; its token above is shown only now",
        err=True,
    )


def _line(key: ApiKey, now: datetime) -> str:
    parts = [
        key.id,
        key.name,
        f"client {key.client_id}",
        "+".join(sorted(key.scopes)),
        "+".join(sorted(key.cities)) or "all cities",
        str(key.state(now)),
    ]
    if key.expires_at is not None and key.revoked_at is None:
        parts.append(f"until {key.expires_at:%Y-%m-%d %H:%M} UTC")
    if key.last_used_at is not None:
        parts.append(f"last used {key.last_used_at:%Y-%m-%d %H:%M} UTC")
    return "  ".join(parts)
