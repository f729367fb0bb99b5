"""Trials on all cores, each in a process of its own that takes the next one when it is done."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import Self

from benchmarks.dynamic.results import OutcomesFile
from benchmarks.dynamic.trials import Outcome, Trial, simulate


class Runner:
    """Makes trials, unless their outcomes are known.

    Args:
        file: Where outcomes are kept.
        pool: Of processes.
        jobs: How many of them.
        say: Told of every trial made.
    """

    def __init__(
        self, file: OutcomesFile, pool: ProcessPoolExecutor, jobs: int, say: Callable[[str], None]
    ) -> None:
        self.file = file
        self._pool = pool
        self._jobs = jobs
        self._say = say

    @classmethod
    @contextmanager
    def open(
        cls, file: OutcomesFile, jobs: int | None, say: Callable[[str], None]
    ) -> Iterator[Self]:
        """A runner with its processes, which are ended when it is closed."""
        count = jobs or len(os.sched_getaffinity(0))
        pool = ProcessPoolExecutor(count, get_context("spawn"), initializer=_end_with_parent)
        try:
            yield cls(file, pool, count, say)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def run(
        self,
        trials: Sequence[Trial],
        *,
        enough: Callable[[Sequence[Outcome]], bool] = lambda _: False,
    ) -> list[Outcome]:
        """Make trials and the rehearsals they need.

        Args:
            trials: Days, rehearsals not among them.
            enough: Asked after each trial whether those made so far tell all that is wanted.

        Returns:
            Outcomes in the order of the trials; some are missing where those made were enough.
        """
        found = {trial: one for trial in trials if (one := self.file.get(trial)) is not None}
        waiting = [trial for trial in trials if trial not in found]
        under_way: dict[Future[Outcome], Trial] = {}
        while (waiting or under_way) and not enough(list(found.values())):
            self._begin_some(waiting, under_way)
            self._end_some(under_way, found)
        while under_way:
            self._end_some(under_way, found)
        return [found[trial] for trial in trials if trial in found]

    def _begin_some(self, waiting: list[Trial], under_way: dict[Future[Outcome], Trial]) -> None:
        """Begin as many trials as there are processes, rehearsals before what needs them."""
        for trial in list(waiting):
            if len(under_way) >= self._jobs:
                return
            rehearsal = trial.rehearsal()
            known = self.file.get(rehearsal)
            if known is not None:
                waiting.remove(trial)
                under_way[self._pool.submit(simulate, trial, known.ways)] = trial
            elif rehearsal not in under_way.values():
                under_way[self._pool.submit(simulate, rehearsal, None)] = rehearsal

    def _end_some(
        self, under_way: dict[Future[Outcome], Trial], found: dict[Trial, Outcome]
    ) -> None:
        done, _ = wait(under_way, return_when=FIRST_COMPLETED)
        for future in done:
            trial = under_way.pop(future)
            try:
                outcome = future.result()
            except Exception as error:
                error.add_note(f"while simulating {trial}; the days before are kept")
                raise
            self.file.add(outcome)
            self._say(_line(outcome))
            if trial.seed is not None:
                found[trial] = outcome


def _end_with_parent() -> None:
    """Let this process not outlive the one that gives it trials, however that one ends."""

    def watch() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _line(outcome: Outcome) -> str:
    trial, figures = outcome.trial, outcome.figures
    what = f"{trial.setting.name}: {trial.scenario}, {trial.policy}"
    if trial.seed is None:
        return f"{what}, rehearsal, {outcome.seconds:.0f} s"
    shown = [f"seed {trial.seed}"]
    for name, word in (("on_time_share", "kept"), ("accepted_share", "accepted")):
        share = figures[name]
        shown.append(f"{word} {'-' if share is None else f'{share:.1%}'}")
    return f"{what}, {', '.join(shown)}, {outcome.seconds:.0f} s"
