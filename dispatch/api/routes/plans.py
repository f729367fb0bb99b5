"""The live plan, for planners."""

from dataclasses import asdict
from datetime import date as calendar_date

from fastapi import APIRouter, Request
from starlette.responses import Response

from dispatch.api.auth import Planner
from dispatch.api.door import Done, IdempotencyKey, Once, TheDoor
from dispatch.api.problems import problems
from dispatch.api.schemas.common import CityId
from dispatch.api.schemas.pickups import PickupBody
from dispatch.api.schemas.plans import (
    LeftOutBody,
    LockRequest,
    PlanBody,
    PlanFigures,
    PlannedCourierBody,
    PlannedTaskBody,
)
from dispatch.api.shown import pickup_body
from dispatch.live.revisions import PlannedTask, Revision
from dispatch.live.tasks import Collect, Recover, Unload
from dispatch.service.booking import find_pickup
from dispatch.service.command import Command
from dispatch.service.day_plan import DayPlan
from dispatch.service.locking import lock
from dispatch.service.planning import figures_of, published_at
from dispatch.service.revisits import pickup_id_of
from dispatch.service.tasks import KINDS, status_of

router = APIRouter(prefix="/cities/{city}", tags=["plans"])


@router.get("/plan", summary="The plan of a day", responses=problems(404, 409))
def look(
    city: CityId, door: TheDoor, caller: Planner, date: calendar_date | None = None
) -> PlanBody:
    """As it was last published, judged by the checker; today's if no date is given."""
    caller.refuse_other_city(city)
    live = door.service.city(city)
    plan = live.day(date or live.today(live.clock.now()))
    revision = plan.revision
    return PlanBody(
        city=city,
        date=plan.date,
        revision=0 if revision is None else revision.number,
        at=published_at(plan),
        figures=PlanFigures.model_validate(asdict(figures_of(live, plan))),
        couriers=[] if revision is None else _couriers(plan, revision),
        left_out=[] if revision is None else _left_out(revision),
    )


@router.post(
    "/plan/locks",
    summary="Fix who collects a pickup, or leave it free",
    response_model=PickupBody,
    responses=problems(404, 409),
)
def fix(
    city: CityId,
    body: LockRequest,
    request: Request,
    door: TheDoor,
    caller: Planner,
    key: IdempotencyKey = None,
) -> Response:
    """Gives it to another courier, too. Refused where a promise would be broken by it.

    The plan with it is judged by the checker and published at once.
    """
    caller.refuse_other_city(city)
    live = door.service.city(city)

    def work(command: Command) -> Done:
        pickup = lock(
            command,
            find_pickup(command, body.pickup_id, None),
            level=body.level,
            courier_id=body.courier_id,
            start_at=body.start_at,
        )
        command.audit(
            actor=caller.key.id,
            action="plan.lock",
            client_id=caller.client_id,
            subject=pickup.id,
            request_id=caller.request_id,
            detail={"level": body.level, "courier_id": body.courier_id},
        )
        return Done(200, pickup_body(pickup, caller, live.zone), pickup.id)

    return door.in_city(live, Once(request, caller, key, body), work)


def _couriers(plan: DayPlan, revision: Revision) -> list[PlannedCourierBody]:
    return [
        PlannedCourierBody(
            courier_id=courier_id,
            status=status_of(plan, courier_id),
            leaves_at=plan.moment(courier.leave_s),
            tasks=[_task(plan, task) for task in courier.tasks],
        )
        for courier_id, courier in sorted(revision.couriers.items())
    ]


def _task(plan: DayPlan, planned: PlannedTask) -> PlannedTaskBody:
    task = planned.task
    return PlannedTaskBody(
        kind=KINDS[type(task)],
        start_at=plan.moment(planned.start_s),
        end_at=plan.moment(planned.end_s),
        pickup_id=pickup_id_of(task.request_id) if isinstance(task, Collect) else None,
        hub_id=task.hub_id if isinstance(task, Unload) else None,
        late_s=planned.late_s,
        slack_s=planned.slack_s,
    )


def _left_out(revision: Revision) -> list[LeftOutBody]:
    return [
        LeftOutBody(
            pickup_id=pickup_id_of(task.request_id) if isinstance(task, Collect) else None,
            courier_id=task.courier_id if isinstance(task, Recover) else None,
            reason=why,
        )
        for task, why in revision.left_out.items()
    ]
