"""From the live plan to what is published: checked, with times, in the words of the day."""

from collections.abc import Collection, Mapping

from dispatch.live.city_day import CityDay
from dispatch.live.decisions import Instructions, LeftOut
from dispatch.live.ledger import Ledger
from dispatch.live.live_plan import LivePlan
from dispatch.live.revisions import PlannedCourier, PlannedTask
from dispatch.live.tasks import Collect, Recover, TakeBreak, Task
from solvers.checker import check
from solvers.engines.native.schedule import PlannedRoute
from solvers.model import VisitKind

_Times = tuple[int, int, int]
"""Arrival, start and end of a visit, seconds since local midnight."""


def checked(plan: LivePlan, now_s: int) -> dict[Collect | Recover, LeftOut]:
    """Has the plan judged; what it leaves out, and why.

    Raises:
        RuntimeError: The checker finds a violation.
    """
    problem, solution = plan.session.snapshot()
    report = check(problem, solution)
    if not report.valid:
        raise RuntimeError(
            "the live plan breaks rules and is not published: "
            + "; ".join(finding.message for finding in report.violations)
        )
    return {
        plan.task_at(problem.stops[index].id): LeftOut.NO_ROOM
        if plan.somebody_could(problem, index, now_s)
        else LeftOut.NOBODY_CAN
        for index in report.unserved
    }


def planned_couriers(ledger: Ledger, plan: LivePlan, city: CityDay) -> Mapping[str, PlannedCourier]:
    """What each courier does, begun with what it is doing; those with nothing to do left out."""
    routes = {route.vehicle_id: route for route in plan.session.schedule()}
    couriers = {}
    for courier_id, record in ledger.couriers.items():
        route = routes.get(courier_id)
        tasks: list[PlannedTask] = []
        if record.task is not None:
            expected = plan.expected(ledger, courier_id)
            start_s = expected.free_s if expected.start_s is None else expected.start_s
            times = start_s, start_s, expected.free_s
            tasks.append(_planned(ledger, city, record.task, times))
        if route is not None:
            for visit in route.visits:
                times = visit.arrival_s, visit.start_s, visit.end_s
                tasks.append(_planned(ledger, city, plan.task_of(visit.kind, visit.id), times))
        if tasks:
            leave_s = tasks[-1].end_s if route is None else _leave_s(route)
            couriers[courier_id] = PlannedCourier(record.task, leave_s, tuple(tasks))
    return couriers


def with_time_for_break(
    ledger: Ledger, plan: LivePlan, couriers: Mapping[str, PlannedCourier]
) -> frozenset[str]:
    """Couriers without a task who need not leave before their break, begun now, is over."""
    return frozenset(
        courier_id
        for courier_id, record in ledger.couriers.items()
        if plan.can_rest(
            record,
            ledger.now_s,
            couriers[courier_id].leave_s if courier_id in couriers else None,
        )
    )


def instructions(
    couriers: Mapping[str, PlannedCourier],
    by_s: int,
    lead_s: int,
    resting: Collection[str] = (),
) -> Instructions:
    """What couriers are told: nothing that they need not set out for yet.

    Who would wait at a door waits where it is, or at the door before, and can still be sent
    elsewhere.

    Args:
        couriers: The plan.
        by_s: Second of the day.
        lead_s: Seconds before it must leave that a courier is sent on its way.
        resting: Couriers who take their break first.
    """
    told: dict[str, tuple[Task, ...]] = {courier_id: (TakeBreak(),) for courier_id in resting}
    for courier_id, courier in couriers.items():
        if courier_id in told:
            continue
        kept = 0 if courier.committed is None else 1
        free_s = courier.tasks[0].end_s if kept else by_s
        due = courier.leave_s <= max(by_s, free_s) + lead_s
        count = _without_waiting(courier, kept, lead_s) if due else kept
        told[courier_id] = tuple(one.task for one in courier.tasks[:count] if not one.held)
    return Instructions(told)


def _without_waiting(courier: PlannedCourier, kept: int, lead_s: int) -> int:
    """How many of its tasks a courier can do one after the other without waiting in between."""
    for number, planned in enumerate(courier.tasks):
        if number > kept and planned.wait_s > lead_s:
            return number
    return len(courier.tasks)


def _leave_s(route: PlannedRoute) -> int:
    """When the first task must be begun: a break where the courier is, or the drive."""
    first = route.visits[0]
    return first.start_s if first.kind is VisitKind.BREAK else route.leave_s


def _planned(ledger: Ledger, city: CityDay, task: Task, times: _Times) -> PlannedTask:
    arrival_s, start_s, end_s = times
    wait_s = start_s - arrival_s
    if not isinstance(task, Collect):
        return PlannedTask(task, start_s, end_s, wait_s=wait_s)
    record = ledger.requests[task.request_id]
    held = record.held_until_s is not None
    if record.failed_s is not None:
        return PlannedTask(task, start_s, end_s, wait_s=wait_s, held=held)
    slack_s = city.promise(record.request).end_s - start_s
    return PlannedTask(
        task,
        start_s,
        end_s,
        late_s=max(0, -slack_s),
        slack_s=max(0, slack_s),
        wait_s=wait_s,
        held=held,
    )
