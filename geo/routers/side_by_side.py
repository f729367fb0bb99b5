"""Several requests at a time, where the first error ends them all at once."""

import threading
from collections.abc import Callable, Iterable, Sequence
from queue import SimpleQueue
from typing import TypeVar

Job = TypeVar("Job")


def work_off(
    jobs: Iterable[Job],
    work: Callable[[Job], Sequence[Job]],
    *,
    at_once: int,
    on_done: Callable[[Job], None],
) -> None:
    """Call `work` for every job and for those it hands back, `at_once` at a time.

    The first exception of any of them, or an interrupt here, is raised at once. Requests still
    under way are not waited for: they may hang for as long as their timeout. Their threads are
    daemons, so that they do not hold up the end of the program either.

    Args:
        jobs: what to do, in this order.
        work: does one job, or returns smaller ones to do in its place.
        at_once: threads.
        on_done: called here, in the caller's thread, with each job that was done.
    """
    todo: SimpleQueue[Job | None] = SimpleQueue()
    done: SimpleQueue[tuple[Job, Sequence[Job] | BaseException]] = SimpleQueue()

    def serve() -> None:
        while (job := todo.get()) is not None:
            try:
                done.put((job, work(job)))
            except BaseException as error:
                done.put((job, error))
                return

    unfinished = _hand_in(jobs, todo)
    if not unfinished:
        return
    for _ in range(at_once):
        threading.Thread(target=serve, daemon=True).start()
    try:
        while unfinished:
            job, outcome = done.get()
            if isinstance(outcome, BaseException):
                raise outcome
            if not outcome:
                on_done(job)
            unfinished += _hand_in(outcome, todo) - 1
    finally:
        for _ in range(at_once):
            todo.put(None)


def _hand_in(jobs: Iterable[Job], todo: "SimpleQueue[Job | None]") -> int:
    count = 0
    for job in jobs:
        todo.put(job)
        count += 1
    return count
