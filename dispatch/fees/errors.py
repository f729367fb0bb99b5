"""What can be wrong with rates, goods and records of money."""


class FeeError(ValueError):
    """A rate, a weight or a record of money cannot be right.

    Attributes:
        cause: What is wrong, with the value.
        action: What to do about it.
    """

    def __init__(self, cause: str, action: str) -> None:
        self.cause = cause
        self.action = action
        super().__init__(f"{cause}; {action}")

    def __reduce__(self) -> tuple[type["FeeError"], tuple[str, str]]:
        """Rebuild from the parts, so that the error survives a process pool."""
        return type(self), (self.cause, self.action)


class AlreadySettledError(FeeError):
    """A pickup was settled before, at another weight."""


def at_least(least: int, **amounts: int) -> None:
    """Raise :class:`FeeError` for the first amount that is below ``least``."""
    for name, amount in amounts.items():
        if amount < least:
            raise FeeError(f"{name} is {amount}", f"give a whole number of at least {least}")
