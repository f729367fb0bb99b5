"""Forecasts of daily counts: a seasonal mean, and exponential smoothing to beat it."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]
Model = Callable[[Counts, int], Counts]

WEEK = 7
_WEEKS = 4
_LEAST_WEEKS = 3


def seasonal_mean(counts: Counts, horizon: int) -> Counts:
    """Mean of the same weekday in the last four weeks of which anything is known.

    Args:
        counts: Of the days up to now, shape (n,), at least one week; not a number where nothing
            is known.
        horizon: Days to forecast.
    """
    means = np.array([_recent_mean(counts[::-1][back::WEEK]) for back in range(WEEK)])
    known = means[~np.isnan(means)]
    means = np.where(np.isnan(means), known.mean() if len(known) else 0.0, means)
    # The day after the last one has the weekday of six days before it.
    ahead = (WEEK - 1 - np.arange(horizon)) % WEEK
    forecast: Counts = means[ahead]
    return forecast


def _recent_mean(newest_first: Counts) -> float:
    known = newest_first[~np.isnan(newest_first)][:_WEEKS]
    return float(known.mean()) if len(known) else np.nan


def exponential_smoothing(counts: Counts, horizon: int) -> Counts:
    """Level, damped trend and weekday by exponential smoothing (Holt and Winters), additive.

    The state space model ETS(A, Ad, A) of Hyndman, Koehler, Ord and Snyder, *Forecasting with
    Exponential Smoothing*, 2008, as statsmodels fits it. Days of which nothing is known are filled
    by the seasonal mean; series too short for it get the seasonal mean altogether.

    Args:
        counts: As of `seasonal_mean`.
        horizon: Days to forecast.
    """
    if len(counts) < _LEAST_WEEKS * WEEK:
        return seasonal_mean(counts, horizon)
    # Here, since it takes a second to import that most commands do not need.
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    usual = np.resize(seasonal_mean(counts, WEEK), len(counts) + WEEK)
    usual = usual[(-len(counts)) % WEEK :][: len(counts)]
    filled = np.where(np.isnan(counts), usual, counts)
    model = ETSModel(
        filled,
        error="add",
        trend="add",
        damped_trend=True,
        seasonal="add",
        seasonal_periods=WEEK,
        initialization_method="heuristic",
    )
    # A search that ended early is judged by the back-test like any other.
    fitted = model.fit(disp=False, warn_convergence=False)
    forecast: Counts = np.maximum(fitted.forecast(horizon), 0.0)
    return forecast


MODELS: Mapping[str, Model] = {
    "seasonal mean": seasonal_mean,
    "exponential smoothing": exponential_smoothing,
}
"""By name; the first one is the baseline."""

BASELINE = next(iter(MODELS))
