"""What is known of demand where there is no history: a chain of ratios, each with its range.

Requests a day are the residents of the service area times the product of one chain. Only the
first ratio of parcels is published; the others are assumptions a planner should replace, reasoned
in ``docs/capacity.md``. Each range leaves out one case in ten on either side; the range of a
product follows from those of its factors as for independent log-normal errors, whose variances
add up.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.capacity.errors import CapacityError
from dispatch.capacity.needs import Level
from dispatch.domain.requests import PickupClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One factor: low and high leave out one case in ten each.

    Attributes:
        name: What it is.
        low: Above 0.
        expected: From low to high.
        high: Its upper end.
        source: Where it is published, or that it is an assumption.
    """

    name: str
    low: float
    expected: float
    high: float
    source: str

    def __post_init__(self) -> None:
        """Refuse ranges that make no sense.

        Raises:
            CapacityError: Not 0 < low <= expected <= high.
        """
        if not 0 < self.low <= self.expected <= self.high < math.inf:
            raise CapacityError(
                f"ratio '{self.name}': {self.low:g}, {self.expected:g}, {self.high:g} is no range; "
                "give low, expected and high in rising order, all above 0"
            )


_ASSUMED = "assumption"

RATIOS: Mapping[PickupClass, tuple[Ratio, ...]] = {
    PickupClass.PARCEL: (
        Ratio(
            name="parcels received per resident and day",
            low=0.34,
            expected=0.34,
            high=0.41,
            source="State Post Bureau: 124.3 parcels per head in 2024; 19 to 21 % more a year",
        ),
        Ratio(name="share sent back", low=0.07, expected=0.1, high=0.14, source=_ASSUMED),
        Ratio(name="share collected at the door", low=0.3, expected=0.4, high=0.5, source=_ASSUMED),
        Ratio(name="our share of these", low=0.0065, expected=0.0118, high=0.0215, source=_ASSUMED),
    ),
    PickupClass.BULKY: (
        Ratio(
            name="large goods bought online per resident and day",
            low=4e-4,
            expected=5.5e-4,
            high=7.5e-4,
            source=_ASSUMED,
        ),
        Ratio(name="share sent back", low=0.04, expected=0.06, high=0.09, source=_ASSUMED),
        Ratio(name="our share of these", low=0.21, expected=0.364, high=0.63, source=_ASSUMED),
    ),
}
"""By class, in the order they are multiplied."""


def requests_per_resident(ratios: tuple[Ratio, ...]) -> Mapping[Level, float]:
    """Requests per resident and day at each level."""
    expected = math.prod(ratio.expected for ratio in ratios)
    down = math.hypot(*(math.log(ratio.expected / ratio.low) for ratio in ratios))
    up = math.hypot(*(math.log(ratio.high / ratio.expected) for ratio in ratios))
    return {
        Level.LOW: expected * math.exp(-down),
        Level.EXPECTED: expected,
        Level.HIGH: expected * math.exp(up),
    }
