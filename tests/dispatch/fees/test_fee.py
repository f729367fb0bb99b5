import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.requests import Load, PickupClass
from dispatch.fees import DEFAULT_RATES, FeeError, LineKind, Payer, Rates, charge
from tests.dispatch.fees.drawn import load, loads, rates

PARCEL = DEFAULT_RATES[PickupClass.PARCEL]


def test_a_light_parcel_costs_the_first_weight() -> None:
    fee = charge(load(weight_g=800), PARCEL, insured=False)
    assert (fee.chargeable_g, fee.total_fen, fee.shopper_fen) == (800, 1_000, 1_000)
    assert [line.kind for line in fee.lines] == [LineKind.FIRST_WEIGHT]


@pytest.mark.parametrize(
    ("weight_g", "steps"), [(1_000, 0), (1_001, 1), (2_000, 1), (2_001, 2), (3_500, 3)]
)
def test_a_step_that_is_begun_counts_whole(weight_g: int, steps: int) -> None:
    assert charge(load(weight_g=weight_g), PARCEL, insured=False).total_fen == 1_000 + 200 * steps


def test_a_big_light_box_is_charged_by_its_volume() -> None:
    fee = charge(load(weight_g=500, volume_ml=24_001), PARCEL, insured=False)
    assert fee.chargeable_g == 3_001
    assert fee.total_fen == 1_000 + 3 * 200


def test_the_insurance_pays_the_first_weight_and_the_shopper_the_rest() -> None:
    fee = charge(load(weight_g=2_500), PARCEL, insured=True)
    assert (fee.insurer_fen, fee.shopper_fen, fee.total_fen) == (1_000, 400, 1_400)


def test_a_negative_weight_is_refused_by_name() -> None:
    with pytest.raises(FeeError, match="weight_g is -1"):
        charge(load(weight_g=-1), PARCEL, insured=False)


@pytest.mark.parametrize("name", ["first_weight_g", "step_g", "ml_per_kg"])
def test_rates_without_a_measure_are_refused(name: str) -> None:
    values = {"first_weight_g": 1, "first_fen": 1, "step_g": 1, "step_fen": 1, "ml_per_kg": 1}
    with pytest.raises(FeeError, match=f"{name} is 0"):
        Rates(**{**values, name: 0})


@given(loads(), rates(), st.booleans())
def test_the_record_adds_up(goods: Load, prices: Rates, insured: bool) -> None:
    fee = charge(goods, prices, insured=insured)
    assert fee.total_fen == sum(line.amount_fen for line in fee.lines)
    assert fee.total_fen == fee.insurer_fen + fee.shopper_fen
    assert all(line.amount_fen == line.count * line.unit_fen for line in fee.lines)
    assert fee.insurer_fen == (prices.first_fen if insured else 0)
    assert {line.payer for line in fee.lines} <= set(Payer)


@given(loads(), rates())
def test_within_the_first_weight_an_insured_shopper_pays_nothing(
    goods: Load, prices: Rates
) -> None:
    fee = charge(goods, prices, insured=True)
    if fee.chargeable_g <= prices.first_weight_g:
        assert fee.shopper_fen == 0


@given(loads(), loads(), rates())
def test_more_goods_never_cost_less(one: Load, more: Load, prices: Rates) -> None:
    both = Load(
        weight_g=one.weight_g + more.weight_g,
        volume_ml=one.volume_ml + more.volume_ml,
        pieces=one.pieces + more.pieces,
    )
    alone = charge(one, prices, insured=False).total_fen
    assert charge(both, prices, insured=False).total_fen >= alone


@given(loads(), rates())
def test_the_steps_hold_the_weight_and_no_step_is_too_many(goods: Load, prices: Rates) -> None:
    fee = charge(goods, prices, insured=False)
    steps = prices.further_steps(fee.chargeable_g)
    assert fee.chargeable_g <= prices.first_weight_g + steps * prices.step_g
    if steps:
        assert fee.chargeable_g > prices.first_weight_g + (steps - 1) * prices.step_g
