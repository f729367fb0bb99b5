"""Planners fix who collects a pickup, in which order or when, and leave it free again."""

from datetime import datetime

from dispatch.live.events import Locked
from dispatch.live.records import LockLevel
from dispatch.live.revisions import Revision
from dispatch.live.verdicts import Outcome
from dispatch.service.command import Command
from dispatch.service.day_plan import DayPlan
from dispatch.service.errors import Code, ServiceError
from dispatch.service.following import news_of, tell_news
from dispatch.service.holding import REQUEST
from dispatch.service.lateness import late_s, newly_late
from dispatch.service.revisits import pickup_id_of
from dispatch.service.statuses import OPEN_STATUSES
from dispatch.storage.pickups import Pickup

_SHOWN = 10


def lock(
    command: Command,
    pickup: Pickup,
    *,
    level: LockLevel,
    courier_id: str | None,
    start_at: datetime | None,
) -> Pickup:
    """Fixes a pickup's place in the plan, or leaves it free; the new plan is published at once.

    Args:
        command: The command.
        pickup: Which.
        level: How much is fixed.
        courier_id: Who collects it; nobody for ``FREE``.
        start_at: When the visit begins, for ``EXACT``.

    Returns:
        The pickup as it is then.

    Raises:
        ServiceError: The courier cannot do it, or a promise would be broken by it.
    """
    if pickup.status not in OPEN_STATUSES:
        raise ServiceError(
            Code.WRONG_STATE,
            f"pickup '{pickup.id}' is {pickup.status}",
            "only open pickups can be locked",
        )
    plan = command.city.day(pickup.date)
    before = late_s(plan.revision)
    request_id = REQUEST.validate_python(pickup.request).id
    verdict = command.tell(
        plan,
        Locked(
            at=plan.second(command.now),
            request_id=request_id,
            level=level,
            courier_id=courier_id,
            start_s=None if start_at is None else plan.second(start_at),
        ),
    )
    if verdict.outcome is Outcome.REPEATED:
        return pickup
    if verdict.outcome is not Outcome.APPLIED:
        raise ServiceError(
            Code.PLAN_REFUSED, verdict.why, "look at the plan, and choose another courier or level"
        )
    revision = plan.dispatcher.decide()
    _refuse_broken(before, late_s(revision))
    command.note(pickup, "unlocked" if level is LockLevel.FREE else "locked", {"level": level})
    return _publish(command, plan, revision, pickup)


def _publish(command: Command, plan: DayPlan, revision: Revision, pickup: Pickup) -> Pickup:
    """Tells what the planner's plan changes, of this and other pickups."""
    plan.publish(revision)
    if plan.date <= command.city.today(command.now):
        for news in news_of(command.city, plan, revision):
            told = tell_news(command, news)
            if told is not None and told.id == pickup.id:
                pickup = told
    return pickup


def _refuse_broken(before: dict[str, float], after: dict[str, float]) -> None:
    broken = [pickup_id_of(one) for one in newly_late(before, after)]
    if broken:
        raise ServiceError(
            Code.PLAN_REFUSED,
            f"promises would be broken: {', '.join(broken[:_SHOWN])}",
            "choose another courier or level, or move these pickups first",
            extra={"pickups": broken[:_SHOWN]},
        )
