"""How a planner's day is to be searched, and how much may be asked for."""

from dataclasses import dataclass

from solvers.engines.registry import DEFAULT_ENGINE


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOptions:
    """How to search.

    Attributes:
        engine: Name of the engine.
        seconds: Search time.
        seed: Of the engine.
        zones: How many zones to draw; ``None`` leaves it to the size of the day.
    """

    engine: str = DEFAULT_ENGINE
    seconds: float = 20.0
    seed: int = 0
    zones: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLimits:
    """How much may be asked for.

    Attributes:
        seconds: Longest search.
        requests: Most requests in a day.
        unfinished: Most unfinished jobs of one client.
    """

    seconds: float
    requests: int
    unfinished: int
