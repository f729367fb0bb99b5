"""The search of a session, which lets queries and changes in between its steps."""

import time

from solvers.engines.native.live_problem import LiveProblem
from solvers.engines.native.turns import Turns
from solvers.engines.protocol import EngineResult, Limits, Progress, ProgressCallback, StopSignal

_STEP_S = 0.005
"""Seconds of search between two moments at which others get their turn."""

_PROGRESS_S = 0.2
"""Least seconds between two calls of the progress callback."""

_WARM_HEAT = 0.03
"""Temperature at the beginning, as a part of the one for a plan made from nothing."""


def run_search(
    live: LiveProblem,
    lock: Turns,
    limits: Limits,
    threads: int,
    seed: int,
    progress: ProgressCallback | None,
    stop: StopSignal | None,
) -> EngineResult:
    """Search until a limit or the stop signal; after a change by others, go on from there."""
    began_s = time.perf_counter()
    done = 0  # iterations of searches that changes have ended
    told_s = 0.0
    known = -1
    interrupted = False

    def elapsed_s() -> float:
        return time.perf_counter() - began_s

    while True:
        with lock:
            if live.edits != known:
                known = live.edits
                _begin(live, limits, threads, seed, done, elapsed_s())
                before = done
            finished = live.step(_STEP_S)
            done = before + live.kernel.iterations
            due = progress is not None and (finished or elapsed_s() - told_s >= _PROGRESS_S)
            report = _report(live, done, elapsed_s()) if due else None
        if progress is not None and report is not None:
            told_s = report.elapsed_s
            progress(report)
        interrupted = not finished and stop is not None and stop()
        if finished or interrupted:
            break
        lock.let_pass(_STEP_S)
    with lock:
        plan = live.plan()
    return EngineResult(
        solution=plan, iterations=done, elapsed_s=elapsed_s(), interrupted=interrupted
    )


def _report(live: LiveProblem, done: int, elapsed_s: float) -> Progress:
    return Progress(
        elapsed_s=elapsed_s,
        iterations=done,
        cost=live.kernel.cost,
        unserved=len(live.kernel.absent()),
        temperature=live.kernel.temperature,
    )


def _begin(
    live: LiveProblem, limits: Limits, threads: int, seed: int, done: int, elapsed_s: float
) -> None:
    live.kernel.begin_search(
        seed=seed % 2**64,
        threads=1 if limits.seconds is None else threads,
        iterations=None if limits.iterations is None else max(0, limits.iterations - done),
        seconds=None if limits.seconds is None else max(0.0, limits.seconds - elapsed_s),
        heat=_WARM_HEAT,
    )
