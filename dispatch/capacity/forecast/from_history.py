"""Demand of a week to come, from the history of a city and class."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from dispatch.capacity.errors import CapacityError
from dispatch.capacity.forecast.backtest import (
    HORIZON_DAYS,
    TENTH,
    BackTest,
    back_tests,
    best_model,
)
from dispatch.capacity.forecast.calendar import Peak, growth_factor, peak_factors
from dispatch.capacity.forecast.demand import WEEKDAYS, CityDemand
from dispatch.capacity.forecast.facts import week_of
from dispatch.capacity.forecast.history import History
from dispatch.capacity.forecast.models import MODELS
from dispatch.capacity.needs import Level

UNTESTED_SIGMA = 0.25
"""Of the logarithm of a week's count over its forecast, where the history is too short to test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryForecast:
    """A forecast with what speaks for it.

    Attributes:
        demand: Of the week asked for.
        model: Name of the model that made it.
        tests: Of all models; empty where the history is too short.
    """

    demand: CityDemand
    model: str
    tests: tuple[BackTest, ...]


class ForecastError(CapacityError):
    """A forecast that cannot be made."""


def forecast_week(
    history: History, *, monday: date, growth_per_year: float, peaks: Sequence[Peak] = ()
) -> HistoryForecast:
    """Demand of one week.

    Peaks are divided out of the history and multiplied into the forecast. The model that did best
    on days held out forecasts the next four weeks; beyond them its last week grows at the yearly
    rate, and uncertainty with the square root of the time ahead.

    Args:
        history: Of at least one week.
        monday: Begin of the week, after the last day of the history.
        growth_per_year: As 0.15 for 15 %.
        peaks: Sales in the history and up to the week.

    Raises:
        ForecastError: The history is too short or does not end before the week.
        CapacityError: The day is no Monday.
    """
    week = week_of(monday)
    last = history.days[-1]
    whose = f"{history.city}, {history.kind.value}"
    if len(history.counts) < len(WEEKDAYS):
        raise ForecastError(
            f"{whose}: the history has {len(history.counts)} days; give at least a week"
        )
    if monday <= last:
        raise ForecastError(
            f"{whose}: the history goes on to {last}, so the week of {monday} is no forecast; "
            f"give a later week"
        )
    usual = history.counts / np.array(peak_factors(history.days, peaks))
    tests = back_tests(usual)
    name = best_model(tests)
    ahead = MODELS[name](usual, HORIZON_DAYS)
    bumps = peak_factors(week, peaks)
    # Beyond the horizon the same weekdays of its last week, grown.
    reached = last + timedelta(days=HORIZON_DAYS)
    counts = []
    for day, bump in zip(week, bumps, strict=True):
        number = (day - last).days - 1
        beyond = max(number - HORIZON_DAYS, -1) // len(WEEKDAYS) + 1
        grown = growth_factor(reached, max(day, reached), growth_per_year)
        counts.append(float(ahead[number - beyond * len(WEEKDAYS)]) * grown * bump)
    sigma = next((test.week_sigma for test in tests if test.model == name), UNTESTED_SIGMA)
    sigma *= math.sqrt(max(1.0, (week[-1] - last).days / HORIZON_DAYS))
    demand = CityDemand(
        city=history.city,
        kind=history.kind,
        per_weekday=tuple(counts),
        factors={
            Level.LOW: math.exp(-TENTH * sigma),
            Level.EXPECTED: 1.0,
            Level.HIGH: math.exp(TENTH * sigma),
        },
        windows=history.windows,
        zones=history.zones,
        source=f"{len(history.counts)} days up to {last}, by {name}",
    )
    return HistoryForecast(demand=demand, model=name, tests=tests)
