"""Demand from city facts: residents of the service area times the ratios."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from dispatch.capacity.errors import CapacityError
from dispatch.capacity.forecast.calendar import Peak, growth_factor, peak_factors
from dispatch.capacity.forecast.demand import WEEKDAYS, CityDemand
from dispatch.capacity.forecast.ratios import RATIOS, Ratio, requests_per_resident
from dispatch.capacity.forecast.wishes import usual_windows
from dispatch.capacity.needs import Level
from dispatch.domain.requests import PickupClass
from geo.cities import City, District
from geo.service_area import served_districts

RATIOS_OF = date(2024, 12, 31)
"""The end of the year the published ratio is of."""

# Returns are booked a little more at the beginning of the week; an assumption.
WEEKDAY_FACTORS = (1.08, 1.04, 1.0, 1.0, 1.0, 0.95, 0.93)


def demand_from_facts(
    city: City,
    kind: PickupClass,
    *,
    monday: date,
    growth_per_year: float,
    peaks: Sequence[Peak] = (),
    ratios: Mapping[PickupClass, tuple[Ratio, ...]] = RATIOS,
) -> CityDemand:
    """Demand of one week in a city without history.

    Args:
        city: With districts.
        kind: The class.
        monday: Begin of the week.
        growth_per_year: As 0.15 for 15 %, from the end of 2024 on.
        peaks: Sales in or before that week.
        ratios: What turns residents into requests.

    Raises:
        GeoError: `service_area.none`: no district is dense enough to be served.
        CapacityError: The day is no Monday, or the growth leaves nothing.
    """
    days = week_of(monday)
    districts = served_districts(city)
    residents = {one.name_zh: _urban_residents(one, city) for one in districts}
    per_resident = requests_per_resident(ratios[kind])
    grown = growth_factor(RATIOS_OF, monday, growth_per_year)
    mean = sum(residents.values()) * per_resident[Level.EXPECTED] * grown
    scale = len(WEEKDAYS) / sum(WEEKDAY_FACTORS)
    peak = peak_factors(days, peaks)
    return CityDemand(
        city=city.name,
        kind=kind,
        per_weekday=tuple(
            mean * scale * weekday * bump
            for weekday, bump in zip(WEEKDAY_FACTORS, peak, strict=True)
        ),
        factors={level: per_resident[level] / per_resident[Level.EXPECTED] for level in Level},
        windows=usual_windows(kind),
        zones={name: count / sum(residents.values()) for name, count in residents.items()},
        source=f"{sum(residents.values()) / 1e6:.2f} million urban residents served",
    )


def week_of(monday: date) -> list[date]:
    """The seven days from a Monday on.

    Raises:
        CapacityError: The day is no Monday.
    """
    if monday.weekday() != 0:
        raise CapacityError(
            f"{monday} is a {WEEKDAYS[monday.weekday()]}; give the Monday the week begins with"
        )
    return [monday + timedelta(days=number) for number in range(len(WEEKDAYS))]


def _urban_residents(district: District, city: City) -> float:
    share = city.urban_share if district.urban_share is None else district.urban_share
    return district.population * share
