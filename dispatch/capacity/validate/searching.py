"""The smallest fleet with which simulated days reach the targets.

Chance lets a fleet do worse than one that is a courier smaller. So the shares of all fleets tried
are made monotone by pooling neighbours that contradict each other (isotonic regression; Barlow,
Bartholomew, Bremner and Brunk, *Statistical Inference under Order Restrictions*, 1972), and the
smallest fleet is the smallest one whose monotone shares reach both targets.

Fleets are tried as the shift planner makes them, for more and fewer couriers than predicted. From
the prediction on, steps of an eighth go down while the targets are reached, or up until they
are; then the gap is halved until it is one courier or one in fifty.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from scipy.optimize import isotonic_regression

from dispatch.capacity.plan import DayPlan
from dispatch.capacity.staffing.service import Targets
from dispatch.capacity.validate.days import DaysFigures, StaffedDays
from dispatch.capacity.validate.runs import DayRuns

_STEP = 1.125
_MOST_SCALE = 8.0
_LEAST_SCALE = 0.05
_CLOSE = 1.02


@dataclass(slots=True, kw_only=True)
class FleetSearch:
    """The search in one city and class.

    Attributes:
        plan: Shifts for a scale of the couriers needed.
        days: Simulated days for a plan.
        start: Scale of the prediction.
        targets: To be reached.
        tried: Fleets by scale, with their figures.
    """

    plan: Callable[[float], DayPlan]
    days: Callable[[DayPlan], StaffedDays]
    start: float
    targets: Targets
    tried: dict[float, tuple[DayPlan, DaysFigures]] = field(default_factory=dict)

    def next(self) -> float | None:
        """The next scale to try; nothing once the smallest fleet is known or out of reach."""
        if not self.tried:
            return self.start
        reaches, fails = self._border()
        if reaches is None:
            up = max(self.tried) * _STEP
            return up if up <= _MOST_SCALE else None
        if fails is None:
            down = reaches / _STEP
            return down if down >= _LEAST_SCALE else None
        few, many = self.tried[fails][0].roster, self.tried[reaches][0].roster
        if reaches / fails < _CLOSE or many.couriers - few.couriers <= 1:
            return None
        return (fails + reaches) / 2

    @property
    def smallest(self) -> tuple[DayPlan, DaysFigures] | None:
        """The smallest fleet that reached the targets; none if none did."""
        reaches, _ = self._border()
        return None if reaches is None else self.tried[reaches]

    def _border(self) -> tuple[float | None, float | None]:
        """The smallest scale that reaches the targets, and the greatest one below it."""
        scales = sorted(self.tried)
        figures = [self.tried[scale][1] for scale in scales]
        kept = isotonic_regression(
            [one.kept for one in figures], weights=[one.due for one in figures]
        ).x
        as_asked = isotonic_regression(
            [one.as_asked for one in figures], weights=[one.asked for one in figures]
        ).x
        enough = (kept >= self.targets.kept) & (as_asked >= self.targets.as_asked)
        first = int(enough.argmax()) if enough.any() else len(scales)
        return (
            scales[first] if first < len(scales) else None,
            scales[first - 1] if first > 0 else None,
        )


def search_fleets(searches: Sequence[FleetSearch], runs: DayRuns) -> None:
    """Take all searches to their ends, a step of each at a time, so that all cores have work."""
    while True:
        asked: Mapping[int, tuple[float, DayPlan]] = {
            number: (scale, search.plan(scale))
            for number, search in enumerate(searches)
            if (scale := search.next()) is not None
        }
        if not asked:
            return
        wanted = {number: searches[number].days(plan) for number, (_, plan) in asked.items()}
        figures = runs.figures(wanted.values())
        for number, (scale, plan) in asked.items():
            searches[number].tried[scale] = (plan, figures[wanted[number]])
