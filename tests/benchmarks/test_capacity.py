"""The capacity benchmark: its cities, and constants that come from simulated days alone."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from benchmarks.capacity import refitting
from benchmarks.capacity.cases import EARLIER, FITTED, Case, Key, cases_of, untried_cities
from benchmarks.capacity.refitting import refit
from dispatch.capacity.plan import DayPlan
from dispatch.capacity.staffing.constants import Constants, Decay, Evidence, Excess
from dispatch.capacity.staffing.service import Targets, service_of
from dispatch.capacity.validate.days import DayFigures, DaysFigures, StaffedDays
from dispatch.domain.requests import PickupClass

TRUE = Constants(
    kind=PickupClass.PARCEL,
    late=Decay(ways=4.0, scale=0.25, power=3.0, reach=0.0),
    turned=Excess(ways=4.0, usable=0.6),
    busy=0.9,
    evidence=Evidence(
        fitted_on=date(2026, 11, 23), policy="nearest", cities=(), days=1, error_points=0.0
    ),
)
MANY = 1_000_000


class LawfulDays:
    """Days that go exactly as a law says."""

    def __init__(self) -> None:
        self.plans: dict[StaffedDays, DayPlan] = {}

    def figures(self, days: Iterable[StaffedDays]) -> Mapping[StaffedDays, DaysFigures]:
        return {one: self._figures(self.plans[one]) for one in days}

    def _figures(self, plan: DayPlan) -> DaysFigures:
        service = service_of(plan.work, plan.roster.presence, TRUE)
        day = DayFigures(
            asked=MANY,
            as_asked=round(MANY * service.as_asked),
            due=MANY,
            kept=round(MANY * service.kept),
            pickups=100,
            km=100.0,
            work_h=50.0,
        )
        return DaysFigures((day,))


def test_cities_of_the_test_are_none_that_were_seen_before() -> None:
    untried = untried_cities()
    assert len(set(untried)) == 3
    assert not set(untried) & set(FITTED + EARLIER)


@pytest.fixture
def cases() -> Mapping[Key, Case]:
    cities = ("Fuzhou", "Wenzhou")
    return {
        (city, PickupClass.PARCEL): case
        for (city, kind), case in cases_of(cities, "nearest", 1).items()
        if kind is PickupClass.PARCEL
    }


def test_rounds_end_where_the_law_that_made_the_days_is_found(
    cases: Mapping[Key, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = LawfulDays()
    days_of = Case.days

    def remembered(case: Case, plan: DayPlan) -> StaffedDays:
        days = days_of(case, plan)
        runs.plans[days] = plan
        return days

    monkeypatch.setattr(Case, "days", remembered)
    monkeypatch.setattr(refitting, "PickupClass", (PickupClass.PARCEL,))
    rounds: list[Mapping[Key, int]] = []
    found = refit(
        cases,
        Targets(),
        runs,  # type: ignore[arg-type]
        policy="nearest",
        on_round=rounds.append,
    )[PickupClass.PARCEL]
    # The first guess is another law; the last round predicts what the one before did.
    assert len(rounds) >= 3
    assert all(abs(rounds[-1][key] - rounds[-2][key]) <= 1 for key in cases)
    for case in cases.values():
        plan = case.plan(found, Targets(), 1.0)
        truth = case.plan(replace(TRUE, kind=found.kind), Targets(), 1.0)
        assert plan.roster.couriers == pytest.approx(truth.roster.couriers, rel=0.05, abs=1)
