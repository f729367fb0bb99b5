"""What the model predicts for staffed days, beside what simulated days show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dispatch.capacity.calibration.fitting import Observation, corrected
from dispatch.capacity.needs import Level
from dispatch.capacity.plan import CityPlan, DayPlan, drive_km
from dispatch.capacity.staffing.constants import Constants
from dispatch.capacity.staffing.town import town_of
from dispatch.capacity.validate.days import DaysFigures, staffed_days
from dispatch.capacity.validate.runs import DayRuns
from dispatch.domain.requests import PickupClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One figure, predicted and simulated."""

    figure: str
    predicted: float
    simulated: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Proof:
    """One class in one city.

    Attributes:
        city: Name.
        kind: The class.
        couriers: Shifts of the day that was simulated.
        comparisons: Promises kept, requests as asked, time busy and kilometres.
        corrected: Constants that would have predicted what was simulated.
    """

    city: str
    kind: PickupClass
    couriers: int
    comparisons: tuple[Comparison, ...]
    corrected: Constants


def prove(
    plans: Sequence[CityPlan],
    constants: Mapping[PickupClass, Constants],
    runs: DayRuns,
    *,
    seeds: tuple[int, ...],
    today: date,
) -> list[Proof]:
    """Simulate the busiest weekday of each plan at expected demand."""
    days = [plan.busiest(Level.EXPECTED) for plan in plans]
    wanted = [
        staffed_days(
            day.roster,
            city=plan.demand.city,
            kind=plan.demand.kind,
            requests=day.requests,
            policy=constants[plan.demand.kind].evidence.policy,
            seeds=seeds,
        )
        for plan, day in zip(plans, days, strict=True)
    ]
    figures = runs.figures(wanted)
    return [
        _proof(plan, day, figures[spec], constants[plan.demand.kind], len(seeds), today)
        for plan, day, spec in zip(plans, days, wanted, strict=True)
    ]


def _proof(
    plan: CityPlan,
    day: DayPlan,
    figures: DaysFigures,
    constants: Constants,
    count: int,
    today: date,
) -> Proof:
    seen = Observation(
        city=plan.demand.city,
        days=count,
        work=day.work,
        presence=day.roster.presence,
        figures=figures,
    )
    km = drive_km(day, constants, town_of(plan.demand.city))
    return Proof(
        city=plan.demand.city,
        kind=plan.demand.kind,
        couriers=day.roster.couriers,
        comparisons=(
            Comparison(figure="kept", predicted=day.service.kept, simulated=figures.kept),
            Comparison(
                figure="as asked", predicted=day.service.as_asked, simulated=figures.as_asked
            ),
            Comparison(figure="busy", predicted=constants.busy, simulated=seen.busy),
            Comparison(figure="km a day", predicted=km, simulated=figures.km),
        ),
        corrected=corrected(constants, seen, today=today),
    )
