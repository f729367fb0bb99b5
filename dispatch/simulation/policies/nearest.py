"""Nearest idle courier, the rule of most dispatching by hand.

While couriers are to spare, each pickup in turn gets the courier nearest to it; while they are
short, the shortest drive of all comes first. Turning round like this is the rule-based strategy of
Maciejewski, Bischoff and Nagel, "An Assignment-Based Approach to Efficient Real-Time City-Scale
Taxi Dispatching", IEEE Intelligent Systems 31(1), 2016.
"""

import numpy as np

from dispatch.domain.requests import PickupClass
from dispatch.live.decisions import Instructions
from dispatch.live.events import Event
from dispatch.live.tasks import Collect, Task
from dispatch.simulation.policies.simple import Pairs, Situation
from dispatch.simulation.policies.waiting import IntArray
from dispatch.simulation.policy import Briefing

_NEVER_S = np.iinfo(np.int64).max


class NearestIdle:
    """Sends the nearest free courier as soon as a pickup is ready."""

    def begin(self, briefing: Briefing) -> None:
        """Start a day."""
        self._situation = Situation(briefing)

    def observe(self, event: Event) -> None:
        """Take note of what has happened."""
        self._situation.observe(event)

    def decide(self, at: int) -> Instructions | None:
        """Send free couriers to pickups that are ready."""
        told: dict[str, tuple[Task, ...]] = self._situation.chores(at)
        for kind in PickupClass:
            pairs = self._situation.pairs(at, kind, told)
            for row, column in _nearest_first(pairs):
                told[pairs.couriers[row].courier.id] = (Collect(pairs.pickups[column].request.id),)
        return Instructions(told)


def _nearest_first(pairs: Pairs) -> list[tuple[int, int]]:
    drive_s: IntArray = np.where(pairs.allowed, pairs.drive_s, _NEVER_S)
    chosen = []
    to_spare = len(pairs.couriers) >= len(pairs.pickups)
    for turn in range(min(drive_s.shape)):
        column = turn if to_spare else int(drive_s.min(axis=0).argmin())
        row = int(drive_s[:, column].argmin())
        if drive_s[row, column] == _NEVER_S:
            if to_spare:
                continue
            break
        chosen.append((row, column))
        drive_s[row, :] = _NEVER_S
        drive_s[:, column] = _NEVER_S
    return chosen
