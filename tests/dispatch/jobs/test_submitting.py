"""What is taken into the queue can be solved; the rest is refused with a reason."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dispatch.files import DayError
from dispatch.jobs import JobLimits, JobOptions, JobRefusedError, enqueue, prepare
from dispatch.storage import jobs
from dispatch.storage.database import Database
from dispatch.storage.jobs import JobStatus
from tests.dispatch.jobs.sent_days import tiny_document

NOW = datetime(2026, 11, 11, 9, 30, tzinfo=UTC)
LIMITS = JobLimits(seconds=60, requests=100, unfinished=2)


def test_a_sound_day_is_queued_as_it_was_sent(database: Database) -> None:
    job = prepare("cl", tiny_document(), JobOptions(seconds=5, zones=2), LIMITS, at=NOW)
    with database.write() as tx:
        enqueue(tx, job, LIMITS)
    with database.read() as tx:
        queued = jobs.get(tx, job.id)
        assert jobs.day_of(tx, job.id) == tiny_document()
    assert queued is not None
    assert queued.status is JobStatus.QUEUED
    assert queued.options == {"engine": "native", "seconds": 5, "seed": 0, "zones": 2}
    assert queued.created_at == NOW


def test_a_client_may_have_so_many_unfinished(database: Database) -> None:
    for client in ("one", "one", "other"):
        job = prepare(client, tiny_document(), JobOptions(), LIMITS, at=NOW)
        with database.write() as tx:
            enqueue(tx, job, LIMITS)
    job = prepare("one", tiny_document(), JobOptions(), LIMITS, at=NOW)
    with (
        pytest.raises(JobRefusedError, match=r"2 solves of yours.*solve\.too_many"),
        database.write() as tx,
    ):
        enqueue(tx, job, LIMITS)
    with database.read() as tx:
        assert jobs.get(tx, job.id) is None


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (JobOptions(engine="magic"), "solve.unknown_engine"),
        (JobOptions(seconds=0), "solve.seconds"),
        (JobOptions(seconds=60.1), "solve.seconds"),
        (JobOptions(seconds=float("nan")), "solve.seconds"),
    ],
)
def test_options_out_of_bounds_are_refused(options: JobOptions, code: str) -> None:
    with pytest.raises(JobRefusedError) as caught:
        prepare("cl", tiny_document(), options, LIMITS, at=NOW)
    assert caught.value.code == code


def test_large_days_are_refused_before_they_are_read() -> None:
    document: dict[str, Any] = {"requests": [None] * 101}
    with pytest.raises(JobRefusedError, match="101 requests"):
        prepare("cl", document, JobOptions(), LIMITS, at=NOW)


def test_home_zones_cannot_be_sent() -> None:
    document = tiny_document()
    document["couriers"][0]["home_zones"] = "west"
    with pytest.raises(JobRefusedError) as caught:
        prepare("cl", document, JobOptions(), LIMITS, at=NOW)
    assert caught.value.code == "solve.home_zones"


def test_unsound_days_are_refused_with_every_issue() -> None:
    with pytest.raises(DayError):
        prepare("cl", tiny_document() | {"couriers": 5}, JobOptions(), LIMITS, at=NOW)
