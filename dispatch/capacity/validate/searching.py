"""The smallest fleet with which simulated days reach the targets.

Chance lets a fleet do worse than one that is a courier smaller. So the shares of all fleets tried
are made monotone by pooling neighbours that contradict each other (isotonic regression; Barlow,
Bartholomew, Bremner and Brunk, *Statistical Inference under Order Restrictions*, 1972), and the
smallest fleet is the smallest one whose monotone shares reach both targets.

Fleets are tried as the shift planner makes them, for more and fewer couriers than predicted. From
the prediction on, steps of an eighth go down while the targets are reached, or up until they
are; then the gap is halved until it is one courier or one in fifty.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.optimize import isotonic_regression

from dispatch.capacity.plan import DayPlan
from dispatch.capacity.staffing.service import Targets
from dispatch.capacity.validate.days import DaysFigures, StaffedDays
from dispatch.capacity.validate.runs import DayRuns

_STEP = 1.125
_MOST_SCALE = 8.0
_LEAST_SCALE = 0.05
_CLOSE = 1.02
_DRAWS = 200
_SEED = 8

Counts = npt.NDArray[np.float64]


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

    @property
    def smallest_error(self) -> float:
        """Standard error of the smallest fleet, couriers, by the bootstrap over days.

        All fleets have the same days, so that whole days are drawn (Efron, "Bootstrap methods:
        another look at the jackknife", Annals of Statistics 7(1), 1979). Fleets beyond those
        tried are not told apart: near the ends it is too small.
        """
        scales = sorted(self.tried)
        fleets = np.array([self.tried[scale][0].roster.couriers for scale in scales], dtype=float)
        days = _by_day([self.tried[scale][1] for scale in scales])
        count = days.shape[2]
        rng = np.random.default_rng(_SEED)
        draws = rng.integers(count, size=(_DRAWS, count))
        found = [_crossing(fleets, days[:, :, draw].sum(axis=2), self.targets) for draw in draws]
        # Means of few days vary less among draws than among samples.
        return float(np.std(found)) * math.sqrt(count / max(count - 1, 1))

    def _border(self) -> tuple[float | None, float | None]:
        """The smallest scale that reaches the targets, and the greatest one below it."""
        scales = sorted(self.tried)
        shares = _monotone(_by_day([self.tried[scale][1] for scale in scales]).sum(axis=2))
        enough = (shares >= _wanted(self.targets)[:, None]).all(axis=0)
        first = int(enough.argmax()) if enough.any() else len(scales)
        return (
            scales[first] if first < len(scales) else None,
            scales[first - 1] if first > 0 else None,
        )


def _by_day(figures: Sequence[DaysFigures]) -> Counts:
    """Kept, due, as asked and asked, of each fleet on each day, shape (4, fleets, days)."""
    return np.array(
        [
            [[getattr(day, name) for day in one.days] for one in figures]
            for name in ("kept", "due", "as_asked", "asked")
        ],
        dtype=np.float64,
    )


def _monotone(totals: Counts) -> Counts:
    """Shares kept and as asked of fleets of rising size, shape (2, fleets)."""
    pairs = (totals[:2], totals[2:])
    return np.array(
        [
            isotonic_regression(parts / np.maximum(wholes, 1), weights=np.maximum(wholes, 1)).x
            for parts, wholes in pairs
        ]
    )


def _wanted(targets: Targets) -> Counts:
    return np.array([targets.kept, targets.as_asked])


def _crossing(fleets: Counts, totals: Counts, targets: Targets) -> float:
    """Couriers, not rounded, with which both shares reach their targets; between those tried."""
    needed = []
    for shares, wanted in zip(_monotone(totals), _wanted(targets), strict=True):
        first = int((shares >= wanted).argmax()) if shares[-1] >= wanted else len(fleets) - 1
        if first == 0 or shares[-1] < wanted:
            needed.append(fleets[first])
            continue
        part = (wanted - shares[first - 1]) / (shares[first] - shares[first - 1])
        needed.append(fleets[first - 1] + part * (fleets[first] - fleets[first - 1]))
    return float(max(needed))


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
