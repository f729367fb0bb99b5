"""An engine for large problems: another engine, zone by zone."""

import os

from solvers.decomposition.borders import BorderPass
from solvers.decomposition.grouping import groups_of
from solvers.decomposition.parts import merged
from solvers.decomposition.rounds import Clock, solve_parts
from solvers.decomposition.sharing import shared_out
from solvers.decomposition.workers import Workers
from solvers.engines.insertion import insert_unserved
from solvers.engines.protocol import (
    EngineResult,
    Limits,
    ProgressCallback,
    StopSignal,
)
from solvers.engines.registry import get_engine, refuse_unsupported
from solvers.engines.repair import better, plan_from, repaired
from solvers.model import Problem
from solvers.solution import Solution

SMALL = 200
"""Problems with no more stops than this are solved whole."""

_ZONES_SHARE = 0.75
"""Part of the time for the zones; the rest mends what the split cost."""


class ZonedEngine:
    """Solves zones side by side with another engine, then mends the borders between them.

    Stops are grouped by ``Stop.zone``, vehicles are shared out to the groups by need, every group
    is solved in a process of its own, and in the last pass stops left out are inserted anywhere
    and neighbouring routes are planned again together while time remains. Problems of up to
    200 stops, or in one zone, go to the inner engine whole.

    An iteration limit holds for every group; without a limit in seconds there is no planning of
    neighbours again.

    Args:
        inner_name: Engine for the parts, by its name in the registry.
        workers: Processes; as many as there are cores if not given.

    Raises:
        UnknownEngineError: There is no engine of that name.
    """

    def __init__(self, inner_name: str, *, workers: int | None = None) -> None:
        self._inner = get_engine(inner_name)
        self._inner_name = inner_name
        self._workers = max(1, os.cpu_count() or 1) if workers is None else workers
        self.name = f"{inner_name} by zones"
        self.exact = self._inner.exact
        self.safe_side = self._inner.safe_side
        self.solves_large = True
        self.reproducible = False

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
        """Search until a limit or the stop signal ends it; see the engine protocol.

        Raises:
            UnsupportedProblemError: The inner engine does not model the problem.
            WorkerLostError: Two worker processes in a row were lost with the same part.
        """
        refuse_unsupported(self, problem)
        clock = Clock(limits=limits, stop=stop, progress=progress)
        groups = groups_of(problem) if len(problem.stops) > SMALL else []
        if len(groups) < 2 or not problem.vehicles:
            return self._inner.solve(
                problem, limits=limits, seed=seed, warm_start=warm_start,
                progress=progress, stop=stop,
            )  # fmt: skip
        with Workers(self._inner_name, min(self._workers, len(groups))) as workers:
            parts = shared_out(problem, groups)
            solved = solve_parts(
                problem, parts, workers,
                clock=clock, share=_ZONES_SHARE, seed=seed, warm_start=warm_start,
            )  # fmt: skip
            plan = merged(solved.routes)
            if warm_start is not None:
                # the split may have cut routes of the given plan that were better whole
                plan = better(problem, plan, plan_from(problem, repaired(problem, warm_start)))
            plan = insert_unserved(problem, plan, must_end=clock.must_end)
            mending = BorderPass(problem, plan, workers, clock=clock, parts=len(parts), seed=seed)
            plan = mending.run()
        plan = insert_unserved(problem, plan, must_end=clock.must_end)
        clock.tell(problem, plan, parts=len(parts), iterations=solved.iterations)
        return EngineResult(
            solution=plan,
            iterations=solved.iterations + mending.iterations,
            elapsed_s=clock.elapsed_s(),
            interrupted=clock.stopped,
        )
