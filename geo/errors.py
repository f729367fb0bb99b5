"""What the package raises when its input is wrong: a code, the cause and the remedy."""

from typing import Any


class GeoError(ValueError):
    """Input that the package refuses.

    Attributes:
        code: stable dotted name of the rule that was broken, listed in ``docs/geo.md``.
        cause: what was wrong, with the offending element and value.
        action: what the caller can do about it.
    """

    def __init__(self, code: str, cause: str, action: str) -> None:
        """Keep the three parts; the message is ``cause; action [code]``."""
        super().__init__(f"{cause}; {action} [{code}]")
        self.code = code
        self.cause = cause
        self.action = action

    def __reduce__(self) -> tuple[type["GeoError"], tuple[Any, ...]]:
        """Rebuild from the three parts, so that the error survives a process pool."""
        return type(self), (self.code, self.cause, self.action)
