"""Differences day by day."""

import pytest

from dispatch.simulation.paired import difference


def test_the_interval_is_that_of_student() -> None:
    found = difference([(3.0, 1.0), (5.0, 2.0), (8.0, 4.0)])
    assert found is not None
    assert (found.mean, found.days) == (3.0, 3)
    # Deviation 1, t of two degrees of freedom 4.3027.
    assert found.low == pytest.approx(3 - 4.3027 / 3**0.5, abs=1e-4)
    assert found.high == pytest.approx(3 + 4.3027 / 3**0.5, abs=1e-4)
    assert found.is_clear


def test_a_difference_that_may_be_none_is_not_clear() -> None:
    found = difference([(1.0, 2.0), (2.0, 1.0), (1.0, 1.0)])
    assert found is not None
    assert not found.is_clear


def test_days_without_the_figure_and_single_days() -> None:
    assert difference([(None, 1.0)]) is None
    single = difference([(None, 1.0), (4.0, 1.0)])
    assert single is not None
    assert (single.mean, single.low, single.is_clear) == (3.0, None, False)
