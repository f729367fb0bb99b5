import pytest
from pydantic import ValidationError

from dispatch.domain.requests import PickupClass
from dispatch.fees import DEFAULT_RATES, FeesConfig


def test_nothing_configured_gives_the_default_rates() -> None:
    assert FeesConfig().card() == DEFAULT_RATES


def test_a_city_changes_what_it_names() -> None:
    card = FeesConfig.model_validate({"parcel": {"first_fen": 1_200}}).card()
    assert card[PickupClass.PARCEL].first_fen == 1_200
    assert card[PickupClass.PARCEL].step_fen == DEFAULT_RATES[PickupClass.PARCEL].step_fen
    assert card[PickupClass.BULKY] == DEFAULT_RATES[PickupClass.BULKY]


@pytest.mark.parametrize(
    "section",
    [
        {"parcel": {"frist_fen": 1}},
        {"sofa": {}},
        {"parcel": {"first_fen": -1}},
        {"parcel": {"first_fen": 9.5}},
        {"parcel": {"step_g": 0}},
        {"bulky": {"ml_per_kg": True}},
    ],
)
def test_what_makes_no_sense_is_refused(section: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        FeesConfig.model_validate(section)
