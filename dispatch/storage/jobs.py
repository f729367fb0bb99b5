"""Days to be solved for planners, and how far each has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from dispatch.storage.rows import all_of, one_or_none, values_of
from dispatch.storage.tables.jobs import solve_jobs

_jobs = solve_jobs.c
_LIGHT = [column for column in _jobs if column.name not in ("day", "result")]


class JobStatus(StrEnum):
    """How far a job has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    LOST = "lost"


FINISHED = frozenset({JobStatus.DONE, JobStatus.STOPPED, JobStatus.FAILED, JobStatus.LOST})
"""Nothing more comes of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A day to be solved.

    Attributes:
        id: Of the job.
        client_id: Who asked.
        day: As ``dispatch.files.read_day_document`` takes it.
        options: How to search, see ``dispatch.jobs.options``.
        created_at: When it was asked for.
    """

    id: str
    client_id: str
    day: Mapping[str, Any]
    options: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job without its day and result, which are large.

    Attributes:
        id: Of the job.
        client_id: Who asked.
        status: How far it has come.
        options: How to search.
        progress: What was last told of the search.
        failure: ``code`` and ``detail`` of what went wrong.
        stop_requested: Whether it is to end with the best plan so far.
        attempts: How often it was begun.
        worker: Who works at it.
        claimed_until: Until when that is believed without word.
        created_at: When it was asked for.
        started_at: When it was last begun.
        finished_at: When nothing more came of it.
        expires_at: When it is forgotten.
    """

    id: str
    client_id: str
    status: JobStatus
    options: Mapping[str, Any]
    progress: Mapping[str, Any] | None
    failure: Mapping[str, Any] | None
    stop_requested: bool
    attempts: int
    worker: str | None
    claimed_until: datetime | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "status", JobStatus(self.status))


def insert(tx: Connection, job: NewJob) -> None:
    """Puts the job at the end of the queue."""
    state = {"status": JobStatus.QUEUED, "stop_requested": False, "attempts": 0}
    tx.execute(solve_jobs.insert().values(values_of(job) | state))


def get(tx: Connection, job_id: str) -> Job | None:
    """The job with this id."""
    return one_or_none(tx, Job, select(*_LIGHT).where(_jobs.id == job_id))


def day_of(tx: Connection, job_id: str) -> Mapping[str, Any] | None:
    """The day a job is to solve."""
    day: Mapping[str, Any] | None = tx.execute(
        select(_jobs.day).where(_jobs.id == job_id)
    ).scalar_one_or_none()
    return day


def result_of(tx: Connection, job_id: str) -> Mapping[str, Any] | None:
    """The plan a job ended with, if it has one."""
    result: Mapping[str, Any] | None = tx.execute(
        select(_jobs.result).where(_jobs.id == job_id)
    ).scalar_one_or_none()
    return result


def find(
    tx: Connection,
    *,
    client_id: str | None = None,
    status: JobStatus | None = None,
    before: str | None = None,
    limit: int,
) -> list[Job]:
    """Jobs, the newest first.

    Args:
        tx: An open transaction.
        client_id: Only those of this client.
        status: Only those that have come this far.
        before: Only those with a lower id.
        limit: How many at most.
    """
    query = select(*_LIGHT).order_by(_jobs.id.desc()).limit(limit)
    if client_id is not None:
        query = query.where(_jobs.client_id == client_id)
    if status is not None:
        query = query.where(_jobs.status == status)
    if before is not None:
        query = query.where(_jobs.id < before)
    return all_of(tx, Job, query)


def count_unfinished(tx: Connection, client_id: str) -> int:
    """How many of a client's jobs are in the queue or running."""
    unfinished = sorted(set(JobStatus) - FINISHED)
    query = select(func.count()).where(_jobs.client_id == client_id, _jobs.status.in_(unfinished))
    return tx.execute(query).scalar_one()


def request_stop(tx: Connection, job_id: str, *, at: datetime, expires_at: datetime) -> Job | None:
    """Asks for the job to end: one in the queue at once, a running one with its best plan.

    Does nothing to one that has finished.

    Args:
        tx: A transaction that writes.
        job_id: Which job.
        at: Now.
        expires_at: When one that ends at once is forgotten.

    Returns:
        The job as it is then, or ``None`` where there is none.
    """
    tx.execute(
        update(solve_jobs)
        .where(_jobs.id == job_id, _jobs.status == JobStatus.QUEUED)
        .values(
            status=JobStatus.STOPPED, stop_requested=True, finished_at=at, expires_at=expires_at
        )
    )
    tx.execute(
        update(solve_jobs)
        .where(_jobs.id == job_id, _jobs.status == JobStatus.RUNNING)
        .values(stop_requested=True)
    )
    return get(tx, job_id)


