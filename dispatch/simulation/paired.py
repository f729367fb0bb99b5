"""Differences between policies that met the same days.

Two policies that meet the same requests and the same chance (common random numbers) are compared
day by day: the differences vary much less than the figures do. See Law, Simulation Modeling and
Analysis, 5th edition, sections 10.2.1 and 11.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from scipy import stats

_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Difference:
    """Of one figure: the mean over days, and its 95 % interval by Student's t.

    Attributes:
        mean: Over the days on which both have the figure.
        low: Lower end of the interval; ``None`` for a single day.
        high: Upper end.
        days: How many.
    """

    mean: float
    low: float | None
    high: float | None
    days: int

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


def difference(pairs: Sequence[tuple[float | None, float | None]]) -> Difference | None:
    """The first of each pair less the second; ``None`` where no pair is whole."""
    known = [one - other for one, other in pairs if one is not None and other is not None]
    if not known:
        return None
    mean = fmean(known)
    if len(known) == 1:
        return Difference(mean, None, None, 1)
    half = float(stats.t.ppf((1 + _CONFIDENCE) / 2, len(known) - 1)) * stdev(known)
    half /= len(known) ** 0.5
    return Difference(mean, mean - half, mean + half, len(known))
