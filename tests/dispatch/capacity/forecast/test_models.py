"""Forecasts of daily counts, and the back-test that chooses between them."""

import numpy as np
import pytest

from dispatch.capacity.forecast.backtest import back_tests, best_model
from dispatch.capacity.forecast.models import exponential_smoothing, seasonal_mean

WEEK = np.array([110.0, 105.0, 100.0, 100.0, 100.0, 95.0, 60.0])


def test_a_week_like_all_others_is_forecast_as_it_is() -> None:
    counts = np.tile(WEEK, 5)
    assert seasonal_mean(counts, 10) == pytest.approx(np.resize(WEEK, 10))


def test_the_forecast_begins_with_the_weekday_after_the_last_one() -> None:
    counts = np.tile(WEEK, 5)[:-2]  # up to a Friday
    assert seasonal_mean(counts, 2) == pytest.approx([95, 60])


def test_only_the_last_four_weeks_count() -> None:
    counts = np.concatenate((np.tile(WEEK * 9, 3), np.tile(WEEK, 4)))
    assert seasonal_mean(counts, 7) == pytest.approx(WEEK)


def test_days_of_which_nothing_is_known_are_passed_over() -> None:
    counts = np.tile(WEEK, 5)
    counts[-7:] = np.nan
    assert seasonal_mean(counts, 7) == pytest.approx(WEEK)
    assert exponential_smoothing(counts, 7) == pytest.approx(WEEK, rel=0.02)


def test_growth_is_followed_by_smoothing_and_the_back_test_sees_it() -> None:
    days = np.arange(20 * 7)
    counts = np.tile(WEEK, 20) * 1.004**days
    tests = {test.model: test for test in back_tests(counts)}
    assert tests["seasonal mean"].bias_share < -0.05
    assert tests["exponential smoothing"].error_share < tests["seasonal mean"].error_share
    assert best_model(list(tests.values())) == "exponential smoothing"


def test_the_baseline_stays_where_nothing_beats_it() -> None:
    rng = np.random.default_rng(3)
    counts = rng.poisson(np.tile(WEEK, 12)).astype(float)
    tests = back_tests(counts)
    errors = {test.model: test.error_share for test in tests}
    assert best_model(tests) == min(errors, key=lambda name: errors[name])
    assert best_model([]) == "seasonal mean"


def test_the_error_is_that_of_days_the_model_did_not_see() -> None:
    counts = np.concatenate((np.tile(WEEK, 8), np.tile(WEEK * 2, 4)))
    (seasonal,) = (test for test in back_tests(counts) if test.model == "seasonal mean")
    # From the origin just before the rise all four weeks are forecast at half of what came.
    assert seasonal.bias_share < -0.3
    assert seasonal.week_sigma > 0.3


def test_a_short_history_is_not_tested() -> None:
    assert back_tests(np.tile(WEEK, 6)) == ()
