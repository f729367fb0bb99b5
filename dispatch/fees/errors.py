"""What can be wrong with rates, goods and records of money."""

from dispatch.domain.errors import RemedyError


class FeeError(RemedyError):
    """A rate, a weight or a record of money cannot be right."""


class AlreadySettledError(FeeError):
    """A pickup was settled before, at another weight."""


def at_least(least: int, **amounts: int) -> None:
    """Raise :class:`FeeError` for the first amount that is below ``least``."""
    for name, amount in amounts.items():
        if amount < least:
            raise FeeError(f"{name} is {amount}", f"give a whole number of at least {least}")
