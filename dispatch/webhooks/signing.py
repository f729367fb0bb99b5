"""Signatures by the Standard Webhooks specification, symmetric (``v1``).

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

_PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    """A random secret of 256 bits, ``whsec_`` and base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signature_headers(
    signing_secrets: Iterable[str], *, message_id: str, timestamp_s: int, body: bytes
) -> dict[str, str]:
    """The three headers of a delivery.

    Args:
        signing_secrets: Of the endpoint; while a secret is changed, the new one and the old one.
        message_id: The same at every attempt.
        timestamp_s: Of this attempt, seconds since 1970.
        body: The bytes that are sent.
    """
    signed = f"{message_id}.{timestamp_s}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(_signature(secret, signed) for secret in signing_secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
