"""Queued days are solved in processes of their own, whatever becomes of these."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from dispatch.jobs import JobLimits, JobOptions, JobRunner, enqueue, prepare
from dispatch.storage import jobs
from dispatch.storage.database import Database
from dispatch.storage.jobs import FINISHED, Job, JobStatus
from dispatch.storage.tables.jobs import solve_jobs
from tests.dispatch.jobs.sent_days import tiny_document

LIMITS = JobLimits(seconds=600, requests=100, unfinished=10)
PATIENCE_S = 600.0

DIES = "import os, sys; sys.stdin.readline(); os.kill(os.getpid(), 9)"
WAITS = "import sys; sys.stdin.read()"


def queued(database: Database, *, seconds: float = 1.0) -> str:
    options = JobOptions(seconds=seconds)
    job = prepare("cl", tiny_document(), options, LIMITS, at=datetime.now(UTC))
    with database.write() as tx:
        enqueue(tx, job, LIMITS)
    return job.id


@contextmanager
def running(database: Database) -> Iterator[JobRunner]:
    runner = JobRunner(database, workers=1, keep=timedelta(hours=1))
    runner.start()
    try:
        yield runner
    finally:
        runner.stop()


def wait_for(database: Database, job_id: str, done: Callable[[Job], bool]) -> Job:
    """The job once it is so; the test fails if that takes for ever."""
    pause, give_up = threading.Event(), time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        with database.read() as tx:
            job = jobs.get(tx, job_id)
        if job is not None and done(job):
            return job
        pause.wait(0.02)
    raise TimeoutError(f"still {job}")


def finished(job: Job) -> bool:
    return job.status in FINISHED


def test_a_queued_day_is_solved(database: Database) -> None:
    job_id = queued(database, seconds=0.2)
    with running(database):
        job = wait_for(database, job_id, finished)
    assert job.status is JobStatus.DONE
    assert job.finished_at is not None
    assert job.expires_at == job.finished_at + timedelta(hours=1)
    assert job.progress is None or job.progress["phase"]
    with database.read() as tx:
        plan = jobs.result_of(tx, job_id)
    assert plan is not None
    visits = [visit for route in plan["routes"] for visit in route["visits"]]
    assert len([visit for visit in visits if visit["type"] == "pickup"]) == 12


def test_a_stopped_day_keeps_the_best_plan(sqlite_database: Database) -> None:
    job_id = queued(sqlite_database, seconds=600)
    with running(sqlite_database):
        wait_for(sqlite_database, job_id, lambda job: (job.progress or {}).get("unserved") == 0)
        with sqlite_database.write() as tx:
            jobs.request_stop(tx, job_id, at=datetime.now(UTC), expires_at=datetime.now(UTC))
        job = wait_for(sqlite_database, job_id, finished)
    assert job.status is JobStatus.STOPPED
    with sqlite_database.read() as tx:
        plan = jobs.result_of(tx, job_id)
    assert plan is not None
    assert plan["origin"]["interrupted"]
    assert plan["unserved"] == []


def test_a_process_that_dies_fails_its_day_only(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch.jobs.process._COMMAND", (sys.executable, "-c", DIES))
    first, second = queued(sqlite_database), queued(sqlite_database)
    with running(sqlite_database):
        for job_id in (first, second):
            job = wait_for(sqlite_database, job_id, finished)
            assert job.status is JobStatus.FAILED
            assert job.failure is not None
            assert job.failure["code"] == "solve.worker_ended"


def test_what_runs_at_a_shutdown_goes_back_into_the_queue(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch.jobs.process._COMMAND", (sys.executable, "-c", WAITS))
    job_id = queued(sqlite_database)
    with running(sqlite_database):
        wait_for(sqlite_database, job_id, lambda job: job.status is JobStatus.RUNNING)
    with sqlite_database.read() as tx:
        job = jobs.get(tx, job_id)
    assert job is not None
    assert (job.status, job.attempts, job.worker) == (JobStatus.QUEUED, 0, None)


def test_a_job_given_to_somebody_else_is_left_to_them(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch.jobs.process._COMMAND", (sys.executable, "-c", WAITS))
    monkeypatch.setattr("dispatch.jobs.runner.REPORT_EVERY_S", 0.05)
    job_id, next_id = queued(sqlite_database), queued(sqlite_database)
    with running(sqlite_database):
        wait_for(sqlite_database, job_id, lambda job: job.status is JobStatus.RUNNING)
        with sqlite_database.write() as tx:
            tx.execute(update(solve_jobs).where(solve_jobs.c.id == job_id).values(worker="other"))
        wait_for(sqlite_database, next_id, lambda job: job.status is JobStatus.RUNNING)
    with sqlite_database.read() as tx:
        job = jobs.get(tx, job_id)
    assert job is not None
    assert (job.status, job.worker) == (JobStatus.RUNNING, "other")


def test_a_day_that_cannot_be_solved_says_why(sqlite_database: Database) -> None:
    job_id = queued(sqlite_database)
    with sqlite_database.write() as tx:
        # As after an upgrade of the program that takes the day's format less easily.
        day = tiny_document() | {"hubs": 7}
        tx.execute(update(solve_jobs).where(solve_jobs.c.id == job_id).values(day=day))
    with running(sqlite_database):
        job = wait_for(sqlite_database, job_id, finished)
    assert job.status is JobStatus.FAILED
    assert job.failure is not None
    assert job.failure["code"] == "solve.not_solvable"
    assert "hubs.json" in job.failure["detail"]
