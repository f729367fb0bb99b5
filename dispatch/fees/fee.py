"""The fee of one pickup: lines that add up, each with who pays it."""

from dataclasses import dataclass
from enum import StrEnum

from dispatch.domain.requests import Load
from dispatch.fees.errors import FeeError, at_least
from dispatch.fees.rates import Rates


class LineKind(StrEnum):
    """What a line is charged for."""

    FIRST_WEIGHT = "first_weight"
    FURTHER_WEIGHT = "further_weight"


class Payer(StrEnum):
    """Who pays a line."""

    SHOPPER = "shopper"
    INSURER = "insurer"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeLine:
    """One amount of a fee.

    Attributes:
        kind: What for.
        payer: Who pays it.
        count: How many times the unit price: 1 for the first weight, else steps begun.
        unit_fen: Price of one.
        amount_fen: Count times unit price.
    """

    kind: LineKind
    payer: Payer
    count: int
    unit_fen: int
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What a pickup of these goods costs at these rates.

    A fee whose parts do not follow from its goods and rates cannot be made, also not from a
    stored record.

    Attributes:
        load: The goods, all pieces together.
        rates: The rates it was reckoned with; they stay with it when the card changes.
        insured: Whether freight insurance covers the first weight.
        chargeable_g: The greater of actual and volumetric weight.
        lines: First weight, then further weight if there is any.
        total_fen: Sum of the lines, of which ``insurer_fen`` and ``shopper_fen`` are the parts.
        insurer_fen: Paid by the freight insurance.
        shopper_fen: Paid by the shopper.
    """

    load: Load
    rates: Rates
    insured: bool
    chargeable_g: int
    lines: tuple[FeeLine, ...]
    total_fen: int
    insurer_fen: int
    shopper_fen: int

    def __post_init__(self) -> None:
        at_least(0, weight_g=self.load.weight_g, volume_ml=self.load.volume_ml)
        if self.chargeable_g != self.rates.chargeable_g(self.load):
            raise _broken("chargeable_g", self.chargeable_g, self.rates.chargeable_g(self.load))
        if self.lines != _lines(self.rates, self.chargeable_g, insured=self.insured):
            raise FeeError(
                "the lines of a fee are not what its weight and rates give",
                "restore the record from a backup, or reckon it again",
            )
        for name, amount_fen, reckoned_fen in (
            ("total_fen", self.total_fen, sum(line.amount_fen for line in self.lines)),
            ("insurer_fen", self.insurer_fen, _paid_by(Payer.INSURER, self.lines)),
            ("shopper_fen", self.shopper_fen, _paid_by(Payer.SHOPPER, self.lines)),
        ):
            if amount_fen != reckoned_fen:
                raise _broken(name, amount_fen, reckoned_fen)


def charge(load: Load, rates: Rates, *, insured: bool) -> Fee:
    """The fee of a pickup.

    Args:
        load: The goods, all pieces together.
        rates: Prices of their class in their city.
        insured: Whether freight insurance covers the first weight.

    Raises:
        FeeError: A weight or volume is negative.
    """
    chargeable_g = rates.chargeable_g(load)
    lines = _lines(rates, chargeable_g, insured=insured)
    return Fee(
        load=load,
        rates=rates,
        insured=insured,
        chargeable_g=chargeable_g,
        lines=lines,
        total_fen=sum(line.amount_fen for line in lines),
        insurer_fen=_paid_by(Payer.INSURER, lines),
        shopper_fen=_paid_by(Payer.SHOPPER, lines),
    )


def _lines(rates: Rates, chargeable_g: int, *, insured: bool) -> tuple[FeeLine, ...]:
    first = _line(
        LineKind.FIRST_WEIGHT, Payer.INSURER if insured else Payer.SHOPPER, 1, rates.first_fen
    )
    steps = rates.further_steps(chargeable_g)
    if not steps:
        return (first,)
    return (first, _line(LineKind.FURTHER_WEIGHT, Payer.SHOPPER, steps, rates.step_fen))


def _line(kind: LineKind, payer: Payer, count: int, unit_fen: int) -> FeeLine:
    return FeeLine(
        kind=kind, payer=payer, count=count, unit_fen=unit_fen, amount_fen=count * unit_fen
    )


def _paid_by(payer: Payer, lines: tuple[FeeLine, ...]) -> int:
    return sum(line.amount_fen for line in lines if line.payer is payer)


def _broken(name: str, given: int, reckoned: int) -> FeeError:
    return FeeError(
        f"{name} of a fee is {given}, but its parts give {reckoned}",
        "restore the record from a backup, or reckon it again",
    )
