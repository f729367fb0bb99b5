"""Fitting the constants on simulated days, and correcting them by one city's."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from dispatch.capacity.errors import CapacityError
from dispatch.capacity.staffing.constants import Constants, Curve, Decay, Evidence, Excess
from dispatch.capacity.staffing.service import mean_share
from dispatch.capacity.staffing.work import DayWork, Hours
from dispatch.capacity.validate.days import DaysFigures
from dispatch.domain.requests import PickupClass

Logs = npt.NDArray[np.float64]
C = TypeVar("C", bound=Curve)

# Of all constants: beyond these bounds the data say nothing.
_LEAST, _MOST = 0.01, 20.0
_SIMPLE_STARTS = ((1.0, 0.5, 2.0), (4.0, 0.3, 3.0), (10.0, 0.2, 3.0))
_TURNED_STARTS = ((1.0, 1.0), (3.0, 0.7), (6.0, 0.5))
_MOST_TRIES = 60
_WORTH = 0.5
_FEWEST = 6
_LEAST_SHARE = 0.01
_HALVINGS = 50


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """Simulated days of one city, class and roster.

    Attributes:
        city: Name.
        days: How many.
        work: What was to be done.
        presence: Couriers at work in each hour, shape (24,).
        figures: What happened.
    """

    city: str
    days: int
    work: DayWork
    presence: Hours
    figures: DaysFigures

    @property
    def late(self) -> float:
        """Share of promises not kept."""
        return 1 - self.figures.kept

    @property
    def turned(self) -> float:
        """Share of requests not promised in a window asked for."""
        return 1 - self.figures.as_asked

    @property
    def busy(self) -> float:
        """Work over time at work."""
        return min(self.figures.work_h / float(self.presence.sum()), 1.0)


def fit(
    kind: PickupClass, observations: Sequence[Observation], *, policy: str, fitted_on: date
) -> Constants:
    """Constants that explain the observations best.

    Residuals count as those of rare events: their variance is in proportion to the share.

    Args:
        kind: The class.
        observations: Of different cities and fleets, both too small and large enough.
        policy: That dispatched them.
        fitted_on: Today.

    Raises:
        CapacityError: There are fewer than six.
    """
    if len(observations) < _FEWEST:
        raise CapacityError(
            f"{len(observations)} observations cannot fix the constants; give {_FEWEST} or more"
        )
    late = _late(observations)
    errors = [mean_share(one.work, one.presence, late) - one.late for one in observations]
    # The kilometres matter for fleets that do their work.
    kept = sorted(observations, key=lambda one: one.late)[: math.ceil(len(observations) / 2)]
    return Constants(
        kind=kind,
        late=late,
        turned=_fit(observations, lambda one: one.turned, _excess, _TURNED_STARTS),
        busy=float(np.mean([one.busy for one in kept])),
        evidence=Evidence(
            fitted_on=fitted_on,
            policy=policy,
            cities=tuple(dict.fromkeys(one.city for one in observations)),
            days=sum(one.days for one in observations),
            error_points=100 * float(np.sqrt(np.mean(np.square(errors)))),
        ),
    )


def corrected(constants: Constants, one: Observation, *, today: date) -> Constants:
    """The constants with scale and usable time moved so that they predict one city's days.

    The others stay: one fleet tells nothing of them.
    """
    late, turned = constants.late, constants.turned
    return replace(
        constants,
        late=_bisected(
            lambda scale: replace(late, scale=scale),
            one,
            max(one.late, 0.5 / max(one.figures.due, 1)),
        ),
        turned=_bisected(
            lambda usable: replace(turned, usable=usable),
            one,
            max(one.turned, 0.5 / max(one.figures.asked, 1)),
        ),
        busy=max(one.busy, 0.01),
        evidence=replace(
            constants.evidence,
            fitted_on=today,
            cities=(one.city,),
            days=one.days,
            error_points=0.0,
        ),
    )


def _late(observations: Sequence[Observation]) -> Decay:
    """With the drive across town only where it explains much: days of three cities tell little."""
    simple = _fit(observations, _late_share, lambda logs: _decay(logs, 0.0), _SIMPLE_STARTS)
    reaching = _fit(
        observations,
        _late_share,
        lambda logs: _decay(logs[:3], math.exp(logs[3])),
        [(*start, 1.0) for start in _SIMPLE_STARTS],
    )
    worth = _cost(observations, _late_share, reaching) < _WORTH * _cost(
        observations, _late_share, simple
    )
    return reaching if worth else simple


def _late_share(one: Observation) -> float:
    return one.late


def _fit(
    observations: Sequence[Observation],
    share_of: Callable[[Observation], float],
    curve: Callable[[Logs], C],
    starts: Sequence[Sequence[float]],
) -> C:
    """The curve whose shares are nearest to those observed, from the best of several starts."""

    def residuals(logs: Logs) -> Logs:
        return _misses(observations, share_of, curve(logs))

    bounds = (math.log(_LEAST), math.log(_MOST))
    fits = [
        least_squares(residuals, np.log(start), bounds=bounds, max_nfev=_MOST_TRIES)
        for start in starts
    ]
    return curve(min(fits, key=lambda one: float(one.cost)).x)


def _misses(
    observations: Sequence[Observation], share_of: Callable[[Observation], float], curve: Curve
) -> Logs:
    shares = np.array([share_of(one) for one in observations])
    guesses = np.array([mean_share(one.work, one.presence, curve) for one in observations])
    misses: Logs = (guesses - shares) / np.sqrt(np.maximum(shares, _LEAST_SHARE))
    return misses


def _cost(
    observations: Sequence[Observation], share_of: Callable[[Observation], float], curve: Curve
) -> float:
    return float(np.square(_misses(observations, share_of, curve)).sum())


def _decay(logs: Logs, reach: float) -> Decay:
    ways, scale, power = np.exp(logs).tolist()
    return Decay(ways=ways, scale=scale, power=power, reach=reach)


def _excess(logs: Logs) -> Excess:
    ways, usable = np.exp(logs).tolist()
    return Excess(ways=ways, usable=usable)


def _bisected(curve: Callable[[float], C], one: Observation, share: float) -> C:
    """The curve of a rising family that gives one observation's share."""
    low, high = math.log(_LEAST / 4), math.log(_MOST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        guess = mean_share(one.work, one.presence, curve(math.exp(middle)))
        low, high = (middle, high) if guess < share else (low, middle)
    return curve(math.exp(high))
