"""The peak days in sums and sentences."""

from dataclasses import dataclass

from dispatch.capacity.rollout.inputs import PEOPLE_OF, VEHICLE_OF
from dispatch.capacity.rollout.report.words import CLASSES, counted, percent
from dispatch.capacity.rollout.study import Rollout
from dispatch.domain.requests import PickupClass


@dataclass(frozen=True, slots=True)
class PeakSummary:
    """The peak days of one class in all cities.

    Attributes:
        kind: Name of the class.
        extra: What more it would take to keep the promise.
        cost: What becomes of the promise with what there is.
    """

    kind: str
    extra: str
    cost: str


def peak_summaries(rollout: Rollout) -> list[PeakSummary]:
    """The two ways through the peak, for each class that is served then."""
    return [
        _summary(rollout, kind)
        for kind in PickupClass
        if any(one.service.kind is kind for one in rollout.peak)
    ]


def _summary(rollout: Rollout, kind: PickupClass) -> PeakSummary:
    days = [one for one in rollout.peak if one.service.kind is kind]
    requests = sum(one.requests for one in days)
    same = sum(one.same_day for one in days)
    later = sum(one.later_day for one in days)
    vehicles = counted(sum(one.extra_vehicles for one in days), VEHICLE_OF[kind])
    people = counted(sum(one.extra_people for one in days), PEOPLE_OF[kind])
    extra = f"{people} and {vehicles} more than there are in that week, in {len(days)} cities"
    kept = percent(1 - (same + later) / requests)
    cost = (
        f"with those there are, {kept} of {requests:,.0f} requests are served in the window asked "
        f"for, {same:,.0f} move to a later window of the day and {later:,.0f} to a later day"
    )
    stuck = [one.service.city for one in days if one.days_to_clear is None]
    longest = max((one.days_to_clear or 0 for one in days), default=0)
    if stuck:
        cost += f"; in {', '.join(stuck)} the backlog does not clear"
    elif longest:
        noun = "day" if longest == 1 else "days"
        cost += f"; the last backlog is gone {longest} {noun} after the peak"
    return PeakSummary(CLASSES[kind], extra, cost)
