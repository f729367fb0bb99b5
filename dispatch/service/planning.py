"""What planners see of a day."""

from dataclasses import dataclass
from datetime import datetime

from dispatch.live.records import CourierStatus
from dispatch.live.revisions import Revision
from dispatch.live.tasks import Collect
from dispatch.service.day_plan import DayPlan
from dispatch.service.live_city import LiveCity

_NOT_AT_WORK = frozenset({CourierStatus.OFF, CourierStatus.DONE, CourierStatus.BROKEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A published plan in numbers; pickups include places that are only held.

    Attributes:
        open_pickups: On a route.
        late_pickups: Of these, after their promise.
        at_risk_pickups: Of these, with little to spare.
        left_out: On no route.
        couriers_at_work: On shift.
        couriers_with_tasks: With anything to do.
        cost_fen: Of the plan as it is now.
    """

    open_pickups: int
    late_pickups: int
    at_risk_pickups: int
    left_out: int
    couriers_at_work: int
    couriers_with_tasks: int
    cost_fen: int


def figures_of(city: LiveCity, plan: DayPlan) -> Figures:
    """The last published plan of a day in numbers."""
    revision = plan.revision
    tasks = [] if revision is None else [task for _, task in revision.pickups().values()]
    at_risk_s = city.config.rules.at_risk_s
    couriers = plan.dispatcher.ledger.couriers.values()
    return Figures(
        open_pickups=len(tasks),
        late_pickups=sum(task.late_s > 0 for task in tasks),
        at_risk_pickups=sum(
            task.slack_s is not None and not task.late_s and task.slack_s <= at_risk_s
            for task in tasks
        ),
        left_out=0 if revision is None else len(_left_out(revision)),
        couriers_at_work=sum(one.status not in _NOT_AT_WORK for one in couriers),
        couriers_with_tasks=0 if revision is None else len(revision.couriers),
        cost_fen=round(plan.dispatcher.cost_milli_fen / 1_000),
    )


def published_at(plan: DayPlan) -> datetime | None:
    """The moment the last published plan is for."""
    return None if plan.revision is None else plan.moment(plan.revision.at)


def _left_out(revision: Revision) -> list[Collect]:
    return [task for task in revision.left_out if isinstance(task, Collect)]
