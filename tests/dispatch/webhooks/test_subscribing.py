from datetime import UTC, datetime, timedelta

import pytest

from dispatch.webhooks.addresses import AddressRules, ForbiddenAddressError
from dispatch.webhooks.events import EventType
from dispatch.webhooks.subscribing import checked_url, new_endpoint, with_new_secret

NOW = datetime(2026, 11, 11, 4, tzinfo=UTC)


def test_an_endpoint_inside_the_network_cannot_be_made() -> None:
    with pytest.raises(ForbiddenAddressError, match="leads to 127"):
        checked_url("https://127.0.0.1/hooks", AddressRules())


def test_a_public_address_is_stored_as_it_is_sent_to() -> None:
    url = checked_url("https://EXAMPLE.com/Hooks", AddressRules(), lambda *_: ["8.8.8.8"])
    assert url == "https://example.com/Hooks"


def test_a_new_secret_leaves_the_old_one_a_day() -> None:
    endpoint = new_endpoint(
        client_id="cl_1",
        url="https://example.com/",
        event_types=[EventType.FAILED],
        cities=[],
        at=NOW,
    )
    changed = with_new_secret(endpoint, at=NOW)
    assert changed.secret != endpoint.secret
    assert changed.previous_secret == endpoint.secret
    assert changed.previous_expires_at == NOW + timedelta(days=1)
    assert endpoint.event_types == {"pickup.failed"}
