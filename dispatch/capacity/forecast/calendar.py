"""What moves demand from one week to another: growth, and peaks that come with a lag.

On 11 November the State Post Bureau counted 1.5 (2024) to 2 times (2020) the deliveries of a
usual day. Returns come after the deliveries; by how many days, and how spread out, is not
published: lag and spread are assumptions.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dispatch.capacity.errors import CapacityError

_YEAR_DAYS = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """Days on which more is asked for than usual.

    Attributes:
        on: The day of the sale.
        factor: Demand on the highest day over that of a usual one.
        lag_days: Days from the sale to the highest day of returns.
        spread_days: Standard deviation of the bump around that day.
    """

    on: date
    factor: float
    lag_days: float = 7.0
    spread_days: float = 3.0

    def __post_init__(self) -> None:
        """Refuse figures that make no sense.

        Raises:
            CapacityError: Naming the figure.
        """
        if not 0 < self.factor < 100:
            raise CapacityError(
                f"peak on {self.on}: factor {self.factor:g} is not between 0 and 100"
            )
        if not 0 <= self.lag_days <= 60:
            raise CapacityError(f"peak on {self.on}: lag of {self.lag_days:g} days is not 0 to 60")
        if not 0 < self.spread_days <= 60:
            raise CapacityError(
                f"peak on {self.on}: spread of {self.spread_days:g} days is not above 0, up to 60"
            )

    def at(self, day: date) -> float:
        """Factor of one day, 1 far from the peak."""
        away = ((day - self.on).days - self.lag_days) / self.spread_days
        return 1 + (self.factor - 1) * math.exp(-(away**2) / 2)


def peak_factors(days: Sequence[date], peaks: Iterable[Peak]) -> list[float]:
    """Product of all peaks on each day."""
    known = tuple(peaks)
    return [math.prod(peak.at(day) for peak in known) for day in days]


def growth_factor(since: date, until: date, per_year: float) -> float:
    """Growth between two days at a yearly rate, as 0.15 for 15 %.

    Raises:
        CapacityError: The rate is -1 or less.
    """
    if per_year <= -1:
        raise CapacityError(f"growth of {per_year:g} a year leaves nothing; give more than -1")
    return float((1 + per_year) ** ((until - since).days / _YEAR_DAYS))
