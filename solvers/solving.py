"""Solve a problem with an engine and let the checker judge the answer."""

from dataclasses import dataclass

from solvers.checker import CheckReport, check
from solvers.engines.protocol import Engine, EngineResult, Limits, ProgressCallback, StopSignal
from solvers.engines.registry import refuse_unsupported
from solvers.model import Problem
from solvers.solution import Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """An engine's answer with the checker's verdict; it counts only if ``report.valid``."""

    result: EngineResult
    report: CheckReport

    @property
    def solution(self) -> Solution:
        """The plan."""
        return self.result.solution


def solve(
    problem: Problem,
    engine: Engine,
    *,
    limits: Limits,
    seed: int = 0,
    warm_start: Solution | None = None,
    progress: ProgressCallback | None = None,
    stop: StopSignal | None = None,
) -> Solved:
    """Search with ``engine`` and check what it answers; arguments are those of ``Engine.solve``.

    Raises:
        UnsupportedProblemError: The engine does not model what the problem asks for.
    """
    refuse_unsupported(engine, problem)
    result = engine.solve(
        problem, limits=limits, seed=seed, warm_start=warm_start, progress=progress, stop=stop
    )
    return Solved(result=result, report=check(problem, result.solution))
