"""Reading webhooks: who sent this, and is it fresh?

Standard Webhooks, symmetric signatures (``v1``):
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any

from pydantic import AwareDatetime, ValidationError

from dispatch.client.errors import WebhookError
from dispatch.client.types import Received

TOLERANCE_S = 300
"""A webhook that was sent longer ago may be a recorded one that is played again."""

_PREFIX = "whsec_"


class WebhookEvent(Received):
    """What a webhook tells (a CloudEvent).

    Attributes:
        id: The same for every delivery of this event: remember it, and pass over what you had.
        type: Such as ``pickup.collected``.
        subject: The pickup.
        source: The city.
        time: When it happened.
        sequence: Compares as text in the order in which events happened.
        data: What is told.
    """

    id: str
    type: str
    subject: str
    source: str
    time: AwareDatetime
    sequence: str
    data: dict[str, Any]


def read_webhook(
    secret: str, headers: Mapping[str, str], body: bytes, *, now_s: float | None = None
) -> WebhookEvent:
    """The event of a webhook that was sent by whoever knows the secret, and just now.

    Args:
        secret: Of the endpoint, ``whsec_…``.
        headers: Of the request, in whatever case.
        body: Of the request, byte for byte.
        now_s: Seconds since 1970, if not by the system's clock.

    Raises:
        WebhookError: It was not, or it is no event.
    """
    known = {name.lower(): value for name, value in headers.items()}
    missing = [
        name
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
        if name not in known
    ]
    if missing:
        raise WebhookError(f"the header {missing[0]} is missing")
    timestamp = known["webhook-timestamp"]
    if not (timestamp.isascii() and timestamp.isdecimal()):
        raise WebhookError(f"webhook-timestamp {timestamp!r} is no number of seconds")
    apart_s = abs((time.time() if now_s is None else now_s) - int(timestamp))
    if apart_s > TOLERANCE_S:
        raise WebhookError(f"it was sent {apart_s:.0f} s from now; check your clock")
    signed = f"{known['webhook-id']}.{timestamp}.".encode() + body
    expected = hmac.digest(_key(secret), signed, hashlib.sha256)
    if not any(_matches(one, expected) for one in known["webhook-signature"].split(" ")):
        raise WebhookError("no signature is by this secret")
    try:
        return WebhookEvent.model_validate_json(body)
    except ValidationError as error:
        raise WebhookError(f"the body is no event: {error}") from error


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise WebhookError("the secret is not of the form whsec_ and base64") from error


def _matches(signature: str, expected: bytes) -> bool:
    version, _, encoded = signature.partition(",")
    if version != "v1":
        return False
    try:
        return hmac.compare_digest(base64.b64decode(encoded, validate=True), expected)
    except (binascii.Error, ValueError):
        return False
