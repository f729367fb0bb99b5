"""Works through the queue of jobs for as long as the server runs."""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dispatch.jobs.process import WorkerProcess
from dispatch.storage import jobs
from dispatch.storage.database import Database
from dispatch.storage.errors import StorageUnavailableError
from dispatch.storage.jobs import Job, JobStatus

CLAIM_S = 30.0
"""Seconds without word after which a worker is taken for dead."""

MOST_ATTEMPTS = 2
"""A job whose worker vanishes this often is lost: it may be what kills them."""

REPORT_EVERY_S = 2.0
IDLE_S = 1.0
HOUSEKEEPING_EVERY_S = 10.0
OVERTIME_S = 300.0
"""Seconds beyond its search time, for building and explaining, that a worker may take."""

_log = logging.getLogger(__name__)


class JobRunner:
    """Solves queued days, each in a process of its own, so many at once.

    Several may work at the same database, in one process or many. What is running when this is
    stopped goes back into the queue.

    Args:
        database: Where the queue is.
        workers: How many days are solved at once; 0 for none.
        keep: How long finished jobs are kept.
    """

    def __init__(self, database: Database, *, workers: int, keep: timedelta) -> None:
        self._database = database
        self._keep = keep
        self._stopping = threading.Event()
        self._waking = threading.Condition()
        own = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._threads = [
            threading.Thread(target=self._work, args=(f"{own}:{number}",), name=f"solve-{number}")
            for number in range(workers)
        ]
        if workers:
            self._threads.append(threading.Thread(target=self._keep_house, name="solve-house"))

    def start(self) -> None:
        """Begins to work through the queue."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Leaves off, and waits until everything is put back."""
        self._stopping.set()
        self.wake()
        for thread in self._threads:
            thread.join()

    def wake(self) -> None:
        """Says that there may be something in the queue."""
        with self._waking:
            self._waking.notify_all()

    # In the threads of the workers.

    def _work(self, worker: str) -> None:
        while not self._stopping.is_set():
            try:
                job = self._claim(worker)
                if job is not None:
                    self._run(job, worker)
                    continue
            except StorageUnavailableError as error:
                _log.warning("solves wait for the database: %s", error)
            except Exception:
                # One job must not end the work at all others.
                _log.exception("a solve went wrong")
            with self._waking:
                if not self._stopping.is_set():
                    self._waking.wait(IDLE_S)

    def _claim(self, worker: str) -> Job | None:
        with self._database.write() as tx:
            return jobs.claim(tx, worker=worker, at=_now(), until=_claimed_until())

    def _run(self, job: Job, worker: str) -> None:
        with self._database.read() as tx:
            day = jobs.day_of(tx, job.id)
        if day is None:
            return
        with WorkerProcess(day, job.options) as process:
            ended = self._follow(job, worker, process)
        if ended is not None:
            self._finish(job, worker, *ended)

    def _follow(
        self, job: Job, worker: str, process: WorkerProcess
    ) -> tuple[JobStatus, Mapping[str, Any] | None] | None:
        """How the job ended, with its result or failure; ``None`` if it is not ours any more."""
        progress: Mapping[str, Any] | None = None
        begun = reported = time.monotonic()
        asked_to_stop = False
        while not self._stopping.is_set():
            said = process.next(timeout_s=REPORT_EVERY_S / 4)
            if said is not None:
                kind, content = said
                if kind != "progress":
                    return _ending(kind, content)
                progress = content
            now = time.monotonic()
            if now - begun > job.options["seconds"] + OVERTIME_S:
                return JobStatus.FAILED, _failure("solve.overtime", "took too long; send less")
            if now - reported >= REPORT_EVERY_S:
                reported = now
                heard = self._report(job, worker, progress)
                if heard is None:
                    _log.warning("solve %s was given to another worker", job.id)
                    return None
                if heard.stop_requested and not asked_to_stop:
                    asked_to_stop = True
                    process.stop()
        self._put_back(job, worker)
        return None

    def _report(self, job: Job, worker: str, progress: Mapping[str, Any] | None) -> Job | None:
        try:
            with self._database.write() as tx:
                return jobs.report(
                    tx, job.id, worker=worker, until=_claimed_until(), progress=progress
                )
        except StorageUnavailableError as error:
            _log.warning("solve %s cannot be reported: %s", job.id, error)
            return job

    def _finish(
        self, job: Job, worker: str, status: JobStatus, content: Mapping[str, Any] | None
    ) -> None:
        """Keeps how the job ended, as soon as the database is there."""
        failed = status is JobStatus.FAILED
        while True:
            try:
                with self._database.write() as tx:
                    jobs.finish(
                        tx,
                        job.id,
                        worker=worker,
                        status=status,
                        at=_now(),
                        expires_at=_now() + self._keep,
                        result=None if failed else content,
                        failure=content if failed else None,
                    )
                return
            except StorageUnavailableError as error:
                _log.warning("solve %s waits to be kept: %s", job.id, error)
                if self._stopping.wait(IDLE_S):
                    return

    def _put_back(self, job: Job, worker: str) -> None:
        with self._database.write() as tx:
            jobs.put_back(tx, job.id, worker=worker)

    # In a thread of its own.

    def _keep_house(self) -> None:
        while True:
            try:
                with self._database.write() as tx:
                    expires_at = _now() + self._keep
                    jobs.recover(tx, at=_now(), most_attempts=MOST_ATTEMPTS, expires_at=expires_at)
                    jobs.forget_expired(tx, at=_now())
            except StorageUnavailableError as error:
                _log.warning("the queue of solves cannot be looked after: %s", error)
            if self._stopping.wait(HOUSEKEEPING_EVERY_S):
                return


def _ending(kind: str, content: Any) -> tuple[JobStatus, Mapping[str, Any] | None]:
    if kind == "result":
        whole = content is not None and not content["origin"]["interrupted"]
        return (JobStatus.DONE if whole else JobStatus.STOPPED), content
    if kind == "failure":
        return JobStatus.FAILED, content
    _log.error("the process of a solve has ended: %s", content)
    return JobStatus.FAILED, _failure(
        "solve.worker_ended",
        "its process ended before its time, perhaps for want of memory; send fewer requests",
    )


def _failure(code: str, detail: str) -> Mapping[str, Any]:
    return {"code": code, "detail": detail}


def _claimed_until() -> datetime:
    return _now() + timedelta(seconds=CLAIM_S)


def _now() -> datetime:
    return datetime.now(UTC)
