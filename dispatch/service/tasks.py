"""What a courier is to do next, as far as it should know by now."""

from dataclasses import dataclass
from datetime import datetime

from dispatch.live.records import CourierStatus
from dispatch.live.revisions import PlannedTask, Revision
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
    if plan.revision is None:
        return []
    told = _told(plan, plan.revision, courier_id)
    if courier_id in plan.emptied:
        told = _after_unloading(told)
    committed = plan.dispatcher.ledger.couriers[courier_id].task
    return [
        _task(plan, planned, committed=planned.task == committed)
        for planned in told
        if not _is_over(plan, courier_id, planned.task)
    ]


def _told(plan: DayPlan, revision: Revision, courier_id: str) -> list[PlannedTask]:
    """The courier's instructions with their times."""
    tasks = revision.instructions.of(courier_id)
    route = revision.couriers.get(courier_id)
    planned = [] if route is None else [one for one in route.tasks if not one.held]
    if tasks == (TakeBreak(),) and (not planned or planned[0].task != TakeBreak()):
        # It need not leave before its break is over, and so takes it now.
        rest = plan.dispatcher.ledger.couriers[courier_id].courier.rest
        length_s = 0 if rest is None else round(rest.length.total_seconds())
        return [PlannedTask(TakeBreak(), revision.at, revision.at + length_s)]
    return planned[: len(tasks)]


def _after_unloading(told: list[PlannedTask]) -> list[PlannedTask]:
    """What comes after the first unloading; all of it where none was planned."""
    for number, planned in enumerate(told):
        if isinstance(planned.task, Unload | Recover):
            return told[number + 1 :]
    return told


def _is_over(plan: DayPlan, courier_id: str, task: Task) -> bool:
    """Whether there is nothing to do any more, or not for this courier."""
    ledger = plan.dispatcher.ledger
    match task:
        case Collect(request_id):
            record = ledger.requests.get(request_id)
            return (
                record is None
                or record.has_ended
                or request_id in plan.failed
                or courier_id in record.refused_by
                or record.courier_id not in (None, courier_id)
            )
        case TakeBreak():
            return ledger.couriers[courier_id].rested
        case Recover(broken_id):
            return not ledger.couriers[broken_id].carried
        case _:
            return False


def _task(plan: DayPlan, planned: PlannedTask, *, committed: bool) -> CourierTask:
    task = planned.task
    return CourierTask(
        task=task,
        committed=committed,
        start_at=plan.moment(planned.start_s),
        end_at=plan.moment(planned.end_s),
        pickup_id=pickup_id_of(task.request_id) if isinstance(task, Collect) else None,
    )
