"""What would meet the targets: enough, and no less."""

from dataclasses import replace

from dispatch.capacity.rollout.inputs import Dependency, Resource, RolloutInput, Week
from dispatch.capacity.rollout.limits import BUDGET, OPENINGS, Limit, LimitKind
from dispatch.capacity.rollout.remedies import find_remedies
from dispatch.capacity.rollout.solving import solve_rollout
from tests.dispatch.capacity.rollout.plans import FREE_GOODS, FREE_PEOPLE, bulky, plan, to_open

WUXI, SUZHOU, JINAN = bulky("Wuxi"), bulky("Suzhou"), bulky("Jinan")
HUBS = Limit(LimitKind.DELIVERY, Resource.HUB)


def met(made: RolloutInput) -> int:
    return solve_rollout(made).stages[0].value


def with_week(made: RolloutInput, **changes: int) -> RolloutInput:
    """More of something in every week, of the budget in the first."""

    def more(number: int, week: Week) -> Week:
        openings = week.most_openings + changes.get("openings", 0)
        budget_yuan = week.budget_yuan + (0 if number else changes.get("budget_yuan", 0))
        return replace(week, most_openings=openings, budget_yuan=budget_yuan)

    return replace(made, weeks=tuple(more(n, week) for n, week in enumerate(made.weeks)))


def test_the_money_that_lacks() -> None:
    made = plan(
        to_open(WUXI),
        to_open(SUZHOU),
        assets={Resource.HUB: replace(FREE_GOODS, buy_yuan=70)},
        budget_yuan=100,
    )
    remedies = find_remedies(made)
    assert [dict(remedy.extras) for remedy in remedies.found] == [{BUDGET: 40}]
    assert remedies.complete
    assert remedies.found[0].least
    assert met(with_week(made, budget_yuan=40)) == 2
    assert met(with_week(made, budget_yuan=39)) == 1


def test_several_limits_are_lifted_together_where_one_is_not_enough() -> None:
    targets = [to_open(service, due=1) for service in (WUXI, SUZHOU, JINAN)]
    made = plan(*targets, openings=1, assets={Resource.HUB: replace(FREE_GOODS, most_per_week=1)})
    remedies = find_remedies(made)
    assert [dict(remedy.extras) for remedy in remedies.found] == [{OPENINGS: 1, HUBS: 1}]
    assert met(with_week(made, openings=1)) == 2


def test_people_are_limited_by_training_and_by_hiring() -> None:
    # Five people are to be at work in week 1, so all of them must begin in week 0.
    crew = replace(FREE_PEOPLE, train_weeks=1, training_places=2)
    made = plan(to_open(WUXI, due=1, most_hired_per_week=3), roles={Resource.CREW: crew})
    extras = [dict(remedy.extras) for remedy in find_remedies(made).found]
    assert extras == [
        {
            Limit(LimitKind.TRAINING, Resource.CREW): 3,
            Limit(LimitKind.HIRING, Resource.CREW): 2,
        }
    ]


def test_nothing_is_needed_where_all_is_met() -> None:
    remedies = find_remedies(plan(to_open(WUXI, due=1), to_open(SUZHOU, due=1), openings=1))
    assert remedies.found == ()
    assert remedies.complete


def test_what_time_forbids_is_out_of_reach() -> None:
    made = plan(
        to_open(WUXI, due=1),
        to_open(SUZHOU),
        assets={Resource.HUB: replace(FREE_GOODS, buy_weeks=2, buy_yuan=10)},
        budget_yuan=10,
    )
    remedies = find_remedies(made)
    assert remedies.out_of_reach == (WUXI,)
    # Suzhou alone can be paid for.
    assert remedies.found == ()
    assert remedies.complete


def test_a_target_that_waits_for_one_out_of_reach_is_too() -> None:
    made = plan(
        to_open(WUXI, due=2),
        to_open(SUZHOU),
        dependencies=(Dependency(service=WUXI, after=SUZHOU, weeks=3),),
    )
    assert find_remedies(made).out_of_reach == (WUXI,)
