"""One decision about one customer, with everything that went into it in words."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.standing.history import INCIDENTS, Past, PastKind, points_of, recent
from dispatch.standing.rules import StandingRules, Step


class ReasonCode(StrEnum):
    """What a reason is about."""

    TIER = "tier"
    INCIDENTS = "incidents"
    LIMITED = "limited"
    TOO_MANY_OPEN = "too_many_open"
    """The only no; the others tell how the limits came about."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that went into a decision.

    Attributes:
        code: Stable name.
        text: In words, with the figures.
    """

    code: ReasonCode
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether a customer may take one more place.

    Attributes:
        allowed: Whether it may.
        tier: The tier it was decided by.
        points: Of the incidents that still count.
        most_open: Open bookings the customer may have.
        rank: 0 to 9; the higher goes first.
        reasons: Everything that counted, in the order it was looked at.
    """

    allowed: bool
    tier: str
    points: int
    most_open: int
    rank: int
    reasons: tuple[Reason, ...]


def decide(
    rules: StandingRules,
    *,
    tier: str | None,
    history: Iterable[Past],
    open_bookings: int,
    at: datetime,
) -> Decision:
    """Decide whether a customer may take one more place, and why.

    Args:
        rules: Of the city.
        tier: As the caller gives it; ``None`` is the usual tier.
        history: Ended bookings of the customer, in any order.
        open_bookings: Bookings and holds the customer has open, without the one asked for.
        at: Now.

    Raises:
        StandingError: There is no tier of that name.
    """
    name = rules.usual_tier if tier is None else tier
    start = rules.tier(name)
    past = recent(history, at=at, look_back_days=rules.look_back_days)
    points = points_of(
        past,
        incident_points=rules.incident_points,
        forgiven_per_pickup=rules.forgiven_per_pickup,
    )
    step = _step(rules, points)
    most_open = min(start.most_open, step.most_open) if step else start.most_open
    rank = max(0, start.rank - step.rank_down) if step else start.rank
    reasons = [
        Reason(
            ReasonCode.TIER,
            f"tier {name}: {_bookings(start.most_open)} may be open, rank {start.rank}",
        )
    ]
    if any(one.kind in INCIDENTS for one in past):
        reasons.append(Reason(ReasonCode.INCIDENTS, _incidents(past, points, rules)))
    if step:
        reasons.append(
            Reason(
                ReasonCode.LIMITED,
                f"from {step.from_points} points on: {_bookings(most_open)} may be open, "
                f"rank {rank}",
            )
        )
    if open_bookings >= most_open:
        text = f"{_bookings(open_bookings)} open, {most_open} allowed"
        reasons.append(Reason(ReasonCode.TOO_MANY_OPEN, text))
    return Decision(
        allowed=open_bookings < most_open,
        tier=name,
        points=points,
        most_open=most_open,
        rank=rank,
        reasons=tuple(reasons),
    )


def _step(rules: StandingRules, points: int) -> Step | None:
    return next((step for step in reversed(rules.steps) if points >= step.from_points), None)


def _incidents(past: list[Past], points: int, rules: StandingRules) -> str:
    counts = Counter(one.kind for one in past)
    listed = ", ".join(
        f"{counts[kind]} x {kind.value.replace('_', ' ')}" for kind in INCIDENTS if counts[kind]
    )
    agreed = counts[PastKind.COLLECTED]
    return (
        f"{listed} and {agreed} collected as agreed in the last {rules.look_back_days} days: "
        f"{points} points"
    )


def _bookings(count: int) -> str:
    return f"{count} booking" if count == 1 else f"{count} bookings"
