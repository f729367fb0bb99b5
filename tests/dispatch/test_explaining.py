"""Which requests are explained, in which order, and with which prices."""

from dataclasses import replace
from pathlib import Path

import pytest

from dispatch.domain.day import Day
from dispatch.domain.plans import Plan
from dispatch.explaining import CannotExplainError, Explained, Served, explain_plan, with_reasons
from dispatch.files import read_day
from dispatch.translation import to_plan, translate
from solvers.model import Visit
from solvers.solution import Route, Solution
from tests.dispatch.by_hand import ORIGIN

TINY_DAY = Path(__file__).parents[1] / "data" / "tiny_day"
ROUTES = Solution((Route(0, (Visit.stop(1), Visit.break_(), Visit.stop(5))),))


@pytest.fixture(scope="module")
def tiny() -> Day:
    return read_day(TINY_DAY)


@pytest.fixture(scope="module")
def plan(tiny: Day) -> Plan:
    return to_plan(translate(tiny), ROUTES, ORIGIN)


def test_every_unserved_request_gets_a_reason(tiny: Day, plan: Plan):
    reasoned = with_reasons(translate(tiny), ROUTES, plan, seconds=60)
    assert all(unserved.reason is not None for unserved in reasoned.unserved)
    assert [u.request_id for u in reasoned.unserved] == [u.request_id for u in plan.unserved]


def test_when_time_is_up_the_dearest_have_reasons(tiny: Day, plan: Plan):
    reasoned = with_reasons(translate(tiny), ROUTES, plan, seconds=0)
    (explained,) = [u for u in reasoned.unserved if u.reason is not None]
    assert explained.price_milli_fen == max(u.price_milli_fen for u in plan.unserved)


def test_asked_for_requests_come_in_their_order_and_once(tiny: Day, plan: Plan):
    found = explain_plan(tiny, plan, ["R03", "R02", "R03", "R01"])
    assert [one.request_id for one in found] == ["R03", "R02", "R01"]
    assert [type(one) for one in found] == [Explained, Served, Explained]


def test_requests_not_in_the_day_are_refused_with_near_names(tiny: Day, plan: Plan):
    with pytest.raises(CannotExplainError, match=r"1 request.*\n  'R0l'; is it R"):
        explain_plan(tiny, plan, ["R01", "R0l"])


def test_serving_outside_home_zones_has_its_price(tiny: Day, plan: Plan):
    """The only courier left has another home zone: the extra price tips the scales."""
    prices = replace(tiny.settings.prices, outside_home_zone_fen=1_000_000)
    bike = replace(tiny.couriers[0], home_zones=frozenset({"east"}))
    day = replace(
        tiny,
        settings=replace(tiny.settings, prices=prices),
        couriers=(bike,),
        requests=tuple(r for r in tiny.requests if r.pickup_class == "parcel"),
    )
    empty = replace(plan, routes=(), unserved=())
    (at_home,) = explain_plan(day, replace(empty, zone_of={"R03": "east"}), ["R03"])
    (outside,) = explain_plan(day, replace(empty, zone_of={"R03": "west"}), ["R03"])
    assert isinstance(at_home, Explained)
    assert isinstance(outside, Explained)
    assert at_home.reason.kind == "fits"
    assert outside.reason.kind == "not_worth_its_price"
    assert at_home.cost_milli_fen is not None
    assert outside.cost_milli_fen == at_home.cost_milli_fen + 1_000_000_000
