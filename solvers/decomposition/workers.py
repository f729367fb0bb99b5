"""Problems solved side by side in processes of their own.

Each worker talks to its parent over a pipe of its own, so that a worker killed in mid-sentence
can hold up nobody else. Workers are spawned, not forked: the parent may have threads.
"""

import multiprocessing
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType

from solvers.engines.protocol import EngineResult, Limits, Progress
from solvers.engines.registry import get_engine
from solvers.errors import SolverError
from solvers.model import Problem
from solvers.solution import Solution

_STOP_GRACE_S = 5.0


class WorkerLostError(SolverError):
    """A worker process ended twice without an answer to the same task."""

    def __init__(self, task: int, exit_code: int | None) -> None:
        self.task = task
        self.exit_code = exit_code
        super().__init__(
            f"the worker process for part {task} ended twice without an answer (exit code "
            f"{exit_code}); it may have run out of memory: try fewer workers or smaller zones"
        )


class WorkerFailedError(SolverError):
    """An engine raised an error inside a worker; the message is its own."""


@dataclass(frozen=True, slots=True)
class Task:
    """One problem for a worker.

    Attributes:
        number: Given back with everything the worker reports.
        problem: What to solve.
        limits: When the worker must end.
        seed: Of the engine.
        warm_start: A plan to begin with.
    """

    number: int
    problem: Problem
    limits: Limits
    seed: int
    warm_start: Solution | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a worker says about a task: progress, or the result it ended with."""

    task: int
    message: Progress | EngineResult


class Workers:
    """A fixed number of processes that each solve one task at a time; use as a context manager.

    Args:
        engine_name: Engine the workers use, by its name in the registry.
        count: Number of processes, at least 1.
    """

    def __init__(self, engine_name: str, count: int) -> None:
        self._engine_name = engine_name
        self._idle = [_Worker(engine_name) for _ in range(count)]
        self._busy: list[_Worker] = []

    def __enter__(self) -> "Workers":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in (*self._idle, *self._busy):
            worker.end()
        self._idle, self._busy = [], []

    @property
    def idle(self) -> int:
        """Workers without a task."""
        return len(self._idle)

    @property
    def busy(self) -> int:
        """Workers with a task."""
        return len(self._busy)

    def start(self, task: Task) -> None:
        """Give the task to an idle worker.

        Raises:
            IndexError: No worker is idle.
        """
        worker = self._idle.pop()
        self._busy.append(worker)
        worker.start(task)

    def stop_all(self) -> None:
        """Ask every busy worker to end with its best plan so far."""
        for worker in self._busy:
            worker.ask_to_stop()

    def reports(self, timeout_s: float) -> list[Report]:
        """What has arrived, waiting at most ``timeout_s`` for the first of it.

        Raises:
            WorkerLostError: A worker was lost, and a second one with the same task.
            WorkerFailedError: An engine raised an error.
        """
        ready = wait([worker.connection for worker in self._busy], timeout_s)
        found = []
        for worker in [w for w in self._busy if w.connection in ready]:
            report = self._heard(worker)
            if report is None:
                continue
            found.append(report)
            if isinstance(report.message, EngineResult):
                self._busy.remove(worker)
                self._idle.append(worker)
        return found

    def _heard(self, worker: "_Worker") -> Report | None:
        task = worker.task
        if task is None:
            raise RuntimeError("a worker without a task has spoken")
        try:
            message = worker.connection.recv()
        except (EOFError, ConnectionError):
            self._replace(worker, task)
            return None
        if isinstance(message, str):
            raise WorkerFailedError(f"part {task.number}: {message}")
        return Report(task.number, message)

    def _replace(self, lost: "_Worker", task: Task) -> None:
        exit_code = lost.end()
        self._busy.remove(lost)
        if lost.second_try:
            raise WorkerLostError(task.number, exit_code)
        fresh = _Worker(self._engine_name, second_try=True)
        self._busy.append(fresh)
        fresh.start(task)


class _Worker:
    """One process and the parent's end of its pipe."""

    def __init__(self, engine_name: str, *, second_try: bool = False) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.task: Task | None = None
        self.second_try = second_try
        self._process: SpawnProcess = context.Process(
            target=_work, args=(theirs, engine_name), daemon=True
        )
        self._process.start()
        theirs.close()

    def start(self, task: Task) -> None:
        """Send the task; a worker that is gone is noticed when its answer is waited for."""
        if self.task is not None:
            self.second_try = False
        self.task = task
        try:
            self.connection.send(task)
        except OSError:
            return

    def ask_to_stop(self) -> None:
        """Ask for the best plan so far."""
        try:
            self.connection.send(None)
        except OSError:
            return

    def end(self) -> int | None:
        """End the process, by force if need be; its exit code."""
        self.connection.close()
        self._process.join(0 if self.task is None else 0.1)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(_STOP_GRACE_S)
        return self._process.exitcode


def _work(connection: Connection, engine_name: str) -> None:
    """A worker's life: solve what comes until the parent hangs up."""
    # Both may reach the whole process group; ending early is for the parent to ask.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    engine = get_engine(engine_name)
    try:
        while True:
            task = connection.recv()
            if task is None:
                continue  # asked to stop after the answer was sent
            try:
                connection.send(
                    engine.solve(
                        task.problem,
                        limits=task.limits,
                        seed=task.seed,
                        warm_start=task.warm_start,
                        progress=connection.send,
                        stop=_stop_signal(connection),
                    )
                )
            except SolverError as error:
                connection.send(str(error))
    except (EOFError, ConnectionError):
        return


def _stop_signal(connection: Connection) -> Callable[[], bool]:
    """True once the parent has sent a message; a parent that has gone counts as one."""
    asked = False

    def stop() -> bool:
        nonlocal asked
        if not asked and connection.poll():
            asked = True
            connection.recv()
        return asked

    return stop
