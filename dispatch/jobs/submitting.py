"""Taking a job: checked whole first, so that what is queued can be solved."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from dispatch.domain.day import Day
from dispatch.files import read_day_document
from dispatch.jobs.errors import JobRefusedError
from dispatch.jobs.options import JobLimits, JobOptions
from dispatch.storage import jobs
from dispatch.storage.ids import new_id
from dispatch.storage.jobs import NewJob
from solvers.engines.registry import engine_names


def prepare(
    client_id: str,
    document: Mapping[str, Any],
    options: JobOptions,
    limits: JobLimits,
    *,
    at: datetime,
) -> NewJob:
    """Checks what is asked for; takes a while where the day is large, so in no transaction.

    Raises:
        DayError: The day is not sound.
        JobRefusedError: Too much is asked for, or something that cannot be done.
    """
    requests = document.get("requests")
    if isinstance(requests, list) and len(requests) > limits.requests:
        raise JobRefusedError(
            "solve.too_large",
            f"the day has {len(requests)} requests",
            f"send at most {limits.requests}, or solve it with 'dispatch solve'",
        )
    _check_options(options, limits)
    _check_zones(read_day_document(document))
    return NewJob(
        id=new_id("sv"),
        client_id=client_id,
        day=document,
        options=asdict(options),
        created_at=at,
    )


def enqueue(tx: Connection, job: NewJob, limits: JobLimits) -> None:
    """Puts the job into the queue.

    Raises:
        JobRefusedError: Too many jobs of the client are unfinished.
    """
    unfinished = jobs.count_unfinished(tx, job.client_id)
    if unfinished >= limits.unfinished:
        raise JobRefusedError(
            "solve.too_many",
            f"{unfinished} solves of yours are not finished",
            "wait for one to finish, or stop one",
        )
    jobs.insert(tx, job)


def _check_options(options: JobOptions, limits: JobLimits) -> None:
    if options.engine not in engine_names():
        raise JobRefusedError(
            "solve.unknown_engine",
            f"there is no engine '{options.engine}'",
            f"give {' or '.join(engine_names())}",
        )
    if not 0 < options.seconds <= limits.seconds:
        raise JobRefusedError(
            "solve.seconds",
            f"{options.seconds:g} seconds of search are asked for",
            f"give more than 0 and at most {limits.seconds:g}",
        )


def _check_zones(day: Day) -> None:
    if any(courier.home_zones for courier in day.couriers):
        raise JobRefusedError(
            "solve.home_zones",
            "couriers name home zones, but a day that is sent cannot say where those lie",
            "empty the field home_zones, or solve the day with 'dispatch solve --zones-file'",
        )
