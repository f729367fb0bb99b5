"""What becomes of a delivery after an attempt. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from random import Random

GONE = 410
_DELIVERED = range(200, 300)


class Became(StrEnum):
    """What became of a delivery."""

    DELIVERED = "delivered"
    AGAIN = "again"
    GIVEN_UP = "given_up"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of a delivery after an attempt.

    Attributes:
        became: ``GONE`` ends everything that is to be sent to the endpoint.
        next_attempt_at: When it is tried again, if it is.
        status: HTTP status of the answer, if there was one.
        error: What went wrong, if something did.
    """

    became: Became
    next_attempt_at: datetime | None = None
    status: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RetryRules:
    """When a delivery is tried again.

    The waits are those the Standard Webhooks specification gives as an example: ten attempts in a
    little over three days.

    Attributes:
        waits_s: Seconds after the first, second, ... failed attempt; then it is given up.
        jitter: Each wait is longer by up to this share, drawn evenly.
        most_retry_after_s: As long a ``Retry-After`` is obeyed.
    """

    waits_s: tuple[int, ...] = (
        5,
        300,
        1_800,
        7_200,
        18_000,
        36_000,
        50_400,
        72_000,
        86_400,
    )
    jitter: float = 0.1
    most_retry_after_s: int = 86_400


def answered(
    rules: RetryRules,
    *,
    attempts: int,
    status: int,
    headers: Mapping[str, str],
    at: datetime,
    chance: Random,
) -> Outcome:
    """What becomes of a delivery that was answered.

    Args:
        rules: When to try again.
        attempts: How often it was tried, this attempt included.
        status: HTTP status.
        headers: Of the answer, by lower-case name.
        at: Now.
        chance: Draws the jitter.
    """
    if status in _DELIVERED:
        return Outcome(became=Became.DELIVERED, status=status)
    if status == GONE:
        error = "the endpoint answered 410 Gone"
        return Outcome(became=Became.GONE, status=status, error=error)
    asked_s = _retry_after_s(headers.get("retry-after"), at)
    least_s = min(asked_s, rules.most_retry_after_s)
    error = f"the endpoint answered {status}"
    return _again(rules, attempts, error, status, at=at, least_s=least_s, chance=chance)


def unanswered(
    rules: RetryRules, *, attempts: int, error: str, at: datetime, chance: Random
) -> Outcome:
    """What becomes of a delivery that got no answer, for the reason ``error``."""
    return _again(rules, attempts, error, None, at=at, least_s=0.0, chance=chance)


def _again(
    rules: RetryRules,
    attempts: int,
    error: str,
    status: int | None,
    *,
    at: datetime,
    least_s: float,
    chance: Random,
) -> Outcome:
    if attempts > len(rules.waits_s):
        error = f"{error}; given up after {attempts} attempts"
        return Outcome(became=Became.GIVEN_UP, status=status, error=error)
    wait_s = max(least_s, rules.waits_s[attempts - 1]) * (1 + rules.jitter * chance.random())
    next_attempt_at = at + timedelta(seconds=wait_s)
    return Outcome(became=Became.AGAIN, next_attempt_at=next_attempt_at, status=status, error=error)


def _retry_after_s(value: str | None, at: datetime) -> float:
    """Seconds that a ``Retry-After`` header asks for (RFC 9110, section 10.2.3); 0 if none."""
    if value is None:
        return 0.0
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - at).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return 0.0