def claim(tx: Connection, *, worker: str, at: datetime, until: datetime) -> Job | None:
    """Begins the oldest job in the queue.

    Args:
        tx: A transaction that writes.
        worker: Who begins it.
        at: Now.
        until: Until when it is believed that the worker works at it.
    """
    query = (
        select(_jobs.id)
        .where(_jobs.status == JobStatus.QUEUED)
        .order_by(_jobs.created_at, _jobs.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job_id = tx.execute(query).scalar_one_or_none()
    if job_id is None:
        return None
    tx.execute(
        update(solve_jobs)
        .where(_jobs.id == job_id)
        .values(
            status=JobStatus.RUNNING,
            attempts=_jobs.attempts + 1,
            worker=worker,
            claimed_until=until,
            started_at=at,
            progress=None,
        )
    )
    return get(tx, job_id)


def report(
    tx: Connection,
    job_id: str,
    *,
    worker: str,
    until: datetime,
    progress: Mapping[str, Any] | None,
) -> Job | None:
    """Tells how far the worker is, and that it still works.

    Returns:
        The job, or ``None`` where it is not this worker's any more: it shall leave off.
    """
    found = tx.execute(
        update(solve_jobs)
        .where(*_at_work(job_id, worker))
        .values(claimed_until=until, progress=progress)
    )
    return get(tx, job_id) if found.rowcount == 1 else None


def finish(
    tx: Connection,
    job_id: str,
    *,
    worker: str,
    status: JobStatus,
    at: datetime,
    expires_at: datetime,
    result: Mapping[str, Any] | None = None,
    failure: Mapping[str, Any] | None = None,
) -> bool:
    """Tells how the job ended; ``False`` where it is not this worker's any more."""
    found = tx.execute(
        update(solve_jobs)
        .where(*_at_work(job_id, worker))
        .values(
            status=status,
            claimed_until=None,
            finished_at=at,
            expires_at=expires_at,
            result=result,
            failure=failure,
        )
    )
    return found.rowcount == 1


def put_back(tx: Connection, job_id: str, *, worker: str) -> None:
    """Puts a job back into the queue whose worker has to leave off; that attempt does not count."""
    tx.execute(
        update(solve_jobs)
        .where(*_at_work(job_id, worker))
        .values(
            status=JobStatus.QUEUED,
            attempts=_jobs.attempts - 1,
            worker=None,
            claimed_until=None,
            progress=None,
        )
    )


def recover(tx: Connection, *, at: datetime, most_attempts: int, expires_at: datetime) -> None:
    """Puts jobs back whose worker has not been heard of, or calls them lost.

    Args:
        tx: A transaction that writes.
        at: Now.
        most_attempts: Jobs begun as often as this are lost.
        expires_at: When lost ones are forgotten.
    """
    silent = (_jobs.status == JobStatus.RUNNING, _jobs.claimed_until < at)
    tx.execute(
        update(solve_jobs)
        .where(*silent, _jobs.attempts >= most_attempts)
        .values(
            status=JobStatus.LOST,
            claimed_until=None,
            finished_at=at,
            expires_at=expires_at,
            failure={
                "code": "solve.lost",
                "detail": f"its worker ended without a word, {most_attempts} times; send the day "
                "again, with fewer requests or less search time",
            },
        )
    )
    tx.execute(
        update(solve_jobs)
        .where(*silent, _jobs.attempts < most_attempts)
        .values(status=JobStatus.QUEUED, worker=None, claimed_until=None, progress=None)
    )


def forget_expired(tx: Connection, *, at: datetime) -> int:
    """Deletes finished jobs that have expired; how many that were."""
    query = delete(solve_jobs).where(_jobs.status.in_(sorted(FINISHED)), _jobs.expires_at <= at)
    return tx.execute(query).rowcount


def _at_work(job_id: str, worker: str) -> tuple[Any, ...]:
    return _jobs.id == job_id, _jobs.worker == worker, _jobs.status == JobStatus.RUNNING
