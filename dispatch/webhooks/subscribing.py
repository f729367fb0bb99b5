"""Making and changing endpoints; the caller stores what these return."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.storage.endpoints import Endpoint
from dispatch.storage.ids import new_id
from dispatch.webhooks.addresses import AddressRules, Resolver, resolve, target_of
from dispatch.webhooks.events import EventType
from dispatch.webhooks.signing import new_secret

OLD_SECRET_VALID_S = 86_400
"""Seconds for which the old secret signs beside a new one."""


def checked_url(url: str, rules: AddressRules, resolver: Resolver = resolve) -> str:
    """The address as it is stored, if it may be sent to. Looks its name up, so it takes time.

    Raises:
        ForbiddenAddressError: It may not, or has no address just now.
    """
    target = target_of(url)
    rules.addresses(target, resolver)
    return target.url


def new_endpoint(
    *,
    client_id: str,
    url: str,
    event_types: Collection[EventType],
    cities: Collection[str],
    at: datetime,
) -> Endpoint:
    """An endpoint with a secret of its own.

    Args:
        client_id: Whose it is.
        url: As :func:`checked_url` returned it.
        event_types: What it wants to be told; empty means everything.
        cities: Of which cities; empty means all.
        at: Now.
    """
    return Endpoint(
        id=new_id("we"),
        client_id=client_id,
        url=url,
        secret=new_secret(),
        event_types=frozenset(one.value for one in event_types),
        cities=frozenset(cities),
        created_at=at,
        updated_at=at,
    )


def with_new_secret(endpoint: Endpoint, *, at: datetime) -> Endpoint:
    """The endpoint with a new secret; the old one signs beside it for a day."""
    return replace(
        endpoint,
        secret=new_secret(),
        previous_secret=endpoint.secret,
        previous_expires_at=at + timedelta(seconds=OLD_SECRET_VALID_S),
        updated_at=at,
    )
