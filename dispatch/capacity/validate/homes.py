"""Where the couriers of compared fleets live: each fleet has the homes of all smaller ones.

Fleets that differ by one courier must not differ in all homes too, or chance hides what the one
courier is worth. Homes are those of the greedy median: each next one brings the mean distance of
people to the nearest home down most (Cornuejols, Fisher and Nemhauser, "Location of bank accounts
to optimize float", Management Science 23(8), 1977). Each home has a number of its own drawn for
its place in the order of shifts, and for whether its courier starts at a hub.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dispatch.domain.requests import PickupClass
from dispatch.sampling.fleet import HUB_BASED
from dispatch.sampling.population import Population, Xy
from dispatch.simulation.streams import stream

_PEOPLE = 2_048


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """Of one class of couriers in one city, in the order in which fleets grow.

    Attributes:
        lonlat: WGS84 longitude first, shape (n, 2).
        shift_order: Numbers by which couriers are put in the order of shifts, shape (n,).
        from_hub: Whether the courier starts and ends at the hub nearest to home, shape (n,).
    """

    lonlat: Xy
    shift_order: npt.NDArray[np.float64]
    from_hub: npt.NDArray[np.bool_]

    def of_fleet(self, size: int) -> tuple[Xy, npt.NDArray[np.bool_]]:
        """Homes of a fleet in the order of its shifts, and who starts at a hub."""
        order = np.argsort(self.shift_order[:size], kind="stable")
        return self.lonlat[order], self.from_hub[order]


def homes_of(population: Population, kind: PickupClass, size: int) -> Homes:
    """Homes for fleets of up to ``size`` couriers; the same for the same city and class."""
    city = population.city
    rng = stream(0, "capacity", "homes", city.name, kind)
    people = population.draw(max(_PEOPLE, size), rng)
    lots = rng.random((len(people), 2))
    chosen = greedy_medians(city.projection.to_xy(people), size)
    return Homes(
        lonlat=people[chosen],
        shift_order=lots[:size, 0],
        from_hub=lots[:size, 1] < HUB_BASED[kind],
    )


def greedy_medians(places_m: Xy, count: int) -> list[int]:
    """Rows of ``count`` places, each next one bringing the mean distance down most."""
    apart_m = np.linalg.norm(places_m[:, None] - places_m[None], axis=2).astype(np.float32)
    left_m = np.full(len(places_m), apart_m.max(), dtype=np.float32)
    chosen: list[int] = []
    for _ in range(count):
        best = int(np.minimum(apart_m, left_m).sum(axis=1).argmin())
        chosen.append(best)
        left_m = np.minimum(left_m, apart_m[best])
    return chosen
