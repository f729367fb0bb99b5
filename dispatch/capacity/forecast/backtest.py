"""Back-tests: what a model would have forecast from the past, against what came.

The origin rolls back week by week; from each origin the model forecasts the same number of days.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dispatch.capacity.forecast.models import BASELINE, MODELS, WEEK, Counts, Model

HORIZON_DAYS = 28
_MOST_ORIGINS = 4
_LEAST_HISTORY_DAYS = 28
TENTH = 1.2816
"""Standard deviations between the middle of a normal distribution and its tenth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """How one model did on days held out.

    Attributes:
        model: Its name.
        days: Days forecast, over all origins.
        origins: From how many days in the past.
        error_share: Sum of absolute errors of daily counts over their sum (WAPE).
        bias_share: Sum of forecasts less counts, over the sum of counts.
        week_sigma: Standard deviation of the logarithm of a week's count over its forecast.
    """

    model: str
    days: int
    origins: int
    error_share: float
    bias_share: float
    week_sigma: float


def back_tests(counts: Counts) -> tuple[BackTest, ...]:
    """Back-tests of all models; none where the history is too short."""
    tests = (_back_test(name, model, counts) for name, model in MODELS.items())
    return tuple(test for test in tests if test is not None)


def best_model(tests: Sequence[BackTest]) -> str:
    """The model of the least error; the baseline where none is better or nothing was tested."""
    baseline = [test for test in tests if test.model == BASELINE]
    return min([*baseline, *tests], key=lambda test: test.error_share).model if tests else BASELINE


def _back_test(name: str, model: Model, counts: Counts) -> BackTest | None:
    last = len(counts) - HORIZON_DAYS
    origins = range(last, max(_LEAST_HISTORY_DAYS, last - _MOST_ORIGINS * WEEK + 1) - 1, -WEEK)
    actual, forecast, ratios = [], [], []
    for origin in origins:
        came = counts[origin : origin + HORIZON_DAYS]
        expected = model(counts[:origin], HORIZON_DAYS)
        known = ~np.isnan(came)
        actual.append(came[known])
        forecast.append(expected[known])
        for week in range(0, HORIZON_DAYS, WEEK):
            days = known[week : week + WEEK]
            total = came[week : week + WEEK][days].sum()
            guess = expected[week : week + WEEK][days].sum()
            if total > 0 and guess > 0:
                ratios.append(np.log(total / guess))
    total = sum(came.sum() for came in actual)
    if not total:
        return None
    errors = np.concatenate(forecast) - np.concatenate(actual)
    return BackTest(
        model=name,
        days=len(errors),
        origins=len(origins),
        error_share=float(np.abs(errors).sum() / total),
        bias_share=float(errors.sum() / total),
        week_sigma=float(np.sqrt(np.mean(np.square(ratios)))) if ratios else 0.0,
    )
