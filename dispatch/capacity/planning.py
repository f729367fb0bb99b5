"""Staffing of many cities, on all cores."""

from collections.abc import Mapping, Sequence

from joblib import Parallel, delayed

from dispatch.capacity.forecast.demand import CityDemand
from dispatch.capacity.plan import CityPlan, plan_city
from dispatch.capacity.staffing.constants import Constants
from dispatch.capacity.staffing.service import Targets
from dispatch.capacity.staffing.shift_rules import RULES
from dispatch.capacity.staffing.town import town_of
from dispatch.domain.requests import PickupClass

_FEW = 4
"""Plans that are made sooner than processes are started."""


def plan_cities(
    demands: Sequence[CityDemand],
    *,
    constants: Mapping[PickupClass, Constants],
    targets: Targets,
    jobs: int = -1,
) -> list[CityPlan]:
    """Staff every class of every city.

    Args:
        demands: What for.
        constants: By class.
        targets: To be reached.
        jobs: Processes, as joblib counts them: -1 for all cores.

    Raises:
        CoverError: Windows are asked for when no shift can be.
        GeoError: A city is not in the catalogue.
        CapacityError: Windows lie outside all shifts.
    """
    workers = Parallel(n_jobs=1 if len(demands) <= _FEW else jobs)
    plans: list[CityPlan] = workers(
        delayed(_plan)(demand, constants[demand.kind], targets) for demand in demands
    )
    return plans


def _plan(demand: CityDemand, constants: Constants, targets: Targets) -> CityPlan:
    return plan_city(
        demand,
        town_of(demand.city),
        constants=constants,
        targets=targets,
        rules=RULES[demand.kind],
    )
