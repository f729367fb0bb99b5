"""From work and couriers to the share of promises kept, and back.

Pickups wait until a courier has time for them. With more pickups waiting there is more to choose
from, so that drives get shorter until the couriers keep up; with fewer couriers more wait, and
some beyond their window. How many are late, and how many cannot be promised what they ask for,
follows from the time there is for each pickup by laws whose constants are fitted on simulated days
(`dispatch.capacity.staffing.constants`).

That time varies by chance: in a window with n pickups on average, a Poisson number is asked for,
and the square root of n in the need for couriers is its safety (square-root staffing; Kolesar and
Green, "Insights on service system design from a normal approximation to Erlang's delay formula",
Production and Operations Management 7(3), 1998). The shares are means over that number.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import pdtrik

from dispatch.capacity.errors import CapacityError
from dispatch.capacity.staffing.constants import Constants, Curve
from dispatch.capacity.staffing.work import HOUR_S, HOURS, DayWork, Hours

WINDOW_H = 2
_WINDOW_S = WINDOW_H * HOUR_S
_QUANTILES = (np.arange(9) + 0.5) / 9
_FEWEST = 0.5
_LEAST_RATIO = 0.01
_HALVINGS = 30
_WIDER = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What is to be reached.

    Attributes:
        kept: Share of promises kept.
        as_asked: Share of requests promised in a window asked for.
    """

    kept: float = 0.98
    as_asked: float = 0.9

    def __post_init__(self) -> None:
        """Refuse shares that cannot be.

        Raises:
            CapacityError: Naming the share.
        """
        for name, share in (("kept", self.kept), ("as_asked", self.as_asked)):
            if not 0 < share < 1:
                raise CapacityError(f"target {name} must lie between 0 and 1, not {share:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What couriers make of a day's demand.

    Attributes:
        kept: Share of promises kept.
        as_asked: Share of requests promised in a window asked for.
    """

    kept: float
    as_asked: float


def service_of(work: DayWork, couriers: Hours, constants: Constants) -> Service:
    """Predict a day.

    Args:
        work: Of the day.
        couriers: On shift in each hour, breaks taken off, shape (24,).
        constants: Of the class.
    """
    return Service(
        kept=1 - mean_share(work, couriers, constants.late),
        as_asked=1 - mean_share(work, couriers, constants.turned),
    )


def mean_share(work: DayWork, couriers: Hours, curve: Curve) -> float:
    """Mean of a share over the day's pickups."""
    total = work.pickups.sum()
    if not total:
        return 0.0
    return float((_hourly_share(work, _counts(work), couriers, curve) * work.pickups).sum() / total)


def needed_couriers(work: DayWork, constants: Constants, targets: Targets) -> Hours:
    """Couriers needed at work in each hour to reach both targets in that hour, shape (24,)."""
    late = _needed(work, constants.late, 1 - targets.kept)
    turned = _needed(work, constants.turned, 1 - targets.as_asked)
    needed: Hours = np.maximum(late, turned)
    return needed


def _needed(work: DayWork, curve: Curve, share: float) -> Hours:
    """Fewest couriers, not rounded, with which the share in no hour is greater."""
    counts = _counts(work)
    low = np.zeros(HOURS)
    high = work.couriers(curve.ways) * curve.ratio(share, work.far_s / _WINDOW_S)
    while (short := _hourly_share(work, counts, high, curve) > share).any():
        high = np.where(short, high * _WIDER, high)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        enough = _hourly_share(work, counts, middle, curve) <= share
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high


def _counts(work: DayWork) -> Hours:
    """Pickups an hour by quantiles of the Poisson number in a window, for busy hours, (m, 9)."""
    mean = work.pickups[work.pickups > 0, None] * WINDOW_H
    counts: Hours = np.maximum(np.ceil(pdtrik(_QUANTILES, mean)), _FEWEST) / WINDOW_H
    return counts


def _hourly_share(work: DayWork, counts: Hours, couriers: Hours, curve: Curve) -> Hours:
    """The share in each hour, a mean over the Poisson number of pickups, shape (24,)."""
    busy = work.pickups > 0
    # Among more pickups the nearest is nearer.
    near_s = work.near_s[busy, None] * np.sqrt(work.pickups[busy, None] / counts)
    there_s = couriers[busy, None] * HOUR_S / counts
    ratios = there_s / (work.door_s + curve.drive_s(near_s, work.far_s))
    shares = curve.shares(np.maximum(ratios, _LEAST_RATIO), work.far_s / _WINDOW_S)
    result = np.zeros(HOURS)
    result[busy] = (shares * counts).sum(axis=1) / counts.sum(axis=1)
    return result
