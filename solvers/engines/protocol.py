"""What every engine offers and takes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from solvers.engines.abilities import Ability
from solvers.model import Problem
from solvers.solution import Solution


@dataclass(frozen=True, slots=True)
class Limits:
    """When an engine must end its search; whichever comes first counts.

    Raises:
        ValueError: Neither limit is given, or one is negative.
    """

    seconds: float | None = None
    iterations: int | None = None

    def __post_init__(self) -> None:
        if self.seconds is None and self.iterations is None:
            raise ValueError("give a limit in seconds, in iterations or both")
        if self.seconds is not None and not self.seconds >= 0:
            raise ValueError(f"seconds must not be negative, not {self.seconds}")
        if self.iterations is not None and self.iterations < 0:
            raise ValueError(f"iterations must not be negative, not {self.iterations}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What an engine has reached so far.

    Attributes:
        elapsed_s: Seconds since the search began.
        iterations: Search steps done.
        cost: Cost of the best plan, milli-fen; ``None`` before the first plan.
        unserved: Stops the best plan leaves out; ``None`` before the first plan.
        parts_done: Parts finished, where the problem was split.
        parts: Parts in all.
        temperature: Of simulated annealing, where it is used.
        phase: What is being done, in a word or two.
    """

    elapsed_s: float
    iterations: int = 0
    cost: int | None = None
    unserved: int | None = None
    parts_done: int = 0
    parts: int = 1
    temperature: float | None = None
    phase: str = "search"


ProgressCallback = Callable[[Progress], None]
"""Called now and then from the thread that called ``solve``; must return quickly."""

StopSignal = Callable[[], bool]
"""Asked often; once it answers true the engine ends with the best plan so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineResult:
    """What a search ended with.

    Attributes:
        solution: The best plan found.
        iterations: Search steps done.
        elapsed_s: Seconds of search.
        interrupted: The stop signal ended the search before its limits did.
    """

    solution: Solution
    iterations: int
    elapsed_s: float
    interrupted: bool = False


class Engine(Protocol):
    """A way to search for plans.

    Attributes:
        name: As given to ``--engine``.
        exact: Features modelled as they are.
        safe_side: Features modelled so that plans stay valid while their cost may be higher
            than need be.
        solves_large: Thousands of stops are solved whole; other engines want them split by zone.
        reproducible: Same problem, seed and iteration limit give the same plan on one thread.
    """

    name: str
    exact: frozenset[Ability]
    safe_side: frozenset[Ability]
    solves_large: bool
    reproducible: bool

    def solve(
        self,
        problem: Problem,
        *,
        limits: Limits,
        seed: int = 0,
        warm_start: Solution | None = None,
        progress: ProgressCallback | None = None,
        stop: StopSignal | None = None,
    ) -> EngineResult:
        """Search until a limit or the stop signal ends it.

        Args:
            problem: What to plan.
            limits: When to end.
            seed: Of the engine's random choices.
            warm_start: A plan to begin with; it may be incomplete or break rules.
            progress: Told about the search as it goes.
            stop: Asked whether to end.

        Raises:
            UnsupportedProblemError: The problem has features the engine does not model.
        """
