"""Constants of the capacity model, and where they come from.

A pickup takes its time at the door and some drives between nearest neighbours. How many promises
are broken and how many wishes are not met follows from the ratio of the time couriers have for
each pickup to that. The two times and the drive across town carry a city's size and density, so
that one set of constants serves all cities.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
import numpy.typing as npt

from dispatch.domain.requests import PickupClass

Values = npt.NDArray[np.float64]


class Curve(Protocol):
    """A share that falls with the time for a pickup."""

    @property
    def ways(self) -> float:
        """Drives between nearest neighbours a pickup takes."""
        ...

    def drive_s(self, near_s: Values, far_s: float) -> Values:
        """Drive to a pickup.

        Args:
            near_s: Drives between nearest neighbours, seconds.
            far_s: Drive between any two places of the city, seconds.
        """
        ...

    def shares(self, ratios: Values, far: float) -> Values:
        """The share at each ratio.

        Args:
            ratios: Courier time there is for each pickup over the time at the door and the drive,
                all above 0.
            far: Drive between any two places of the city over the length of a window, above 0.
        """
        ...

    def ratio(self, share: float, far: float) -> float:
        """The ratio at which the share is this one, above 0."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Decay:
    """A share that falls as a power: ``min((scale * far ** reach / ratio) ** power, 1)``.

    Attributes:
        ways: Nearest drives a pickup takes.
        scale: The ratio at which the share would be one, in a city a window's drive across.
        power: How fast the share falls.
        reach: How much the drive across town counts: who is free where nobody waits near by
            drives that far, while the window runs. 0 where it was not seen to count.
    """

    ways: float
    scale: float
    power: float
    reach: float

    def drive_s(self, near_s: Values, far_s: float) -> Values:
        """Drive to a pickup, seconds; where the drive across town counts, none is longer."""
        drive_s: Values = self.ways * near_s
        return np.minimum(drive_s, far_s) if self.reach else drive_s

    def shares(self, ratios: Values, far: float) -> Values:
        """The share at each ratio, of the same shape."""
        shares: Values = np.minimum((self._scale(far) / ratios) ** self.power, 1.0)
        return shares

    def ratio(self, share: float, far: float) -> float:
        """The ratio at which the share is this one, above 0."""
        return float(self._scale(far) * share ** (-1 / self.power))

    def _scale(self, far: float) -> float:
        return float(self.scale * far**self.reach)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """What there is no time for: ``max(1 - ratio / usable, 0)``, as in a system with losses.

    Attributes:
        ways: Nearest drives a pickup takes.
        usable: The ratio up to which something has to be turned away.
    """

    ways: float
    usable: float

    def drive_s(self, near_s: Values, far_s: float) -> Values:
        """Drive to a pickup, seconds; none is longer than one between any two places."""
        drive_s: Values = np.minimum(self.ways * near_s, far_s)
        return drive_s

    def shares(self, ratios: Values, far: float) -> Values:  # noqa: ARG002
        """The share at each ratio, of the same shape; the drive across town does not matter."""
        shares: Values = np.clip(1.0 - ratios / self.usable, 0.0, 1.0)
        return shares

    def ratio(self, share: float, far: float) -> float:  # noqa: ARG002
        """The ratio at which the share is this one, above 0."""
        return self.usable * (1.0 - share)


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
    turned: Excess
    busy: float
    evidence: Evidence
