"""Rates: what the first weight and each further step of weight cost, by class."""

from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.domain.requests import Load, PickupClass
from dispatch.fees.errors import at_least


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Prices of one class of pickups in one city.

    Attributes:
        first_weight_g: Weight that the first price covers.
        first_fen: Price of anything up to the first weight.
        step_g: Weight of one further step; a step that is begun counts whole.
        step_fen: Price of one further step.
        ml_per_kg: Millilitres that are charged like a kilogram.
    """

    first_weight_g: int
    first_fen: int
    step_g: int
    step_fen: int
    ml_per_kg: int

    def __post_init__(self) -> None:
        at_least(1, first_weight_g=self.first_weight_g, step_g=self.step_g)
        at_least(1, ml_per_kg=self.ml_per_kg)
        at_least(0, first_fen=self.first_fen, step_fen=self.step_fen)

    def volumetric_g(self, load: Load) -> int:
        """Weight that the volume of ``load`` stands for, grams rounded up."""
        return -(-load.volume_ml * 1000 // self.ml_per_kg)

    def chargeable_g(self, load: Load) -> int:
        """The greater of actual and volumetric weight of all pieces together, grams."""
        return max(load.weight_g, self.volumetric_g(load))

    def further_steps(self, chargeable_g: int) -> int:
        """Steps begun beyond the first weight."""
        return -(-max(0, chargeable_g - self.first_weight_g) // self.step_g)


RateCard = Mapping[PickupClass, Rates]
"""The rates of one city, for every class."""

DEFAULT_RATES: RateCard = {
    PickupClass.PARCEL: Rates(
        first_weight_g=1_000, first_fen=1_000, step_g=1_000, step_fen=200, ml_per_kg=8_000
    ),
    PickupClass.BULKY: Rates(
        first_weight_g=20_000, first_fen=8_000, step_g=1_000, step_fen=150, ml_per_kg=6_000
    ),
}
"""Rates where a city has none: assumptions, not anybody's prices (``docs/fees.md``)."""
