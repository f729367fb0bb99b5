"""The live plan, for planners."""

from dataclasses import asdict
from datetime import date as calendar_date

from fastapi import APIRouter

from dispatch.api.auth import Planner
from dispatch.api.door import TheDoor
from dispatch.api.problems import problems
from dispatch.api.schemas.common import CityId
from dispatch.api.schemas.plans import (
    LeftOutBody,
    PlanBody,
    PlanFigures,
    PlannedCourierBody,
    PlannedTaskBody,
)
from dispatch.live.revisions import PlannedTask, Revision
from dispatch.live.tasks import Collect, Recover, Unload
from dispatch.service.day_plan import DayPlan
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
