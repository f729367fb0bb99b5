"""The ``fees`` section of a city's configuration."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from dispatch.domain.requests import PickupClass
from dispatch.fees.rates import DEFAULT_RATES, RateCard, Rates

Grams = Annotated[int, Field(ge=1, le=10_000_000, strict=True)]
Fen = Annotated[int, Field(ge=0, le=100_000_000, strict=True)]
MillilitresPerKg = Annotated[int, Field(ge=100, le=1_000_000, strict=True)]


class RatesConfig(BaseModel):
    """Prices of one class of pickups; what is left out is as in the default rates."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first_weight_g: Grams | None = None
    first_fen: Fen | None = None
    step_g: Grams | None = None
    step_fen: Fen | None = None
    ml_per_kg: MillilitresPerKg | None = None


class FeesConfig(BaseModel):
    """Prices of a city by class of pickup."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    parcel: RatesConfig = RatesConfig()
    bulky: RatesConfig = RatesConfig()
    _card: RateCard = PrivateAttr()

    def model_post_init(self, _: Any) -> None:
        """Reckons the rates once: they are asked for with every quote."""
        self._card = {
            PickupClass.PARCEL: _rates(self.parcel, DEFAULT_RATES[PickupClass.PARCEL]),
            PickupClass.BULKY: _rates(self.bulky, DEFAULT_RATES[PickupClass.BULKY]),
        }

    def card(self) -> RateCard:
        """The rates, gaps filled from :data:`~dispatch.fees.rates.DEFAULT_RATES`."""
        return self._card


def _rates(section: RatesConfig, default: Rates) -> Rates:
    return replace(default, **section.model_dump(exclude_none=True))
