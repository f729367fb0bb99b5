"""What staffing knows of a city beside its demand."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dispatch.capacity.staffing.spread import Spread, spread_of
from dispatch.capacity.staffing.work import VEHICLE_OF, mean_door_s
from dispatch.domain.city import CitySettings
from dispatch.domain.requests import PickupClass
from dispatch.sampling.fleet import HUB_BASED
from dispatch.sampling.population import Population
from dispatch.simulation.city import Demand, sampled_city
from dispatch.simulation.streams import stream

_REQUESTS = 4_000
_BULKY_SHARE = 0.5
_PLACES = 2_048


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """A city as simulated days have it.

    Attributes:
        settings: Speeds, detours and service times.
        spread: How near to each other requests are.
        door_s: Mean seconds at a door by class, set-up included.
        middle_m: Mean straight distance of people from their middle.
    """

    settings: CitySettings
    spread: Spread
    door_s: Mapping[PickupClass, float]
    middle_m: float

    def home_h(self, kind: PickupClass, hubs: int) -> float:
        """Hours of the way home at the end of a shift, mean over those with a hub and without.

        With so many hubs each serves that part of the area.
        """
        vehicle = self.settings.vehicle_classes[VEHICLE_OF[kind]]
        kmh = sum(vehicle.speeds_kmh) / len(vehicle.speeds_kmh)
        way_h = self.middle_m / 1_000 * vehicle.detour / kmh / math.sqrt(hubs)
        return HUB_BASED[kind] * way_h


@lru_cache(maxsize=64)
def town_of(city: str) -> Town:
    """The town of a catalogue city.

    Raises:
        GeoError: There is no such city.
    """
    simulated = sampled_city(city, couriers=0, vans=0, requests=_REQUESTS, bulky_share=_BULKY_SHARE)
    if not isinstance(simulated.demand, Demand):
        raise TypeError("a sampled city draws its requests anew each day")
    population = simulated.demand.population
    return Town(
        settings=simulated.settings,
        spread=spread_of(population),
        door_s={
            kind: mean_door_s(
                [one for one in simulated.expected if one.pickup_class is kind], simulated.settings
            )
            for kind in PickupClass
        },
        middle_m=_middle_m(population),
    )


def _middle_m(population: Population) -> float:
    city = population.city
    rng = stream(0, "capacity", "middle", city.name)
    places_m = city.projection.to_xy(population.draw(_PLACES, rng))
    return float(np.linalg.norm(places_m - np.median(places_m, axis=0), axis=1).mean())
