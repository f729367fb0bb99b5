"""What errors of the business have in common."""

from typing import Self


class RemedyError(ValueError):
    """A value that cannot be right, with what to do about it.

    Attributes:
        cause: What is wrong, with the value.
        action: What to do about it.
    """

    def __init__(self, cause: str, action: str) -> None:
        self.cause = cause
        self.action = action
        super().__init__(f"{cause}; {action}")

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        """Rebuild from the parts, so that the error survives a process pool."""
        return type(self), (self.cause, self.action)
