"""What a roll-out decides, on plans that can be reckoned by hand."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.capacity.rollout.checker import violations
from dispatch.capacity.rollout.inputs import (
    Dependency,
    Moving,
    Need,
    Resource,
    RolloutInput,
    Stock,
)
from dispatch.capacity.rollout.replay import replay
from dispatch.capacity.rollout.schedule import Hire, Purchase, Solved, Transfer
from dispatch.capacity.rollout.solving import solve_rollout
from tests.dispatch.capacity.rollout.plans import (
    FREE_GOODS,
    FREE_PEOPLE,
    bulky,
    live,
    parcels,
    plan,
    to_open,
)

WUXI, SUZHOU, JINAN = bulky("Wuxi"), bulky("Suzhou"), bulky("Jinan")


def solved(made: RolloutInput) -> Solved:
    """Solve, and hold every schedule to the checker."""
    found = solve_rollout(made, seconds=20)
    assert all(stage.proven for stage in found.stages)
    assert list(violations(made, found.schedule, replay(made, found.schedule))) == []
    return found


def test_with_plenty_of_all_everything_opens_at_once() -> None:
    found = solved(plan(to_open(WUXI), to_open(parcels("Wuxi"))))
    assert set(found.schedule.opening.values()) == {0}
    assert [stage.value for stage in found.stages] == [2, 2 * 4 * 7 * 10 * 100, 0]


@pytest.mark.parametrize(
    ("resource", "lead"),
    [(Resource.CREW, (1, 2)), (Resource.VAN, (3, 0)), (Resource.HUB, (3, 0))],
)
def test_nothing_opens_before_what_it_needs_is_there(
    resource: Resource, lead: tuple[int, int]
) -> None:
    weeks, training = lead
    if resource is Resource.CREW:
        made = plan(
            to_open(WUXI),
            roles={resource: replace(FREE_PEOPLE, recruit_weeks=weeks, train_weeks=training)},
        )
    else:
        made = plan(to_open(WUXI), assets={resource: replace(FREE_GOODS, buy_weeks=weeks)})
    assert solved(made).schedule.opening[WUXI] == 3


def test_training_starts_no_earlier_than_it_must() -> None:
    slow_hubs = {Resource.HUB: replace(FREE_GOODS, buy_weeks=3)}
    crew = replace(FREE_PEOPLE, train_weeks=1, pay_yuan_per_week=1000)
    found = solved(
        plan(to_open(WUXI), roles={Resource.CREW: crew}, assets=slow_hubs, budget_yuan=1_000_000)
    )
    assert found.schedule.steps[Hire("Wuxi", Resource.CREW, 2)] == 5
    assert found.stages[-1].value == 5 * 1000 * 2


def test_of_few_openings_those_go_first_that_cover_most() -> None:
    many = Need(requests_per_day=30, vehicles=2, people=5, hubs=1)
    found = solved(plan(to_open(WUXI), to_open(SUZHOU), needs={SUZHOU: many}, openings=1))
    assert found.schedule.opening == {SUZHOU: 0, WUXI: 1}


def test_targets_count_before_demand() -> None:
    # The hub money is enough for one large city or for two small ones.
    large = Need(requests_per_day=100, vehicles=2, people=5, hubs=2)
    found = solved(
        plan(
            to_open(JINAN),
            to_open(WUXI),
            to_open(SUZHOU),
            needs={JINAN: large},
            assets={Resource.HUB: replace(FREE_GOODS, buy_yuan=50)},
            budget_yuan=100,
        )
    )
    assert found.schedule.opening == {JINAN: None, WUXI: 0, SUZHOU: 0}


def test_an_order_laid_down_is_kept() -> None:
    made = plan(
        to_open(WUXI),
        to_open(SUZHOU),
        dependencies=(Dependency(service=WUXI, after=SUZHOU, weeks=2),),
    )
    assert solved(made).schedule.opening == {WUXI: 2, SUZHOU: 0}


def test_days_laid_down_are_kept() -> None:
    made = plan(to_open(WUXI, not_before=2), to_open(SUZHOU, fixed=1))
    assert solved(made).schedule.opening == {WUXI: 2, SUZHOU: 1}


def test_vans_to_spare_are_moved_where_that_is_cheaper_than_buying() -> None:
    van = replace(FREE_GOODS, buy_yuan=10_000, moving=Moving(weeks=1, yuan=100, yuan_per_km=1.0))
    spare = (
        Stock(city="Suzhou", resource=Resource.VAN, amount=3),
        Stock(city="Suzhou", resource=Resource.CREW, amount=5),
        Stock(city="Suzhou", resource=Resource.HUB, amount=1),
    )
    found = solved(
        plan(
            live(SUZHOU),
            to_open(WUXI, not_before=1),
            assets={Resource.VAN: van},
            stock=spare,
            budget_yuan=100_000,
        )
    )
    # Suzhou needs two of its three; 34 km lie between the cities.
    assert found.schedule.steps[Transfer(Resource.VAN, "Suzhou", "Wuxi", 0)] == 1
    assert found.schedule.steps[Purchase("Wuxi", Resource.VAN, 1)] == 1
    assert found.stages[-1].value == 10_000 + 100 + 34


def test_who_leaves_is_replaced() -> None:
    tenth = replace(FREE_PEOPLE, attrition_per_week=0.1, hire_yuan=1)
    there = (
        Stock(city="Wuxi", resource=Resource.CREW, amount=5),
        Stock(city="Wuxi", resource=Resource.VAN, amount=2),
        Stock(city="Wuxi", resource=Resource.HUB, amount=1),
    )
    found = solved(plan(live(WUXI), roles={Resource.CREW: tenth}, stock=there, budget_yuan=9))
    # 5, 4.5, 4.05, 3.645 stay: half a person short counts as none, more does not.
    hired = {step.week: amount for step, amount in found.schedule.steps.items()}
    assert hired == {2: 1}
    assert found.schedule.working[WUXI] == (2, 2, 2, 2)


def test_a_service_without_room_for_all_covers_what_it_can() -> None:
    ten = Need(requests_per_day=100, vehicles=10, people=20, hubs=1)
    made = plan(
        to_open(WUXI),
        needs={WUXI: ten},
        assets={Resource.VAN: replace(FREE_GOODS, most_per_week=3)},
        readiness=0.9,
    )
    found = solved(made)
    assert found.schedule.opening[WUXI] == 2
    assert found.schedule.working[WUXI] == (0, 0, 9, 10)


def test_classes_share_the_hubs_of_a_city() -> None:
    both = (to_open(WUXI), to_open(parcels("Wuxi")))
    made = plan(*both, assets={Resource.HUB: replace(FREE_GOODS, buy_yuan=1)}, budget_yuan=1)
    found = solved(made)
    assert sorted(found.schedule.opening.values(), key=str) == [0, None]


def test_money_is_spent_when_it_is_released() -> None:
    made = plan(to_open(WUXI), assets={Resource.HUB: replace(FREE_GOODS, buy_yuan=100)})
    weeks = tuple(replace(week, budget_yuan=40) for week in made.weeks)
    assert solved(replace(made, weeks=weeks)).schedule.opening[WUXI] == 2


def test_whoever_stops_at_once_gets_the_first_goal() -> None:
    asked = []
    found = solve_rollout(plan(to_open(WUXI)), stop=lambda: not asked.append(1))
    assert found.interrupted
    assert [stage.goal for stage in found.stages] == ["targets met"]
    assert found.schedule.opening[WUXI] is not None


def test_nothing_to_do_is_a_schedule() -> None:
    price = replace(FREE_GOODS, buy_yuan=1)
    made = plan(
        to_open(WUXI),
        openings=0,
        roles={Resource.CREW: replace(FREE_PEOPLE, hire_yuan=1)},
        assets={Resource.VAN: price, Resource.HUB: price},
        budget_yuan=100,
    )
    found = solved(made)
    assert found.schedule.opening == {WUXI: None}
    assert found.schedule.steps == {}


@settings(max_examples=12, deadline=None, derandomize=True)
@given(drawn=st.data())
def test_every_schedule_keeps_the_rules(drawn: st.DataObject) -> None:
    def number(least: int, most: int) -> int:
        return drawn.draw(st.integers(least, most))

    cities = ("Wuxi", "Suzhou", "Ningbo")
    targets = [to_open(bulky(city), due=number(1, 3)) for city in cities]
    needs = {
        target.service: Need(
            requests_per_day=number(5, 60),
            vehicles=(vehicles := number(1, 5)),
            people=2 * vehicles + number(0, 4),
            hubs=1,
        )
        for target in targets
    }
    role = replace(
        FREE_PEOPLE,
        recruit_weeks=number(0, 1),
        train_weeks=number(0, 2),
        attrition_per_week=number(0, 10) / 100,
        hire_yuan=number(0, 5),
        training_places=number(0, 20),
    )
    goods = replace(FREE_GOODS, buy_weeks=number(0, 2), buy_yuan=number(0, 9), most_per_week=4)
    found = solve_rollout(
        made := plan(
            *targets,
            needs=needs,
            openings=number(0, 2),
            budget_yuan=number(0, 100),
            roles={Resource.CREW: role},
            assets={Resource.VAN: replace(goods, moving=Moving(weeks=1, yuan=1, yuan_per_km=0.0))},
            stock=(Stock(city="Suzhou", resource=Resource.VAN, amount=number(0, 8)),),
            readiness=number(5, 10) / 10,
        )
    )
    lived = replay(made, found.schedule)
    assert list(violations(made, found.schedule, lived)) == []
    assert lived.cost_yuan == found.stages[-1].value
