"""Batch matching: at every tick, free couriers and ready pickups are assigned all at once.

The assignment is the cheapest one by drive and slack (scipy's ``linear_sum_assignment``). Batching
and matching is how ride-hailing platforms assign drivers. Where there are more pickups than
couriers, the weight on slack decides which of them wait.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from dispatch.domain.requests import PickupClass
from dispatch.live.decisions import Instructions
from dispatch.live.events import Event, Ticked
from dispatch.live.tasks import Collect, Task
from dispatch.simulation.policies.simple import Pairs, Situation
from dispatch.simulation.policy import Briefing

_SLACK_WEIGHT = 0.2
"""Seconds of driving that a second of slack is worth."""

_FORBIDDEN = 1e9


class BatchMatching:
    """Matches free couriers with ready pickups at every tick."""

    def begin(self, briefing: Briefing) -> None:
        """Start a day."""
        self._situation = Situation(briefing)
        self._ticked = False

    def observe(self, event: Event) -> None:
        """Take note of what has happened."""
        self._ticked |= isinstance(event, Ticked)
        self._situation.observe(event)

    def decide(self, at: int) -> Instructions | None:
        """Match, if the clock has ticked."""
        if not self._ticked:
            return None
        self._ticked = False
        told: dict[str, tuple[Task, ...]] = self._situation.chores(at)
        for kind in PickupClass:
            pairs = self._situation.pairs(at, kind, told)
            for row, column in _cheapest(at, pairs):
                told[pairs.couriers[row].courier.id] = (Collect(pairs.pickups[column].request.id),)
        return Instructions(told)


def _cheapest(at: int, pairs: Pairs) -> list[tuple[int, int]]:
    if not pairs.allowed.any():
        return []
    ends_s = np.array([pickup.end_s for pickup in pairs.pickups])
    slack_s = np.maximum(ends_s[None, :] - at - pairs.drive_s, 0)
    cost = np.where(pairs.allowed, pairs.drive_s + _SLACK_WEIGHT * slack_s, _FORBIDDEN)
    rows, columns = linear_sum_assignment(cost)
    return [
        (row, column)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        if pairs.allowed[row, column]
    ]
