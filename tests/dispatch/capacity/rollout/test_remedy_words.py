"""What is said of sets of extras: no more than was proven of them."""

from dataclasses import replace

import pytest

from dispatch.capacity.rollout.inputs import Resource
from dispatch.capacity.rollout.limits import BUDGET
from dispatch.capacity.rollout.remedies import Remedies, Remedy
from dispatch.capacity.rollout.report.words import remedy_note
from dispatch.capacity.rollout.study import Rollout, study_rollout
from tests.dispatch.capacity.rollout.plans import FREE_GOODS, bulky, plan, to_open


@pytest.fixture(scope="module")
def short_of_money() -> Rollout:
    return study_rollout(
        plan(
            to_open(bulky("Wuxi")),
            to_open(bulky("Suzhou")),
            assets={Resource.HUB: replace(FREE_GOODS, buy_yuan=70)},
            budget_yuan=100,
        )
    )


def test_a_set_found_smallest_is_called_so(short_of_money: Rollout) -> None:
    assert remedy_note(short_of_money) == "Proven: nothing less than this set would do."


@pytest.mark.parametrize(
    ("least", "complete", "note"),
    [
        (False, True, "Proven: it takes this set; less of it may do, the search was ended."),
        (False, False, "There may be other sets."),
        (True, False, "There may be other sets."),
    ],
)
def test_a_search_that_was_ended_claims_no_more_than_it_proved(
    short_of_money: Rollout, least: bool, complete: bool, note: str
) -> None:
    remedies = Remedies((Remedy({BUDGET: 40}, least=least),), out_of_reach=(), complete=complete)
    assert remedy_note(replace(short_of_money, remedies=remedies)) == note


def test_a_search_ended_before_it_began_says_so(short_of_money: Rollout) -> None:
    note = remedy_note(replace(short_of_money, remedies=None))
    assert note == "The search was ended before it was known what would meet them."
