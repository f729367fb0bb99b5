"""The demand of one class in one city, whatever it was reckoned from."""

from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.capacity.needs import Level
from dispatch.domain.requests import PickupClass

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class WindowShare:
    """Share of a day's requests that ask for one window, seconds since midnight."""

    start_s: int
    end_s: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CityDemand:
    """Requests of one class in one city, in a week to come.

    Attributes:
        city: English name in the catalogue.
        kind: The class.
        per_weekday: Mean requests from Monday to Sunday at the expected level, seven of them.
        factors: Of each level over the expected one, which has 1.
        windows: What is asked for; the shares add up to 1.
        zones: Share of the requests by zone; they add up to 1.
        source: What the figures come from, in a few words.
    """

    city: str
    kind: PickupClass
    per_weekday: tuple[float, ...]
    factors: Mapping[Level, float]
    windows: tuple[WindowShare, ...]
    zones: Mapping[str, float]
    source: str

    def requests(self, level: Level) -> tuple[float, ...]:
        """Mean requests from Monday to Sunday at one level."""
        return tuple(count * self.factors[level] for count in self.per_weekday)

    def per_day(self, level: Level) -> float:
        """Mean over the week."""
        return sum(self.requests(level)) / len(WEEKDAYS)
