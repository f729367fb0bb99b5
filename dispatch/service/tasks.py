"""What a courier is to do next, as far as it should know by now."""

from dataclasses import dataclass
from datetime import datetime

from dispatch.live.records import CourierStatus
from dispatch.live.revisions import PlannedTask
from dispatch.live.tasks import Collect, Recover, TakeBreak, Task, Unload, WaitAt
from dispatch.service.day_plan import DayPlan
from dispatch.service.revisits import pickup_id_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierTask:
    """One thing to do.

    Attributes:
        task: What.
        committed: Whether the courier has set out for it.
        start_at: When it begins.
        end_at: When it ends.
        pickup_id: Of the pickup, if it is one.
    """

    task: Task
    committed: bool
    start_at: datetime
    end_at: datetime
    pickup_id: str | None


KINDS: dict[type[Task], str] = {
    Collect: "collect",
    Unload: "unload",
    TakeBreak: "break",
    WaitAt: "wait",
    Recover: "recover",
}
"""What tasks are called outside."""


def status_of(plan: DayPlan, courier_id: str) -> CourierStatus:
    """What the courier is doing."""
    return plan.dispatcher.ledger.couriers[courier_id].status


def tasks_of(plan: DayPlan, courier_id: str) -> list[CourierTask]:
    """What the last published plan tells the courier, in order, without what has ended since."""
    revision = plan.revision
    courier = None if revision is None else revision.couriers.get(courier_id)
    if revision is None or courier is None:
        return []
    told = len(revision.instructions.of(courier_id))
    ledger = plan.dispatcher.ledger
    committed = ledger.couriers[courier_id].task
    return [
        _task(plan, planned, committed=planned.task == committed)
        for planned in courier.tasks[:told]
        if not _is_over(plan, planned.task)
    ]


def _is_over(plan: DayPlan, task: Task) -> bool:
    if not isinstance(task, Collect):
        return False
    record = plan.dispatcher.ledger.requests.get(task.request_id)
    return record is None or record.has_ended


def _task(plan: DayPlan, planned: PlannedTask, *, committed: bool) -> CourierTask:
    task = planned.task
    return CourierTask(
        task=task,
        committed=committed,
        start_at=plan.moment(planned.start_s),
        end_at=plan.moment(planned.end_s),
        pickup_id=pickup_id_of(task.request_id) if isinstance(task, Collect) else None,
    )
