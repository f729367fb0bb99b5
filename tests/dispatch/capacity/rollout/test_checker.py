"""The checker finds what is wrong with a schedule, each rule by itself."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from dispatch.capacity.rollout.checker import BrokenScheduleError, require_valid, violations
from dispatch.capacity.rollout.inputs import Dependency, Moving, Resource, RolloutInput, Stock
from dispatch.capacity.rollout.replay import replay
from dispatch.capacity.rollout.schedule import Hire, Purchase, Schedule, Transfer
from tests.dispatch.capacity.rollout.plans import (
    FREE_GOODS,
    FREE_PEOPLE,
    bulky,
    plan,
    to_open,
)

WUXI = bulky("Wuxi")

PLAN = plan(
    to_open(WUXI, most_hired_per_week=5),
    roles={Resource.CREW: replace(FREE_PEOPLE, recruit_weeks=1, hire_yuan=10, training_places=5)},
    assets={
        Resource.VAN: replace(FREE_GOODS, buy_weeks=1, most_per_week=2),
        Resource.HUB: replace(FREE_GOODS, buy_yuan=10),
    },
    budget_yuan=60,
    openings=1,
)
STEPS = {
    Hire("Wuxi", Resource.CREW, 1): 5,
    Purchase("Wuxi", Resource.VAN, 1): 2,
    Purchase("Wuxi", Resource.HUB, 1): 1,
}
SOUND = Schedule({WUXI: 1}, {WUXI: (0, 2, 2, 2)}, STEPS)


def said(made: RolloutInput, schedule: Schedule) -> str:
    return "; ".join(violations(made, schedule, replay(made, schedule)))


def without(step: object) -> Schedule:
    return replace(SOUND, steps={one: n for one, n in STEPS.items() if one != step})


def test_a_sound_schedule_passes() -> None:
    require_valid(PLAN, SOUND, replay(PLAN, SOUND))
    assert said(PLAN, SOUND) == ""


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (without(Hire("Wuxi", Resource.CREW, 1)), "Wuxi lacks crew in week 1: 0 for 5"),
        (without(Purchase("Wuxi", Resource.VAN, 1)), "Wuxi lacks van in week 1: 0 for 2"),
        (without(Purchase("Wuxi", Resource.HUB, 1)), "Wuxi lacks hub in week 1: 0 for 1"),
        (replace(SOUND, working={WUXI: (0, 1, 2, 2)}), "open and not ready in week 1"),
        (replace(SOUND, working={WUXI: (0, 3, 2, 2)}), "works with 3 vehicles"),
        (replace(SOUND, working={WUXI: (2, 2, 2, 2)}), "works with 2 vehicles in week 0"),
        (
            replace(SOUND, steps=STEPS | {Hire("Wuxi", Resource.CREW, 0): 1}),
            "begins before anybody can be found",
        ),
        (
            replace(SOUND, steps=STEPS | {Purchase("Wuxi", Resource.VAN, 0): 1}),
            "comes before it can be ordered",
        ),
        (
            replace(SOUND, steps=STEPS | {Hire("Wuxi", Resource.CREW, 1): 6}),
            "hires more crew in a week",
        ),
        (
            replace(SOUND, steps=STEPS | {Purchase("Wuxi", Resource.VAN, 1): 3}),
            "3 van delivered in a week",
        ),
        (
            replace(SOUND, steps=STEPS | {Purchase("Wuxi", Resource.HUB, 2): 1}),
            "70 yuan are spent by week 2, 60 released",
        ),
    ],
)
def test_what_is_broken_is_named(schedule: Schedule, expected: str) -> None:
    assert expected in said(PLAN, schedule)
    with pytest.raises(BrokenScheduleError):
        require_valid(PLAN, schedule, replay(PLAN, schedule))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda p: replace(p, targets={WUXI: to_open(WUXI, fixed=2)}), "its target forbids"),
        (
            lambda p: replace(p, weeks=tuple(replace(w, most_openings=0) for w in p.weeks)),
            "1 services open in week 1",
        ),
        (
            lambda p: replace(p, dependencies=(Dependency(service=WUXI, after=WUXI, weeks=1),)),
            "opens before Wuxi bulky allows",
        ),
        (
            lambda p: replace(
                p,
                roles=p.roles
                | {Resource.CREW: replace(FREE_PEOPLE, train_weeks=1, training_places=4)},
            ),
            "5 crew in training at once",
        ),
    ],
)
def test_a_stricter_plan_is_broken(
    change: Callable[[RolloutInput], RolloutInput], expected: str
) -> None:
    assert expected in said(change(PLAN), SOUND)


def test_nobody_gives_away_what_is_its_own() -> None:
    van = replace(FREE_GOODS, moving=Moving(weeks=1, yuan=0, yuan_per_km=0.0))
    made = plan(
        to_open(WUXI),
        to_open(bulky("Suzhou")),
        assets={Resource.VAN: van},
        stock=(Stock(city="Suzhou", resource=Resource.VAN, amount=3),),
    )
    schedule = Schedule(
        {WUXI: None, bulky("Suzhou"): None},
        {WUXI: (0,) * 4, bulky("Suzhou"): (0,) * 4},
        {Transfer(Resource.VAN, "Suzhou", "Wuxi", 0): 2},
    )
    assert "Suzhou has 1 van left in week 0, 2 are its own" in said(made, schedule)
