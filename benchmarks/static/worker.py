"""One configuration on one instance, in a process of its own."""

import resource
import signal
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.static.cases import Case
from benchmarks.static.contender import Answer, Budget, get_contender
from benchmarks.static.results import Tried
from benchmarks.static.suites import get_suite
from solvers.errors import UnsupportedProblemError


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a worker is to do."""

    suite: str
    instance: str
    data: Path
    engine: str
    configuration: str
    budget: Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a worker sends back.

    Attributes:
        tried: What came out.
        scale, best_known: Of the case.
        refused: Why the engine cannot take part; nothing was tried then.
    """

    tried: Tried
    scale: int = 1
    best_known: int | None = None
    refused: str | None = None


def work(task: Task, pipe: Connection, memory_bytes: int) -> None:
    """Do ``task`` within that much memory and send a ``Report``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers itself
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    pipe.send(report_of(task))
    pipe.close()


def report_of(task: Task) -> Report:
    """The report on ``task``; what goes wrong is part of it."""
    case = get_suite(task.suite).load(task.data, task.instance)
    refused = None
    try:
        contender = get_contender(task.engine)
        answer = contender.answer(case.problem, task.configuration, task.budget)
        tried = _judged(case, task.configuration, answer)
    except UnsupportedProblemError as error:
        refused = "cannot model " + ", ".join(error.features)
        tried = Tried(configuration=task.configuration, problem=refused)
    except MemoryError:
        tried = Tried(configuration=task.configuration, problem="out of memory")
    except Exception as error:
        # a long comparison goes on; the failure is in its table, the trace on the terminal
        traceback.print_exc()
        tried = Tried(configuration=task.configuration, problem=f"failed: {error!r}"[:300])
    return Report(tried=tried, scale=case.scale, best_known=case.best_known, refused=refused)


def _judged(case: Case, configuration: str, answer: Answer) -> Tried:
    """The answer as it counts: only if the checker finds no violation."""
    peak_mb = _peak_mb()
    cost = unserved = None
    problem: str | None = "nothing valid found"
    if answer.solution is not None:
        checked = case.judge(answer.solution)
        if checked.valid:
            cost, unserved, problem = checked.cost.total, len(checked.unserved), None
        else:
            problem = f"invalid: {checked.violations[0].message}"
    return Tried(
        configuration=configuration,
        cost=cost,
        unserved=unserved,
        problem=problem,
        build_s=round(answer.build_s, 3),
        search_s=round(answer.search_s, 3),
        peak_mb=round(peak_mb, 1),
        trace=answer.trace,
    )


def _peak_mb() -> float:
    """Most memory this process has held, MB."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    except (OSError, StopIteration):
        # where there is no /proc; on Linux this one also counts what the parent held at the start
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
