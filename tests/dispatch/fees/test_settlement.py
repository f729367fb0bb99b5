from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.requests import Load, PickupClass
from dispatch.fees import (
    DEFAULT_RATES,
    AlreadySettledError,
    Basis,
    FeeError,
    Rates,
    charge,
    fee_from_json,
    fee_to_json,
    settle,
    settlement_from_json,
    settlement_to_json,
)
from tests.dispatch.fees.drawn import load, loads, rates

NOON = datetime(2026, 11, 11, 4, tzinfo=UTC)
QUOTED = charge(load(weight_g=900), DEFAULT_RATES[PickupClass.PARCEL], insured=True)


def test_what_is_heavier_at_the_door_costs_the_shopper_the_difference() -> None:
    settlement = settle(QUOTED, load(weight_g=2_300), at=NOON)
    assert settlement.final.shopper_fen == 400
    assert settlement.shopper_difference_fen == 400
    assert settlement.final.insurer_fen == QUOTED.insurer_fen
    assert settlement.basis is Basis.WEIGHED


def test_what_was_not_weighed_is_settled_as_declared() -> None:
    settlement = settle(QUOTED, None, at=NOON)
    assert (settlement.final, settlement.shopper_difference_fen) == (QUOTED, 0)
    assert settlement.basis is Basis.DECLARED


def test_told_twice_it_is_settled_once() -> None:
    first = settle(QUOTED, load(weight_g=2_300), at=NOON)
    again = settle(QUOTED, load(weight_g=2_300), at=NOON + timedelta(hours=1), already=first)
    assert again is first


@pytest.mark.parametrize("weighed", [None, load(weight_g=2_301)])
def test_another_weight_after_the_settlement_is_refused(weighed: Load | None) -> None:
    first = settle(QUOTED, load(weight_g=2_300), at=NOON)
    with pytest.raises(AlreadySettledError, match="for 2300 g and 1400 fen"):
        settle(QUOTED, weighed, at=NOON, already=first)


def test_a_settlement_needs_an_aware_time() -> None:
    with pytest.raises(FeeError, match="has no offset"):
        settle(QUOTED, None, at=NOON.replace(tzinfo=None))


def test_other_rates_than_the_quote_cannot_be_settled() -> None:
    settlement = settle(QUOTED, None, at=NOON)
    dearer = replace(QUOTED.rates, first_fen=9_999)
    with pytest.raises(FeeError, match="other rates"):
        replace(settlement, final=charge(QUOTED.load, dearer, insured=True))


@given(loads(), loads(), rates(), st.booleans())
def test_a_settlement_survives_being_stored(
    declared: Load, weighed: Load, prices: Rates, insured: bool
) -> None:
    quoted = charge(declared, prices, insured=insured)
    settlement = settle(quoted, weighed, at=NOON)
    assert fee_from_json(fee_to_json(quoted)) == quoted
    assert settlement_from_json(settlement_to_json(settlement)) == settlement
    assert settlement.final.shopper_fen == quoted.shopper_fen + settlement.shopper_difference_fen


@pytest.mark.parametrize("name", ["total_fen", "insurer_fen", "shopper_fen", "chargeable_g"])
def test_a_stored_fee_that_does_not_add_up_is_not_read(name: str) -> None:
    record = fee_to_json(QUOTED)
    record[name] += 1
    with pytest.raises(FeeError, match=f"{name} of a fee is"):
        fee_from_json(record)


def test_a_stored_line_that_was_changed_is_not_read() -> None:
    record = fee_to_json(QUOTED)
    record["lines"][0]["payer"] = "shopper"
    with pytest.raises(FeeError, match="the lines of a fee"):
        fee_from_json(record)


def test_a_stored_settlement_with_another_difference_is_not_read() -> None:
    record = settlement_to_json(settle(QUOTED, load(weight_g=2_300), at=NOON))
    record["shopper_difference_fen"] = 0
    with pytest.raises(FeeError, match="but the fees give 400"):
        settlement_from_json(record)
