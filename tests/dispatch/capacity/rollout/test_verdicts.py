"""What is said of each service: ready, ready on a day, or short of what by how much."""

from dataclasses import replace
from datetime import date

from dispatch.capacity.rollout.inputs import Need, Resource, RolloutInput, Service, Stock
from dispatch.capacity.rollout.report.words import short_text, verdict_text, why_text
from dispatch.capacity.rollout.study import Rollout, study_rollout
from dispatch.capacity.rollout.verdicts import Outcome, Verdict
from tests.dispatch.capacity.rollout.plans import (
    FREE_GOODS,
    FREE_PEOPLE,
    bulky,
    live,
    parcels,
    plan,
    to_open,
)

WUXI, SUZHOU = bulky("Wuxi"), bulky("Suzhou")
THERE = tuple(
    Stock(city="Suzhou", resource=resource, amount=amount)
    for resource, amount in ((Resource.CREW, 5), (Resource.VAN, 2), (Resource.HUB, 1))
)


def judged(made: RolloutInput, service: Service) -> tuple[Rollout, Verdict]:
    rollout = study_rollout(made)
    (verdict,) = (one for one in rollout.verdicts if one.service == service)
    return rollout, verdict


def test_live_and_kept_is_ready() -> None:
    rollout, verdict = judged(plan(live(SUZHOU), stock=THERE), SUZHOU)
    assert verdict.outcome is Outcome.READY
    assert (verdict_text(verdict), short_text(verdict)) == ("ready", "")
    assert rollout.unmet == ()


def test_live_and_not_kept_is_short_of_people() -> None:
    leaving = replace(FREE_PEOPLE, attrition_per_week=0.2, hire_yuan=1)
    _, verdict = judged(plan(live(SUZHOU), stock=THERE, roles={Resource.CREW: leaving}), SUZHOU)
    assert verdict.outcome is Outcome.SHORT
    # Of 5 people 2.56 are left after three weeks.
    assert short_text(verdict) == "2 crew members by 27 Jul"


def test_opened_in_time_is_ready_on_its_day() -> None:
    _, verdict = judged(plan(to_open(WUXI, not_before=1)), WUXI)
    assert verdict.outcome is Outcome.READY_ON
    assert verdict.opens == date(2026, 7, 13)
    assert verdict_text(verdict) == "ready on 13 Jul"


def test_opened_after_it_is_due_is_late() -> None:
    slow = {Resource.HUB: replace(FREE_GOODS, buy_weeks=2, buy_yuan=1)}
    rollout, verdict = judged(plan(to_open(WUXI, due=1), assets=slow, budget_yuan=1), WUXI)
    assert verdict.outcome is Outcome.LATE
    assert verdict_text(verdict) == "late: 20 Jul"
    assert short_text(verdict) == "1 hub by 13 Jul"
    assert why_text(rollout, verdict) == (
        "out of reach whatever is spent: hubs take 2 weeks, so that it could open on 20 Jul at "
        "the earliest"
    )


def test_never_opened_is_short_of_all_that_lacks() -> None:
    dear = replace(FREE_GOODS, buy_yuan=100)
    made = plan(
        to_open(WUXI),
        needs={WUXI: Need(requests_per_day=50, vehicles=10, people=25, hubs=1)},
        assets={Resource.VAN: dear, Resource.HUB: dear},
        roles={Resource.CREW: replace(FREE_PEOPLE, hire_yuan=100)},
        readiness=0.8,
        stock=(Stock(city="Wuxi", resource=Resource.CREW, amount=5),),
        budget_yuan=1_000,
    )
    rollout, verdict = judged(made, WUXI)
    assert verdict.outcome is Outcome.SHORT
    assert short_text(verdict) == "8 vans, 15 crew members, 1 hub by 27 Jul"
    assert why_text(rollout, verdict) == "could open on 6 Jul if nothing but time were short"
    assert rollout.remedies is not None
    assert len(rollout.remedies.found) == 1


def test_what_another_class_works_with_does_not_count_as_there() -> None:
    made = plan(
        live(parcels("Suzhou")),
        to_open(SUZHOU),
        needs={parcels("Suzhou"): Need(requests_per_day=50, vehicles=2, people=5, hubs=1)},
        stock=(
            Stock(city="Suzhou", resource=Resource.COURIER, amount=5),
            Stock(city="Suzhou", resource=Resource.EBIKE, amount=2),
            Stock(city="Suzhou", resource=Resource.HUB, amount=1),
        ),
        assets={Resource.HUB: replace(FREE_GOODS, buy_yuan=1)},
    )
    _, verdict = judged(made, SUZHOU)
    hubs = verdict.gaps[2]
    assert (hubs.at_start, hubs.when_due, hubs.short) == (1, 0, 1)
