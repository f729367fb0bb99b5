"""Days solved for planners, from a queue."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection
from starlette.responses import Response

from dispatch.api.auth import Caller, Planner
from dispatch.api.day_problems import day_refusal
from dispatch.api.door import Done, IdempotencyKey, Once, TheDoor
from dispatch.api.problems import problems
from dispatch.api.schemas.pickups import RecordId
from dispatch.api.schemas.solves import SolveBody, SolveList, SolveRequest
from dispatch.files import DayError
from dispatch.jobs import JobLimits, JobOptions, JobRefusedError, enqueue, prepare
from dispatch.service.errors import Code, ServiceError, not_found
from dispatch.storage import jobs
from dispatch.storage.jobs import Job, JobStatus

router = APIRouter(prefix="/solves", tags=["solves"])


@dataclass(frozen=True, slots=True)
class Solving:
    """How days are solved.

    Attributes:
        limits: How much may be asked for.
        keep: How long what has ended is kept.
        wake: Says that there is something in the queue.
    """

    limits: JobLimits
    keep: timedelta
    wake: Callable[[], None]


@router.post(
    "",
    summary="Plan a day",
    status_code=202,
    response_model=SolveBody,
    responses=problems(409),
)
def submit(
    body: SolveRequest,
    request: Request,
    door: TheDoor,
    caller: Planner,
    key: IdempotencyKey = None,
) -> Response:
    """It is checked whole, then queued; look at it with its id. It survives a restart."""
    solving: Solving = request.app.state.solving
    options = JobOptions(engine=body.engine, seconds=body.seconds, seed=body.seed, zones=body.zones)
    try:
        job = prepare(caller.client_id, body.day, options, solving.limits, at=datetime.now(UTC))
    except DayError as error:
        raise day_refusal(error, "day") from error
    except JobRefusedError as error:
        raise _refusal(error) from error

    def work(tx: Connection) -> Done:
        try:
            enqueue(tx, job, solving.limits)
        except JobRefusedError as error:
            raise _refusal(error) from error
        return Done(202, _body(_own(tx, job.id, caller)))

    response = door.elsewhere(Once(request, caller, key, body), work)
    solving.wake()
    return response


@router.get("", summary="List days", responses=problems())
def list_solves(
    door: TheDoor,
    caller: Planner,
    status: JobStatus | None = None,
    before: RecordId | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> SolveList:
    """Yours, the newest first."""
    with door.service.database.read() as tx:
        found = jobs.find(tx, client_id=caller.client_id, status=status, before=before, limit=limit)
    return SolveList(
        solves=[_body(job) for job in found],
        next_before=found[-1].id if len(found) == limit else None,
    )


@router.get("/{solve_id}", summary="How far has it come?", responses=problems(404))
def look(solve_id: RecordId, door: TheDoor, caller: Planner) -> SolveBody:
    """With the progress of the search."""
    with door.service.database.read() as tx:
        return _body(_own(tx, solve_id, caller))


@router.get("/{solve_id}/plan", summary="The plan", responses=problems(404, 409))
def plan(solve_id: RecordId, door: TheDoor, caller: Planner) -> dict[str, Any]:
    """As `dispatch solve` writes it into plan.json, once the day is done or was stopped."""
    with door.service.database.read() as tx:
        job = _own(tx, solve_id, caller)
        result = jobs.result_of(tx, solve_id)
    if result is None:
        raise ServiceError(
            Code.WRONG_STATE,
            f"solve '{solve_id}' is {job.status} and has no plan",
            "wait until it is done; a failed one says why",
            extra={"solve_status": job.status},
        )
    return dict(result)


@router.delete(
    "/{solve_id}",
    summary="Stop, and keep the best plan so far",
    status_code=202,
    responses=problems(404),
)
def stop(solve_id: RecordId, request: Request, door: TheDoor, caller: Planner) -> SolveBody:
    """One that is still queued ends without a plan; one that has ended stays as it is."""
    solving: Solving = request.app.state.solving
    now = datetime.now(UTC)
    with door.service.database.write() as tx:
        _own(tx, solve_id, caller)
        jobs.request_stop(tx, solve_id, at=now, expires_at=now + solving.keep)
        return _body(_own(tx, solve_id, caller))


def _own(tx: Connection, solve_id: str, caller: Caller) -> Job:
    job = jobs.get(tx, solve_id)
    if job is None or job.client_id != caller.client_id:
        raise not_found("solve", solve_id)
    return job


def _body(job: Job) -> SolveBody:
    return SolveBody.model_validate({name: getattr(job, name) for name in SolveBody.model_fields})


def _refusal(error: JobRefusedError) -> ServiceError:
    return ServiceError(Code.SOLVE_REFUSED, error.cause, error.action, extra={"reason": error.code})
