from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.webhooks.retrying import Became, Outcome, RetryRules, answered, unanswered

NOW = datetime(2026, 11, 11, 4, tzinfo=UTC)
RULES = RetryRules(waits_s=(10, 100), jitter=0.1, most_retry_after_s=1_000)


def after(status: int, *, attempts: int = 1, retry_after: str | None = None) -> Outcome:
    return answered(
        RULES,
        attempts=attempts,
        status=status,
        headers={} if retry_after is None else {"retry-after": retry_after},
        at=NOW,
        chance=Random(1),
    )


def waited_s(outcome: Outcome) -> float:
    assert outcome.became is Became.AGAIN
    assert outcome.next_attempt_at is not None
    return (outcome.next_attempt_at - NOW).total_seconds()


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_two_hundreds_are_delivered(status: int) -> None:
    assert after(status) == Outcome(became=Became.DELIVERED, status=status)


@pytest.mark.parametrize("status", [301, 307, 400, 404, 429, 500, 503])
def test_everything_else_is_tried_again(status: int) -> None:
    outcome = after(status)
    assert 10 <= waited_s(outcome) <= 11
    assert (outcome.status, outcome.error) == (status, f"the endpoint answered {status}")


def test_gone_ends_the_endpoint() -> None:
    assert after(410).became is Became.GONE


def test_waits_grow_and_come_to_an_end() -> None:
    assert 100 <= waited_s(after(500, attempts=2)) <= 110
    outcome = after(500, attempts=3)
    assert (outcome.became, outcome.next_attempt_at) == (Became.GIVEN_UP, None)
    assert outcome.error == "the endpoint answered 500; given up after 3 attempts"


def test_no_answer_is_tried_again_too() -> None:
    outcome = unanswered(RULES, attempts=1, error="refused", at=NOW, chance=Random(1))
    assert 10 <= waited_s(outcome) <= 11
    assert outcome.error == "refused"


def test_a_retry_after_is_obeyed_within_bounds() -> None:
    assert 60 <= waited_s(after(503, retry_after="60")) <= 66
    assert 1_000 <= waited_s(after(503, retry_after="99999999")) <= 1_100
    assert 10 <= waited_s(after(503, retry_after="1")) <= 11
    moment = format_datetime(NOW + timedelta(seconds=90), usegmt=True)
    assert 90 <= waited_s(after(429, retry_after=moment)) <= 99


@pytest.mark.parametrize(
    "value", ["soon", "-5", "Wed, 99 Foo", "", "1e9", "Wed, 11 Nov 2026 04:00:00"]
)
def test_a_retry_after_that_makes_no_sense_is_passed_over(value: str) -> None:
    assert 10 <= waited_s(after(503, retry_after=value)) <= 11


def test_the_usual_waits_span_three_days_in_ten_attempts() -> None:
    waits_s = RetryRules().waits_s
    assert len(waits_s) + 1 == 10
    assert 3 <= sum(waits_s) / 86_400 < 3.5


@given(st.integers(100, 599), st.integers(1, 3), st.one_of(st.none(), st.text(max_size=40)))
def test_whatever_is_answered_has_an_outcome(
    status: int, attempts: int, retry_after: str | None
) -> None:
    outcome = after(status, attempts=attempts, retry_after=retry_after)
    assert (outcome.next_attempt_at is not None) == (outcome.became is Became.AGAIN)
    if outcome.next_attempt_at is not None:
        assert 10 <= (outcome.next_attempt_at - NOW).total_seconds() <= 1_100
