"""One attempt at one delivery."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

import httpcore

from dispatch.storage.deliveries import DueDelivery
from dispatch.storage.endpoints import Endpoint
from dispatch.versions import own_version
from dispatch.webhooks.addresses import (
    AddressRules,
    ForbiddenAddressError,
    Resolver,
    resolve,
    target_of,
)
from dispatch.webhooks.events import CONTENT_TYPE, body_of
from dispatch.webhooks.guarded import post
from dispatch.webhooks.retrying import Outcome, RetryRules, answered, unanswered
from dispatch.webhooks.signing import signature_headers

_MOST_ERROR_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """How deliveries are tried.

    Attributes:
        addresses: Which machines may be reached.
        retries: When to try again.
        timeout_s: Seconds for one attempt.
        tls: How certificates are judged.
        clock: Tells the time.
        chance: Draws the jitter.
        resolver: From names to addresses.
    """

    addresses: AddressRules
    retries: RetryRules
    timeout_s: float
    tls: ssl.SSLContext
    clock: Callable[[], datetime]
    chance: Random
    resolver: Resolver = resolve

    def make(self, due: DueDelivery) -> Outcome:
        """Tries a delivery once, and says what becomes of it. Raises nothing."""
        at = self.clock()
        body = body_of(due.event)
        headers = {
            "content-type": CONTENT_TYPE,
            "user-agent": f"pickup-dispatch/{own_version()}",
            **signature_headers(
                _secrets(due.endpoint, at),
                message_id=due.event.id,
                timestamp_s=int(at.timestamp()),
                body=body,
            ),
        }
        try:
            answer = post(
                target_of(due.endpoint.url),
                headers=headers,
                body=body,
                rules=self.addresses,
                tls=self.tls,
                timeout_s=self.timeout_s,
                resolver=self.resolver,
            )
        except (
            ForbiddenAddressError,
            httpcore.NetworkError,
            httpcore.TimeoutException,
            httpcore.ProtocolError,
        ) as error:
            return self.broken(due, error)
        return answered(
            self.retries,
            attempts=due.delivery.attempts,
            status=answer.status,
            headers=answer.headers,
            at=self.clock(),
            chance=self.chance,
        )

    def broken(self, due: DueDelivery, error: Exception) -> Outcome:
        """What becomes of a delivery that could not even be tried."""
        return unanswered(
            self.retries,
            attempts=due.delivery.attempts,
            error=_in_words(error),
            at=self.clock(),
            chance=self.chance,
        )


def _secrets(endpoint: Endpoint, at: datetime) -> list[str]:
    """The secret, and the one before it while that is still good."""
    old, until = endpoint.previous_secret, endpoint.previous_expires_at
    return [endpoint.secret, *([old] if old and until and at < until else [])]


def _in_words(error: Exception) -> str:
    if isinstance(error, httpcore.TimeoutException):
        return "the endpoint took too long"
    return (str(error) or type(error).__name__)[:_MOST_ERROR_LENGTH]
