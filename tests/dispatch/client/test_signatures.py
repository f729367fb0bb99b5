import json
from datetime import UTC, datetime

import pytest

from dispatch.client import WebhookError, read_webhook
from dispatch.storage.outbox import OutboxEvent
from dispatch.webhooks.events import body_of
from dispatch.webhooks.signing import new_secret, signature_headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SENT_S = 1_794_000_000
BODY = body_of(
    OutboxEvent(
        seq=7,
        id="ev_1",
        client_id="cl_1",
        city="wuhan",
        type="pickup.collected",
        subject="pk_1",
        data={"weight_g": 900},
        occurred_at=datetime(2026, 11, 11, 4, tzinfo=UTC),
        fanned_out_at=None,
    )
)


def signed(*secrets: str, body: bytes = BODY) -> dict[str, str]:
    return signature_headers(secrets or [SECRET], message_id="ev_1", timestamp_s=SENT_S, body=body)


def test_what_the_service_sends_is_read() -> None:
    event = read_webhook(SECRET, signed(), BODY, now_s=SENT_S + 3)
    assert (event.type, event.subject, event.data) == (
        "pickup.collected",
        "pk_1",
        {"weight_g": 900},
    )
    assert event.time == datetime(2026, 11, 11, 4, tzinfo=UTC)


def test_either_secret_counts_while_it_is_changed() -> None:
    headers = {name.upper(): value for name, value in signed(new_secret(), SECRET).items()}
    assert read_webhook(SECRET, headers, BODY, now_s=SENT_S).id == "ev_1"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"webhook-signature": "v1,AAAA"}, "no signature is by this secret"),
        ({"webhook-signature": "v1,not base64"}, "no signature"),
        ({"webhook-signature": "v1a,AAAA"}, "no signature"),
        ({"webhook-signature": ""}, "no signature"),
        ({"webhook-id": "ev_2"}, "no signature"),
        ({"webhook-timestamp": str(SENT_S + 1)}, "no signature"),
        ({"webhook-timestamp": "now"}, "no number of seconds"),
        ({"webhook-timestamp": "-1"}, "no number of seconds"),
    ],
)
def test_what_was_changed_on_the_way_is_refused(changed: dict[str, str], told: str) -> None:
    with pytest.raises(WebhookError, match=told):
        read_webhook(SECRET, signed() | changed, BODY, now_s=SENT_S)


def test_another_body_or_secret_is_refused() -> None:
    with pytest.raises(WebhookError, match="no signature"):
        read_webhook(SECRET, signed(), BODY + b" ", now_s=SENT_S)
    with pytest.raises(WebhookError, match="no signature"):
        read_webhook(new_secret(), signed(), BODY, now_s=SENT_S)


@pytest.mark.parametrize("apart_s", [-301, 301])
def test_a_recorded_webhook_played_again_is_refused(apart_s: int) -> None:
    assert read_webhook(SECRET, signed(), BODY, now_s=SENT_S + 300).id == "ev_1"
    with pytest.raises(WebhookError, match="301 s from now"):
        read_webhook(SECRET, signed(), BODY, now_s=SENT_S + apart_s)


def test_what_is_missing_or_no_event_is_told() -> None:
    with pytest.raises(WebhookError, match="webhook-signature is missing"):
        read_webhook(SECRET, {"webhook-id": "1", "webhook-timestamp": "1"}, BODY)
    body = json.dumps({"id": "ev_1"}).encode()
    with pytest.raises(WebhookError, match="no event"):
        read_webhook(SECRET, signed(body=body), body, now_s=SENT_S)
    with pytest.raises(WebhookError, match="whsec_ and base64"):
        read_webhook("whsec_!", signed(), BODY, now_s=SENT_S)
