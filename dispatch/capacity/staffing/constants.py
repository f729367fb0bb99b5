"""Constants of the capacity model, and where they come from.

A pickup takes its time at the door and some drives between nearest neighbours. The more time
couriers have for each pickup than that, the smaller the share of promises not kept: it falls as a
power of the ratio. The two times carry a city's size and density, so that one set of constants
serves all cities.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from dispatch.domain.requests import PickupClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Decay:
    """A share that falls with the time for a pickup: ``min((scale / ratio) ** power, 1)``.

    The ratio is the courier time there is for each pickup over the time at the door and ``ways``
    drives between nearest neighbours.

    Attributes:
        ways: Such drives a pickup takes.
        scale: The ratio at which the share would be one.
        power: How fast it falls.
    """

    ways: float
    scale: float
    power: float

    def shares(self, ratios: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The share at each ratio, all above 0; of the same shape."""
        shares: npt.NDArray[np.float64] = np.minimum((self.scale / ratios) ** self.power, 1.0)
        return shares

    def ratio(self, share: float) -> float:
        """The ratio at which the share is this one, above 0."""
        return float(self.scale * share ** (-1 / self.power))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What constants were fitted on.

    Attributes:
        fitted_on: The day.
        policy: That dispatched the simulated days.
        cities: Names, in order.
        days: Simulated days in all.
        error_points: Root of the mean square of predicted less simulated share of promises kept,
            in percentage points.
    """

    fitted_on: date
    policy: str
    cities: tuple[str, ...]
    days: int
    error_points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Constants:
    """Of one class under one policy.

    Attributes:
        kind: The class.
        late: Share of promises not kept.
        turned: Share of requests not promised in a window asked for.
        busy: Share of the time on shift spent driving, at doors and unloading.
        evidence: What they were fitted on.
    """

    kind: PickupClass
    late: Decay
    turned: Decay
    busy: float
    evidence: Evidence
