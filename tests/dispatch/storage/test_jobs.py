"""The queue of days to be solved."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from dispatch.storage import jobs
from dispatch.storage.database import Database
from dispatch.storage.jobs import Job, JobStatus, NewJob

NOW = datetime(2026, 11, 11, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(seconds=30)
MUCH_LATER = NOW + timedelta(days=1)

Queue = Callable[..., None]


@pytest.fixture
def queue(database: Database) -> Queue:
    def put(*ids: str) -> None:
        with database.write() as tx:
            for number, one in enumerate(ids):
                at = NOW + timedelta(milliseconds=number)
                jobs.insert(
                    tx,
                    NewJob(id=one, client_id="cl", day={"of": one}, options={}, created_at=at),
                )

    return put


def claim(database: Database, worker: str = "w") -> str | None:
    with database.write() as tx:
        job = jobs.claim(tx, worker=worker, at=NOW, until=LATER)
    return None if job is None else job.id


def read(database: Database, job_id: str) -> Job:
    with database.read() as tx:
        job = jobs.get(tx, job_id)
    assert job is not None
    return job


def test_the_oldest_is_begun_first_and_by_one_only(database: Database, queue: Queue) -> None:
    queue("b", "a")
    assert [claim(database), claim(database), claim(database)] == ["b", "a", None]
    job = read(database, "b")
    assert (job.status, job.attempts, job.started_at) == (JobStatus.RUNNING, 1, NOW)


def test_word_of_a_worker_keeps_the_job_and_brings_the_wish_to_stop(
    database: Database, queue: Queue
) -> None:
    queue("a")
    claim(database)
    with database.write() as tx:
        heard = jobs.report(tx, "a", worker="w", until=MUCH_LATER, progress={"unserved": 3})
    assert heard is not None
    assert not heard.stop_requested
    with database.write() as tx:
        jobs.request_stop(tx, "a", at=NOW, expires_at=LATER)
        heard = jobs.report(tx, "a", worker="w", until=MUCH_LATER, progress=None)
        assert jobs.report(tx, "a", worker="x", until=MUCH_LATER, progress=None) is None
    assert heard is not None
    assert heard.stop_requested
    assert heard.claimed_until == MUCH_LATER


def test_one_stopped_in_the_queue_is_never_begun(database: Database, queue: Queue) -> None:
    queue("a")
    with database.write() as tx:
        stopped = jobs.request_stop(tx, "a", at=NOW, expires_at=LATER)
        assert jobs.request_stop(tx, "zz", at=NOW, expires_at=LATER) is None
    assert stopped is not None
    assert stopped.status is JobStatus.STOPPED
    assert claim(database) is None


def test_a_finished_job_stays_as_it_is(database: Database, queue: Queue) -> None:
    queue("a")
    claim(database)

    def finish(worker: str, status: JobStatus) -> bool:
        with database.write() as tx:
            return jobs.finish(
                tx, "a", worker=worker, status=status, at=NOW, expires_at=LATER, result={"x": 1}
            )

    assert not finish("other", JobStatus.FAILED)
    assert finish("w", JobStatus.DONE)
    assert not finish("w", JobStatus.FAILED)
    with database.write() as tx:
        jobs.request_stop(tx, "a", at=NOW, expires_at=LATER)
        assert jobs.result_of(tx, "a") == {"x": 1}
    assert read(database, "a").status is JobStatus.DONE


def test_silent_workers_lose_their_job_and_at_last_it_is_lost(
    database: Database, queue: Queue
) -> None:
    queue("a")

    def recover(at: datetime) -> None:
        with database.write() as tx:
            jobs.recover(tx, at=at, most_attempts=2, expires_at=MUCH_LATER)

    claim(database)
    recover(LATER)
    assert read(database, "a").status is JobStatus.RUNNING
    recover(LATER + timedelta(seconds=1))
    assert read(database, "a").status is JobStatus.QUEUED
    claim(database)
    recover(LATER + timedelta(seconds=1))
    job = read(database, "a")
    assert job.status is JobStatus.LOST
    assert job.failure is not None
    assert job.failure["code"] == "solve.lost"
    assert job.expires_at == MUCH_LATER


def test_expired_jobs_are_forgotten_but_never_unfinished_ones(
    database: Database, queue: Queue
) -> None:
    queue("a", "b", "c")
    claim(database)
    with database.write() as tx:
        jobs.finish(tx, "a", worker="w", status=JobStatus.DONE, at=NOW, expires_at=LATER)
        assert jobs.forget_expired(tx, at=NOW) == 0
        assert jobs.forget_expired(tx, at=MUCH_LATER) == 1
        assert {job.id for job in jobs.find(tx, limit=9)} == {"b", "c"}


def test_jobs_are_found_by_client_and_status_newest_first(database: Database, queue: Queue) -> None:
    queue("a", "b", "c")
    claim(database)
    with database.read() as tx:
        assert [job.id for job in jobs.find(tx, client_id="cl", limit=2)] == ["c", "b"]
        assert [job.id for job in jobs.find(tx, before="b", limit=2)] == ["a"]
        assert [job.id for job in jobs.find(tx, status=JobStatus.RUNNING, limit=9)] == ["a"]
        assert jobs.find(tx, client_id="other", limit=9) == []
        assert jobs.count_unfinished(tx, "cl") == 3
        assert jobs.count_unfinished(tx, "other") == 0
