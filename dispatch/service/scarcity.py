"""How full a window is: promises in it over what the shifts can take."""

from datetime import datetime

from dispatch.domain.couriers import Courier
from dispatch.domain.requests import PickupClass, PickupRequest
from dispatch.live.tasks import Collect
from dispatch.service.day_plan import BULKY_CREW_SIZE, DayPlan

_LEAST_PICKUPS = 10
"""With fewer in the published plan nobody knows how long one takes here."""


def full_percent(
    plan: DayPlan, kind: PickupClass, start_at: datetime, end_at: datetime
) -> int | None:
    """Promises of the class in the window, per cent of what its couriers can take in it.

    How long a pickup takes, the way to it included, is the mean over the published plan, so the
    figure rests on how dense the plan is now. A promise counts with the share of its own window
    that lies in this one.

    Returns:
        0 to 100; ``None`` where the plan is too small to tell.
    """
    each_s = _seconds_each(plan, kind)
    if each_s is None:
        return None
    working_s = sum(
        _overlap_s(one.shift.start_at, one.shift.end_at, start_at, end_at)
        for one in plan.day.couriers
        if _collects(one, kind)
    )
    promised = sum(
        _share_in(record.request, start_at, end_at)
        for record in plan.dispatcher.ledger.requests.values()
        if record.request.pickup_class is kind and not record.has_ended
    )
    if not working_s:
        return 100
    return min(100, round(100 * promised * each_s / working_s))


def _seconds_each(plan: DayPlan, kind: PickupClass) -> float | None:
    if plan.revision is None:
        return None
    couriers = {one.id: one for one in plan.day.couriers}
    spent_s, pickups = 0, 0
    for courier_id, planned in plan.revision.couriers.items():
        count = sum(isinstance(one.task, Collect) for one in planned.tasks)
        if count and _collects(couriers[courier_id], kind):
            begun_s = min(planned.leave_s, planned.tasks[0].start_s)
            spent_s += planned.tasks[-1].end_s - begun_s
            pickups += count
    return spent_s / pickups if pickups >= _LEAST_PICKUPS else None


def _collects(courier: Courier, kind: PickupClass) -> bool:
    """Whether the courier does the work of this class on a usual day."""
    return (courier.crew_size >= BULKY_CREW_SIZE) is (kind is PickupClass.BULKY)


def _share_in(request: PickupRequest, start_at: datetime, end_at: datetime) -> float:
    first, last = request.windows[0].start_at, request.windows[-1].end_at
    length_s = (last - first).total_seconds()
    return _overlap_s(first, last, start_at, end_at) / length_s if length_s else 0.0


def _overlap_s(first: datetime, last: datetime, start_at: datetime, end_at: datetime) -> float:
    return max(0.0, (min(last, end_at) - max(first, start_at)).total_seconds())
