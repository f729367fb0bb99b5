"""The peak days in sums and sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.capacity.rollout.inputs import PEOPLE_OF, VEHICLE_OF
from dispatch.capacity.rollout.peak import PeakDays
from dispatch.capacity.rollout.report.words import CLASSES, counted, percent
from dispatch.capacity.rollout.study import Rollout
from dispatch.domain.requests import PickupClass


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakSummary:
    """The peak days of one class in all cities.

    Attributes:
        kind: Name of the class.
        vehicles: There in that week.
        people: There in that week.
        capacity_per_day: Requests for which these keep the promise.
        requests: On all peak days.
        extra_vehicles: More than there are, to keep the promise.
        extra_people: The same of people.
        same_day: Requests that else move to a later window of the day.
        later_day: Requests that else move to a later day.
        extra: What more it would take to keep the promise, in words.
        cost: What becomes of the promise with what there is, in words.
    """

    kind: str
    vehicles: int
    people: int
    capacity_per_day: float
    requests: float
    extra_vehicles: int
    extra_people: int
    same_day: float
    later_day: float
    extra: str
    cost: str

    @property
    def kept_share(self) -> float:
        """Requests served in the window asked for, with what there is."""
        return 1 - (self.same_day + self.later_day) / self.requests


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
    vehicles = sum(one.extra_vehicles for one in days)
    people = sum(one.extra_people for one in days)
    return PeakSummary(
        kind=CLASSES[kind],
        vehicles=sum(one.vehicles for one in days),
        people=sum(one.people for one in days),
        capacity_per_day=sum(one.capacity_per_day for one in days),
        requests=requests,
        extra_vehicles=vehicles,
        extra_people=people,
        same_day=same,
        later_day=later,
        extra=(
            f"{counted(people, PEOPLE_OF[kind])} and {counted(vehicles, VEHICLE_OF[kind])} more "
            f"than there are in that week, in {len(days)} cities"
        ),
        cost=(
            f"with those there are, {percent(1 - (same + later) / requests)} of {requests:,.0f} "
            f"requests are served in the window asked for, {same:,.0f} move to a later window of "
            f"the day and {later:,.0f} to a later day{_backlog(days)}"
        ),
    )


def _backlog(days: Sequence[PeakDays]) -> str:
    stuck = [one.service.city for one in days if one.days_to_clear is None]
    longest = max((one.days_to_clear or 0 for one in days), default=0)
    if stuck:
        return f"; in {', '.join(stuck)} the backlog does not clear"
    if longest:
        return f"; the last backlog is gone {longest} {'day' if longest == 1 else 'days'} later"
    return ""
