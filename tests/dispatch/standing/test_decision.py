from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.standing import (
    DEFAULT_RULES,
    INCIDENTS,
    Decision,
    Past,
    PastKind,
    ReasonCode,
    StandingError,
    decide,
)

NOW = datetime(2026, 11, 11, 4, tzinfo=UTC)


def ago(kind: PastKind, days: int) -> Past:
    return Past(kind, NOW - timedelta(days=days))


def decided(
    *history: Past,
    tier: str | None = "regular",
    open_bookings: int = 0,
) -> Decision:
    return decide(
        DEFAULT_RULES,
        tier=tier,
        history=history,
        open_bookings=open_bookings,
        at=NOW,
    )


def codes(decision: Decision) -> list[ReasonCode]:
    return [reason.code for reason in decision.reasons]


def test_a_clean_customer_has_what_its_tier_gives() -> None:
    decision = decided()
    assert (decision.allowed, decision.most_open, decision.rank) == (True, 4, 4)
    assert codes(decision) == [ReasonCode.TIER]
    assert decision.reasons[0].text == "tier regular: 4 bookings may be open, rank 4"


def test_who_has_no_tier_is_of_the_usual_one() -> None:
    assert decided(tier=None).tier == "new"


def test_an_unknown_tier_is_refused_with_the_known_ones() -> None:
    with pytest.raises(StandingError, match="'gold' is no known tier; give one of: new, regular"):
        decided(tier="gold")


def test_the_last_open_booking_is_allowed_and_no_more() -> None:
    assert decided(open_bookings=3).allowed
    refused = decided(open_bookings=4)
    assert not refused.allowed
    assert refused.reasons[-1].text == "4 bookings open, 4 allowed"


def test_a_no_show_lowers_limit_and_rank_and_says_so() -> None:
    decision = decided(ago(PastKind.NO_SHOW, 3), ago(PastKind.COLLECTED, 9))
    assert (decision.points, decision.most_open, decision.rank) == (3, 2, 3)
    assert codes(decision) == [ReasonCode.TIER, ReasonCode.INCIDENTS, ReasonCode.LIMITED]
    assert "1 x no show and 1 collected as agreed in the last 180 days: 3 points" in (
        decision.reasons[1].text
    )


def test_pickups_as_agreed_since_then_forgive() -> None:
    history = [ago(PastKind.NO_SHOW, 30), *(ago(PastKind.COLLECTED, day) for day in (20, 10, 5))]
    decision = decided(*history)
    assert (decision.points, decision.most_open) == (0, 4)


def test_pickups_as_agreed_are_not_saved_up_for_incidents_to_come() -> None:
    history = [*(ago(PastKind.COLLECTED, day) for day in (40, 30, 20)), ago(PastKind.NO_SHOW, 1)]
    assert decided(*history).points == 3


def test_what_is_long_ago_or_in_the_future_does_not_count() -> None:
    decision = decided(ago(PastKind.EMPTY_BOX, 181), ago(PastKind.EMPTY_BOX, -1))
    assert (decision.points, codes(decision)) == (0, [ReasonCode.TIER])


def test_two_empty_boxes_end_it_until_they_are_forgotten() -> None:
    decision = decided(ago(PastKind.EMPTY_BOX, 2), ago(PastKind.EMPTY_BOX, 1))
    assert not decision.allowed
    assert decision.most_open == 0


def test_the_last_places_go_to_higher_ranks() -> None:
    least = [DEFAULT_RULES.reserve(full) for full in (84, 85, 94, 95, 100)]
    assert [None if one is None else one.least_rank for one in least] == [None, 2, 2, 4, 4]


HISTORIES = st.lists(st.builds(ago, st.sampled_from(PastKind), st.integers(-5, 400)), max_size=12)


@given(HISTORIES, st.sampled_from([None, *DEFAULT_RULES.tiers]), st.integers(0, 12))
def test_a_decision_follows_from_its_reasons(
    history: list[Past], tier: str | None, open_bookings: int
) -> None:
    decision = decided(*history, tier=tier, open_bookings=open_bookings)
    start = DEFAULT_RULES.tiers[decision.tier]
    assert decision.allowed == (open_bookings < decision.most_open)
    assert decision.most_open <= start.most_open
    assert 0 <= decision.rank <= start.rank
    limited = (decision.most_open, decision.rank) != (start.most_open, start.rank)
    assert not limited or ReasonCode.LIMITED in codes(decision)


@given(HISTORIES, st.sampled_from(INCIDENTS), st.integers(0, 400))
def test_one_more_incident_never_helps(history: list[Past], kind: PastKind, days: int) -> None:
    before = decided(*history)
    after = decided(*history, ago(kind, days))
    assert after.points >= before.points
    assert after.most_open <= before.most_open
    assert after.rank <= before.rank


@given(HISTORIES)
def test_the_order_it_is_told_in_does_not_matter(history: list[Past]) -> None:
    assert decided(*history) == decided(*reversed(history))
