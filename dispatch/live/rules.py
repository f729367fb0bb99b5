"""The rules of a live day that a planner may set."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRules:
    """What holds for a live day beside the city's settings.

    Attributes:
        most_attempts: Visits to a door that fail before the pickup is given up.
        most_ahead_s: An event later than the clock by more than this is refused: somebody's
            watch is wrong.

    Raises:
        ValueError: A value is out of range.
    """

    most_attempts: int = 2
    most_ahead_s: int = 900

    def __post_init__(self) -> None:
        for name, least in (("most_attempts", 1), ("most_ahead_s", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; give {least} or more")
