"""The cities, and the days that are simulated in each."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dispatch.capacity.forecast.demand import CityDemand
from dispatch.capacity.forecast.facts import demand_from_facts
from dispatch.capacity.needs import Level
from dispatch.capacity.plan import DayPlan, plan_day
from dispatch.capacity.staffing.constants import Constants
from dispatch.capacity.staffing.service import Targets
from dispatch.capacity.staffing.shift_rules import RULES
from dispatch.capacity.staffing.town import town_of
from dispatch.capacity.validate.days import StaffedDays, staffed_days
from dispatch.domain.requests import PickupClass
from geo.cities import City, find_city, load_cities
from geo.service_area import served_districts

FITTED = ("Fuzhou", "Kunming", "Chengdu")
EARLIER = ("Nanjing", "Jinhua", "Xiamen", "Hangzhou")
_LOOKED_AT = ("Dalian", "Wuxi")
"""Simulated while laws were compared, in no table."""

_GROUPS = 3
_WEEK = date(2026, 8, 24)
_GROWTH = 0.1
_FEWEST_DAYS = 4
_PARCELS_TO_BULKY = 3

Key = tuple[str, PickupClass]


def untried_cities() -> tuple[str, ...]:
    """Three cities for the test, very different in size and density, by a rule.

    Of the cities that were never simulated while the model was made, in thirds by residents
    served: the densest of the small ones, the median of the middle ones by density, and the
    thinnest of the large ones.
    """
    tried = {find_city(name).name for name in FITTED + EARLIER + _LOOKED_AT}
    left = sorted((city for city in load_cities() if city.name not in tried), key=_residents)
    size = len(left) // _GROUPS
    small, middle, large = (
        sorted(left[first : first + size], key=_density) for first in range(0, _GROUPS * size, size)
    )
    return small[-1].name, middle[size // 2].name, large[0].name


def _residents(city: City) -> int:
    return sum(district.population for district in served_districts(city))


def _density(city: City) -> float:
    return _residents(city) / sum(district.area_km2 for district in served_districts(city))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One city and class at its expected demand on a mean day."""

    demand: CityDemand
    policy: str
    seeds: tuple[int, ...]

    def plan(self, constants: Constants, targets: Targets, scale: float) -> DayPlan:
        """Shifts for a scale of the couriers needed."""
        return plan_day(
            self.demand,
            self.demand.per_day(Level.EXPECTED),
            town=town_of(self.demand.city),
            constants=constants,
            targets=targets,
            rules=RULES[self.demand.kind],
            scale=scale,
        )

    def days(self, plan: DayPlan) -> StaffedDays:
        """Days with these shifts."""
        return staffed_days(
            plan.roster,
            city=self.demand.city,
            kind=self.demand.kind,
            requests=plan.requests,
            policy=self.policy,
            seeds=self.seeds,
        )


def cases_of(cities: tuple[str, ...], policy: str, parcels: int) -> Mapping[Key, Case]:
    """Both classes in some cities.

    Args:
        cities: Their names.
        policy: That dispatches.
        parcels: To be asked for on the days of each fleet, and a third as many bulky pieces.
    """
    return {
        (city, kind): _case(city, kind, policy, parcels) for kind in PickupClass for city in cities
    }


def _case(city: str, kind: PickupClass, policy: str, parcels: int) -> Case:
    demand = demand_from_facts(find_city(city), kind, monday=_WEEK, growth_per_year=_GROWTH)
    wanted = parcels if kind is PickupClass.PARCEL else parcels / _PARCELS_TO_BULKY
    days = max(_FEWEST_DAYS, math.ceil(wanted / demand.per_day(Level.EXPECTED)))
    return Case(demand=demand, policy=policy, seeds=tuple(range(1, days + 1)))
