"""The native engine behind the engine protocol."""

import os
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet

from solvers.checker import check
from solvers.engines.abilities import Ability
from solvers.engines.native.flatten import flatten, solution_of, start_routes
from solvers.engines.protocol import (
    EngineResult,
    Limits,
    Progress,
    ProgressCallback,
    StopSignal,
)
from solvers.kernel import Problem as KernelProblem
from solvers.kernel import Solver
from solvers.model import Problem
from solvers.solution import Route, Solution

_STEP_S = 0.02
"""Seconds between two looks at the stop signal."""

_PROGRESS_S = 0.2
"""Least seconds between two calls of the progress callback."""


class NativeEngine:
    """Ruin and recreate by string removals under simulated annealing, in C++.

    Models everything exactly. With an iteration limit and no limit in seconds it runs on one
    thread and is reproducible; otherwise on ``threads`` threads.

    Args:
        threads: Searches side by side; ``None`` for one a core.

    Raises:
        ValueError: ``threads`` is not positive.
    """

    name = "native"
    exact = frozenset(Ability)
    safe_side: frozenset[Ability] = frozenset()
    solves_large = True
    reproducible = True

    def __init__(self, threads: int | None = None) -> None:
        if threads is not None and threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        self._threads = threads

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
        """Search until a limit or the stop signal ends it; see ``Engine.solve``."""
        if not problem.travel:  # then there are neither stops nor vehicles
            return EngineResult(solution=Solution(), iterations=0, elapsed_s=0.0)
        began_s = time.monotonic()
        kernel = flatten(problem) if stop is None else _flatten_unless(problem, stop)
        if kernel is None:
            return EngineResult(
                solution=_without_search(problem, warm_start),
                iterations=0,
                elapsed_s=time.monotonic() - began_s,
                interrupted=True,
            )
        handed_over_s = time.monotonic() - began_s
        solver = Solver(
            kernel,
            seed=seed % 2**64,
            threads=self._thread_count(limits),
            iterations=limits.iterations,
            seconds=None if limits.seconds is None else max(limits.seconds - handed_over_s, 0.0),
        )
        if warm_start is not None:
            solver.start(start_routes(problem, warm_start))
        told_s = -_PROGRESS_S
        interrupted = False
        while not (finished := solver.step(_STEP_S)) and not interrupted:
            interrupted = stop is not None and stop()
            if progress is not None and solver.elapsed_s - told_s >= _PROGRESS_S:
                told_s = solver.elapsed_s
                progress(_progress_of(solver, handed_over_s))
        if progress is not None:
            progress(_progress_of(solver, handed_over_s))
        return EngineResult(
            solution=solution_of(problem, solver.best_routes()),
            iterations=solver.iterations,
            elapsed_s=handed_over_s + solver.elapsed_s,
            interrupted=interrupted and not finished,
        )

    def _thread_count(self, limits: Limits) -> int:
        if limits.seconds is None:
            return 1
        return self._threads or len(os.sched_getaffinity(0))


def _flatten_unless(problem: Problem, stop: StopSignal) -> KernelProblem | None:
    """The kernel's copy, or ``None`` if the stop signal comes first.

    Building the copy of ten thousand stops takes about a second and cannot be cut short, so it
    is left to end by itself, unused.
    """
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        copy: Future[KernelProblem] = pool.submit(flatten, problem)
        while True:
            try:
                return copy.result(timeout=_STEP_S)
            except NotYet:
                if stop():
                    return None
    finally:
        pool.shutdown(wait=False)


def _without_search(problem: Problem, warm_start: Solution | None) -> Solution:
    """The warm start if it is valid, else the committed visits alone."""
    if warm_start is not None and check(problem, warm_start).valid:
        return warm_start
    committed = enumerate(vehicle.committed for vehicle in problem.vehicles)
    return Solution(tuple(Route(index, visits) for index, visits in committed if visits))


def _progress_of(solver: Solver, handed_over_s: float) -> Progress:
    return Progress(
        elapsed_s=handed_over_s + solver.elapsed_s,
        iterations=solver.iterations,
        cost=solver.best_cost,
        unserved=solver.best_unserved,
        temperature=solver.temperature,
    )
