"""Pickups' rows follow what the ledger and the published plan say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatch.live.decisions import LeftOut
from dispatch.live.revisions import PlannedTask, Revision
from dispatch.live.tasks import Collect
from dispatch.service.command import Command
from dispatch.service.day_plan import DayPlan
from dispatch.service.live_city import LiveCity
from dispatch.service.revisits import pickup_id_of
from dispatch.service.statuses import OF_LEDGER, WAITING, PickupStatus
from dispatch.service.told import Told
from dispatch.storage import pickups
from dispatch.storage.pickups import Pickup
from dispatch.webhooks.events import EventType

_STEPS = {
    PickupStatus.UNDERWAY: "underway",
    PickupStatus.AT_DOOR: "arrived",
    PickupStatus.BOOKED: "let_go",
}
"""What the steps that come with a new status are called in the history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What the published plan says of a pickup that clients do not know yet.

    Attributes:
        pickup_id: Of the pickup.
        courier_id: Who is to collect it; ``None`` where nobody can be found.
        eta_at: When.
        at_risk: Whether little time is left before the promise is broken.
        late_s: Seconds after the promise.
    """

    pickup_id: str
    courier_id: str | None
    eta_at: datetime | None
    at_risk: bool
    late_s: int


def follow_ledger(command: Command, plan: DayPlan, request_ids: Iterable[str]) -> list[Pickup]:
    """Brings the pickups in line with what is known of their requests; those that changed."""
    changed = []
    for request_id in request_ids:
        row = pickups.get(command.tx, pickup_id_of(request_id))
        record = plan.dispatcher.ledger.requests[request_id]
        if row is None or row.request.get("id") != request_id:
            continue
        status = OF_LEDGER[record.status]
        if status == row.status or (status is PickupStatus.BOOKED and row.status in WAITING):
            continue
        changes: dict[str, Any] = {"status": status}
        if record.courier_id is not None:
            changes["courier_id"] = record.courier_id
        elif status is PickupStatus.BOOKED:
            changes |= {"courier_id": None, "eta_at": None}
        saved = command.save(row, **changes)
        if status in _STEPS:
            command.note(saved, _STEPS[status], {"courier_id": saved.courier_id})
        changed.append(saved)
    return changed


def news_of(city: LiveCity, plan: DayPlan, revision: Revision) -> list[News]:
    """What is new in a published plan, against what clients were told."""
    rules = city.config.rules
    found = []
    for request_id, (courier_id, planned) in revision.pickups().items():
        told = city.told(pickup_id_of(request_id))
        if told is None or told.status not in (*WAITING, PickupStatus.UNDERWAY):
            continue
        news = _news(plan, request_id, courier_id, planned, rules.at_risk_s)
        if _is_new(told, news, rules.time_tolerance_s):
            found.append(news)
    for task, why in revision.left_out.items():
        if not isinstance(task, Collect):
            continue
        told = city.told(pickup_id_of(task.request_id))
        if told is not None and told.status in WAITING:
            lost = News(
                pickup_id=pickup_id_of(task.request_id),
                courier_id=None,
                eta_at=None,
                at_risk=True,
                late_s=told.late_s + (why is LeftOut.NOBODY_CAN and not told.late_s),
            )
            if told.courier_id is not None or not told.at_risk or lost.late_s > told.late_s:
                found.append(lost)
    return found


def tell_news(command: Command, news: News) -> Pickup | None:
    """Writes what is new of a pickup, and tells its client; the pickup, if it is open still."""
    row = pickups.get(command.tx, news.pickup_id)
    told = command.city.told(news.pickup_id)
    if row is None or told is None or row.status not in (*WAITING, PickupStatus.UNDERWAY):
        return None
    status = row.status
    if status in WAITING:
        status = PickupStatus.BOOKED if news.courier_id is None else PickupStatus.ASSIGNED
    saved = row
    changes = {"status": status, "courier_id": news.courier_id, "eta_at": news.eta_at}
    if any(getattr(row, name) != value for name, value in changes.items()):
        saved = command.save(row, **changes)
    if news.courier_id is not None and news.courier_id != row.courier_id:
        command.note(saved, "assigned", {"before": row.courier_id}, event=EventType.ASSIGNED)
    elif news.eta_at is not None and news.eta_at != row.eta_at:
        before = None if row.eta_at is None else row.eta_at.isoformat()
        command.note(saved, "eta_changed", {"before": before}, event=EventType.ETA_CHANGED)
    if news.late_s > told.late_s:
        detail = {"late_s": news.late_s if news.eta_at is not None else None}
        command.note(saved, "promise_broken", detail, event=EventType.PROMISE_BROKEN)
    elif news.at_risk and not told.at_risk:
        command.note(saved, "at_risk", event=EventType.AT_RISK)
    command.said[saved.id] = Told(
        date=saved.date,
        status=saved.status,
        courier_id=saved.courier_id,
        eta_at=saved.eta_at,
        at_risk=news.at_risk,
        late_s=max(told.late_s, news.late_s),
    )
    return saved


def _news(
    plan: DayPlan, request_id: str, courier_id: str, planned: PlannedTask, at_risk_s: int
) -> News:
    return News(
        pickup_id=pickup_id_of(request_id),
        courier_id=courier_id,
        eta_at=plan.moment(planned.start_s),
        at_risk=planned.slack_s is not None and planned.slack_s <= at_risk_s,
        late_s=planned.late_s,
    )


def _is_new(told: Told, news: News, tolerance_s: int) -> bool:
    if told.courier_id != news.courier_id or told.eta_at is None or news.eta_at is None:
        return True
    moved_s = abs((news.eta_at - told.eta_at).total_seconds())
    later_s = news.late_s - told.late_s
    return moved_s > tolerance_s or (news.at_risk and not told.at_risk) or later_s > 60
