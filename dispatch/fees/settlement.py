"""Settling a pickup once, when the goods change hands, by what the courier weighed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.domain.requests import Load
from dispatch.fees.errors import AlreadySettledError, FeeError
from dispatch.fees.fee import Fee, charge


class Basis(StrEnum):
    """Where the weight that was settled comes from."""

    WEIGHED = "weighed"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What is paid for a pickup, and how that differs from what was quoted.

    Attributes:
        quoted: The fee told at booking.
        final: The fee owed, at the rates and with the insurance of the quote.
        basis: Whether the goods were weighed at the door.
        settled_at: When the goods changed hands.
        shopper_difference_fen: What the shopper pays beyond the quote; below 0 is less. The
            insurance pays the same first weight in both.
    """

    quoted: Fee
    final: Fee
    basis: Basis
    settled_at: datetime
    shopper_difference_fen: int

    def __post_init__(self) -> None:
        if self.settled_at.tzinfo is None:
            raise FeeError(f"settled_at {self.settled_at} has no offset", "give an aware time")
        if (self.final.rates, self.final.insured) != (self.quoted.rates, self.quoted.insured):
            raise FeeError(
                "a settlement has other rates or another insurance than its quote",
                "settle by the quote that was booked",
            )
        difference_fen = self.final.shopper_fen - self.quoted.shopper_fen
        if self.shopper_difference_fen != difference_fen:
            raise FeeError(
                f"shopper_difference_fen is {self.shopper_difference_fen}, but the fees give "
                f"{difference_fen}",
                "restore the record from a backup",
            )


def settle(
    quoted: Fee, weighed: Load | None, *, at: datetime, already: Settlement | None = None
) -> Settlement:
    """Settle a pickup, or return what it was settled at.

    Args:
        quoted: The fee told at booking.
        weighed: The goods as measured at the door; ``None`` settles the declared ones.
        at: When the goods changed hands.
        already: The settlement there is, if the pickup was settled before.

    Raises:
        AlreadySettledError: It was settled before, at something else.
        FeeError: A weight or volume is negative, or ``at`` has no offset.
    """
    load = quoted.load if weighed is None else weighed
    basis = Basis.DECLARED if weighed is None else Basis.WEIGHED
    final = charge(load, quoted.rates, insured=quoted.insured)
    if already is None:
        return Settlement(
            quoted=quoted,
            final=final,
            basis=basis,
            settled_at=at,
            shopper_difference_fen=final.shopper_fen - quoted.shopper_fen,
        )
    if already.final == final and already.basis is basis:
        return already
    raise AlreadySettledError(
        f"settled at {already.settled_at.isoformat()} for {already.final.chargeable_g} g and "
        f"{already.final.total_fen} fen",
        "a settlement is final; correct money outside of it",
    )
