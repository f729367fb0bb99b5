"""Demand from city facts: ratios, growth, peaks."""

from datetime import date

import pytest

from dispatch.capacity.forecast.calendar import Peak, growth_factor, peak_factors
from dispatch.capacity.forecast.facts import demand_from_facts, week_of
from dispatch.capacity.forecast.ratios import RATIOS, Ratio, requests_per_resident
from dispatch.capacity.needs import Level
from dispatch.domain.requests import PickupClass
from geo.cities import City, find_city
from geo.errors import GeoError

MONDAY = date(2026, 8, 24)


def ratio(low: float, expected: float, high: float) -> Ratio:
    return Ratio(name="share", low=low, expected=expected, high=high, source="test")


def test_ranges_of_a_product_add_up_as_variances_do() -> None:
    levels = requests_per_resident((ratio(0.1, 0.2, 0.4), ratio(0.5, 1.0, 2.0)))
    assert levels[Level.EXPECTED] == pytest.approx(0.2)
    # Two factors of two each: 2 ** sqrt(2), not 4.
    assert levels[Level.HIGH] == pytest.approx(0.2 * 2**2**0.5)
    assert levels[Level.LOW] == pytest.approx(0.2 / 2**2**0.5)


@pytest.mark.parametrize("figures", [(-0.1, 0.2, 0.3), (0.3, 0.2, 0.4), (0.1, 0.2, 0.15)])
def test_ratios_that_are_no_range_are_refused(figures: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="'share'"):
        ratio(*figures)


def test_demand_is_residents_times_ratios() -> None:
    demand = demand_from_facts(
        find_city("xiamen"), PickupClass.PARCEL, monday=MONDAY, growth_per_year=0.0
    )
    residents = 3.62e6
    expected = requests_per_resident(RATIOS[PickupClass.PARCEL])[Level.EXPECTED]
    assert demand.per_day(Level.EXPECTED) == pytest.approx(residents * expected, rel=0.01)
    assert demand.per_day(Level.LOW) < demand.per_day(Level.EXPECTED) < demand.per_day(Level.HIGH)
    assert sum(demand.zones.values()) == pytest.approx(1)
    assert sum(window.share for window in demand.windows) == pytest.approx(1)


def test_growth_and_peaks_raise_demand() -> None:
    city = find_city("hangzhou")
    plain = demand_from_facts(city, PickupClass.BULKY, monday=MONDAY, growth_per_year=0.0)
    grown = demand_from_facts(city, PickupClass.BULKY, monday=MONDAY, growth_per_year=0.5)
    years = (MONDAY - date(2024, 12, 31)).days / 365.25
    assert grown.per_weekday[0] / plain.per_weekday[0] == pytest.approx(1.5**years)
    peak = Peak(on=date(2026, 8, 20), factor=2.0, lag_days=6, spread_days=1)
    sale = demand_from_facts(
        city, PickupClass.BULKY, monday=MONDAY, growth_per_year=0.0, peaks=[peak]
    )
    ratios = [a / b for a, b in zip(sale.per_weekday, plain.per_weekday, strict=True)]
    assert ratios[2] == pytest.approx(2.0)  # six days after the sale
    assert ratios[6] == pytest.approx(1.0, abs=0.01)


def test_a_peak_comes_with_its_lag_and_fades_to_both_sides() -> None:
    peak = Peak(on=date(2026, 11, 11), factor=1.8, lag_days=7, spread_days=3)
    before, highest, after = peak_factors(
        [date(2026, 11, 1), date(2026, 11, 18), date(2026, 11, 21)], [peak]
    )
    assert before == pytest.approx(1, abs=0.01)
    assert highest == pytest.approx(1.8)
    assert 1.4 < after < 1.5


@pytest.mark.parametrize(
    ("change", "named"),
    [({"factor": 0}, "factor"), ({"lag_days": -1}, "lag"), ({"spread_days": 0}, "spread")],
)
def test_absurd_peaks_are_refused(change: dict[str, float], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Peak(on=date(2026, 11, 11), **({"factor": 2.0} | change))


def test_weeks_begin_on_mondays() -> None:
    with pytest.raises(ValueError, match="2026-08-26 is a Wed"):
        week_of(date(2026, 8, 26))
    with pytest.raises(ValueError, match="-1"):
        growth_factor(MONDAY, MONDAY, -1)


def test_a_city_without_figures_is_refused() -> None:
    nowhere = City.elsewhere("Atlantis", centre_lon=120, centre_lat=30)
    with pytest.raises(GeoError, match="Atlantis"):
        demand_from_facts(nowhere, PickupClass.PARCEL, monday=MONDAY, growth_per_year=0.0)
