"""What staffing knows of a city beside its demand."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from dispatch.capacity.staffing.spread import Spread, spread_of
from dispatch.capacity.staffing.work import mean_door_s
from dispatch.domain.city import CitySettings
from dispatch.domain.requests import PickupClass
from dispatch.simulation.city import Demand, sampled_city

_REQUESTS = 4_000
_BULKY_SHARE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """A city as simulated days have it.

    Attributes:
        settings: Speeds, detours and service times.
        spread: How near to each other requests are.
        door_s: Mean seconds at a door by class, set-up included.
    """

    settings: CitySettings
    spread: Spread
    door_s: Mapping[PickupClass, float]


@lru_cache(maxsize=64)
def town_of(city: str) -> Town:
    """The town of a catalogue city.

    Raises:
        GeoError: There is no such city.
    """
    simulated = sampled_city(city, couriers=0, vans=0, requests=_REQUESTS, bulky_share=_BULKY_SHARE)
    if not isinstance(simulated.demand, Demand):
        raise TypeError("a sampled city draws its requests anew each day")
    return Town(
        settings=simulated.settings,
        spread=spread_of(simulated.demand.population),
        door_s={
            kind: mean_door_s(
                [one for one in simulated.expected if one.pickup_class is kind], simulated.settings
            )
            for kind in PickupClass
        },
    )
