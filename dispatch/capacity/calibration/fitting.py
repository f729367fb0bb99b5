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
from dispatch.capacity.staffing.service import Targets, mean_share
from dispatch.capacity.staffing.work import DayWork, Hours
from dispatch.capacity.validate.days import DaysFigures
from dispatch.domain.requests import PickupClass

Logs = npt.NDArray[np.float64]
C = TypeVar("C", bound=Curve)

# Of all constants: beyond these bounds the data say nothing.
_LEAST, _MOST = 0.01, 20.0
_LATE_STARTS = ((1.0, 0.5, 2.0), (4.0, 0.3, 3.0), (10.0, 0.2, 3.0))
_REACHING_STARTS = ((0.5, 2.0, 1.0), (0.3, 2.0, 1.0), (0.2, 4.0, 0.5))
_TURNED_STARTS = ((1.0, 1.0), (3.0, 0.7), (6.0, 0.5))
_MOST_TRIES = 60
_WORTH = 0.5
_FEWEST = 6
_LEAST_OF_TARGET = 0.25
_LAW_OFF = 0.1
_LAW_OFF_FARTHER = 0.3
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


@dataclass(frozen=True, slots=True)
class _Measure:
    """One share, as it is weighed against a law.

    Attributes:
        target: The share planned for.
        shares: Seen in each observation, shape (n,).
        errors: Their standard errors, shape (n,).
    """

    target: float
    shares: Logs
    errors: Logs

    def misses(self, guesses: Logs) -> Logs:
        """How far a law is from each share, in logarithms over what they may be off.

        Fleets are planned at the target, so that a law may be off the more the further away a
        share is; those far below the target are as good as one another.
        """
        least = _LEAST_OF_TARGET * self.target
        seen = np.maximum(self.shares, least)
        law = _LAW_OFF + _LAW_OFF_FARTHER * np.abs(np.log(seen / self.target))
        misses: Logs = np.log(np.maximum(guesses, least) / seen) / np.hypot(law, self.errors / seen)
        return misses


def fit(
    kind: PickupClass,
    observations: Sequence[Observation],
    targets: Targets,
    *,
    policy: str,
    fitted_on: date,
) -> Constants:
    """Constants that explain the observations best where fleets are planned.

    Args:
        kind: The class.
        observations: Of different cities and fleets, both too small and large enough.
        targets: Near which the constants are to be right.
        policy: That dispatched them.
        fitted_on: Today.

    Raises:
        CapacityError: There are fewer than six.
    """
    if len(observations) < _FEWEST:
        raise CapacityError(
            f"{len(observations)} observations cannot fix the constants; give {_FEWEST} or more"
        )
    turned = _turned(observations, 1 - targets.as_asked)
    late = _late(observations, 1 - targets.kept, turned.ways)
    errors = [mean_share(one.work, one.presence, late) - one.late for one in observations]
    # The kilometres matter for fleets that do their work.
    kept = sorted(observations, key=lambda one: one.late)[: math.ceil(len(observations) / 2)]
    return Constants(
        kind=kind,
        late=late,
        turned=turned,
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


def _turned(observations: Sequence[Observation], target: float) -> Excess:
    measure = _Measure(
        target,
        np.array([one.turned for one in observations]),
        np.array([one.figures.as_asked_error for one in observations]),
    )

    def curve(logs: Logs) -> Excess:
        ways, usable = np.exp(logs).tolist()
        return Excess(ways=ways, usable=usable)

    return _best(observations, measure, curve, _TURNED_STARTS)[0]


def _late(observations: Sequence[Observation], target: float, turned_ways: float) -> Decay:
    """With the drive across town only where it explains much.

    Its drives are then those of wishes: late promises of few large cities cannot tell both.
    """
    measure = _Measure(
        target,
        np.array([one.late for one in observations]),
        np.array([one.figures.kept_error for one in observations]),
    )

    def near(logs: Logs) -> Decay:
        ways, scale, power = np.exp(logs).tolist()
        return Decay(ways=ways, scale=scale, power=power, reach=0.0)

    def reaching(logs: Logs) -> Decay:
        scale, power, reach = np.exp(logs).tolist()
        return Decay(ways=turned_ways, scale=scale, power=power, reach=reach)

    simple, simple_cost = _best(observations, measure, near, _LATE_STARTS)
    across, across_cost = _best(observations, measure, reaching, _REACHING_STARTS)
    return across if across_cost < _WORTH * simple_cost else simple


def _best(
    observations: Sequence[Observation],
    measure: _Measure,
    curve: Callable[[Logs], C],
    starts: Sequence[Sequence[float]],
) -> tuple[C, float]:
    """The curve whose shares are nearest to those seen, from the best of several starts."""

    def misses(logs: Logs) -> Logs:
        guessed = curve(logs)
        return measure.misses(
            np.array([mean_share(one.work, one.presence, guessed) for one in observations])
        )

    bounds = (math.log(_LEAST), math.log(_MOST))
    fits = [
        least_squares(misses, np.log(start), bounds=bounds, max_nfev=_MOST_TRIES)
        for start in starts
    ]
    best = min(fits, key=lambda one: float(one.cost))
    return curve(best.x), float(best.cost)


def _bisected(curve: Callable[[float], C], one: Observation, share: float) -> C:
    """The curve of a rising family that gives one observation's share."""
    low, high = math.log(_LEAST / 4), math.log(_MOST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        guess = mean_share(one.work, one.presence, curve(math.exp(middle)))
        low, high = (middle, high) if guess < share else (low, middle)
    return curve(math.exp(high))
