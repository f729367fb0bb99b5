"""Runs a contender's configurations, side by side or one after the other, in own processes."""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

from benchmarks.static.contender import Budget, Contender
from benchmarks.static.results import Result, Tried
from benchmarks.static.suites import Suite
from benchmarks.static.worker import Report, Task, work

_MEMORY_SHARE = 0.85
"""Of the machine's memory, what the processes at work may use together."""

_GRACE_FACTOR = 4
_GRACE_S = 180
"""A process is ended after the search time times the factor plus this many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One contender on one instance with one budget and seed."""

    suite: Suite
    instance: str
    data: Path
    contender: Contender
    seconds: float
    seed: int

    @property
    def key(self) -> tuple[object, ...]:
        """As of its result."""
        return (self.suite.name, self.instance, self.contender.name, self.seconds, self.seed)


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0))


def result_of(run: Run) -> Result:
    """Run every configuration; what goes wrong in one of them is part of the result."""
    count = cores()
    contender = run.contender
    names = contender.configurations(optional_stops=run.suite.optional_stops, cores=count)
    together = count if contender.side_by_side else 1
    threads = 1 if contender.side_by_side else count
    reports: list[Report] = []
    for begin in range(0, len(names), together):
        batch = names[begin : begin + together]
        reports += _side_by_side([_task(run, name, threads) for name in batch])
        if reports[0].refused is not None:
            break
    return Result(
        suite=run.suite.name,
        instance=run.instance,
        engine=contender.name,
        seconds=run.seconds,
        seed=run.seed,
        version=contender.version(),
        scale=reports[0].scale,
        best_known=reports[0].best_known,
        tried=tuple(report.tried for report in reports),
        refused=reports[0].refused,
        is_peer=contender.is_peer,
        side_by_side=contender.side_by_side,
    )


def _task(run: Run, configuration: str, threads: int) -> Task:
    return Task(
        suite=run.suite.name,
        instance=run.instance,
        data=run.data,
        engine=run.contender.name,
        configuration=configuration,
        budget=Budget(seconds=run.seconds, seed=run.seed, threads=threads),
    )


def _side_by_side(tasks: Sequence[Task]) -> list[Report]:
    share = int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * _MEMORY_SHARE)
    workers = [_begin(task, share // len(tasks)) for task in tasks]
    try:
        return [_await(task, *worker) for task, worker in zip(tasks, workers, strict=True)]
    finally:
        for process, _ in workers:
            if process.is_alive():
                process.kill()
            process.join()


def _begin(task: Task, memory_bytes: int) -> tuple[SpawnProcess, Connection]:
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(task, theirs, memory_bytes))
    process.start()
    theirs.close()
    return process, ours


def _await(task: Task, process: SpawnProcess, pipe: Connection) -> Report:
    patience_s = _GRACE_FACTOR * task.budget.seconds + _GRACE_S
    began = time.monotonic()
    try:
        if pipe.poll(patience_s):
            report: Report = pipe.recv()
            return report
        problem = f"nothing within {time.monotonic() - began:.0f} s"
    except EOFError:
        process.join()
        problem = f"process ended with exit code {process.exitcode}"
    finally:
        pipe.close()
    return Report(tried=Tried(configuration=task.configuration, problem=problem))


def runs_of(
    suite: Suite,
    instances: Sequence[str],
    budgets: Sequence[tuple[Contender, float]],
    *,
    seeds: int,
    data: Path,
) -> Iterator[Run]:
    """Every run of a comparison, instance by instance, so that a part of it is of use."""
    for instance in instances:
        for contender, seconds in budgets:
            for seed in range(1, (seeds if contender.seeded else 1) + 1):
                yield Run(
                    suite=suite,
                    instance=instance,
                    data=data,
                    contender=contender,
                    seconds=seconds,
                    seed=seed,
                )
