"""What came of a customer's earlier pickups, and the points that adds up to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class PastKind(StrEnum):
    """How a booking of the customer ended."""

    COLLECTED = "collected"
    NO_SHOW = "no_show"
    LATE_CANCEL = "late_cancel"
    MISMATCH = "mismatch"
    EMPTY_BOX = "empty_box"


INCIDENTS = (PastKind.NO_SHOW, PastKind.LATE_CANCEL, PastKind.MISMATCH, PastKind.EMPTY_BOX)
"""Everything but a pickup as agreed."""


@dataclass(frozen=True, slots=True)
class Past:
    """One booking that ended: all that is known of a customer here.

    Attributes:
        kind: How.
        at: When.
    """

    kind: PastKind
    at: datetime


def recent(history: Iterable[Past], *, at: datetime, look_back_days: int) -> list[Past]:
    """What happened in the last ``look_back_days``, oldest first."""
    since = at - timedelta(days=look_back_days)
    counting = (one for one in history if since <= one.at <= at)
    return sorted(counting, key=lambda one: (one.at, one.kind))


def points_of(
    history: Iterable[Past], *, incident_points: Mapping[PastKind, int], forgiven_per_pickup: int
) -> int:
    """Points of a history given oldest first.

    An incident adds its points; a pickup as agreed takes away ``forgiven_per_pickup`` of what
    there is by then. Good days are not saved up for bad ones.
    """
    points = 0
    for one in history:
        if one.kind is PastKind.COLLECTED:
            points = max(0, points - forgiven_per_pickup)
        else:
            points += incident_points[one.kind]
    return points
