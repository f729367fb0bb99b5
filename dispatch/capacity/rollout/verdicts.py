"""What becomes of each service: ready, ready on a day, or short of what by how much."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil

from dispatch.capacity.rollout.earliest import earliest_week
from dispatch.capacity.rollout.inputs import ROLES, Resource, RolloutInput, Service, Status
from dispatch.capacity.rollout.replay import Replay
from dispatch.capacity.rollout.schedule import Schedule

_HALF_A_PERSON = 0.5


class Outcome(StrEnum):
    """How a service stands."""

    READY = "ready"
    READY_ON = "ready on a day"
    LATE = "late"
    SHORT = "short"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One resource of a service.

    Attributes:
        resource: Which.
        need: For full coverage.
        ready: For the share that must be there to open.
        at_start: Of the city on the first day.
        when_due: Of the city in the week the target is due; people as expected, to a tenth.
    """

    resource: Resource
    need: int
    ready: int
    at_start: int
    when_due: float

    @property
    def short(self) -> int:
        """How many more it would take to be ready when due."""
        spare = _HALF_A_PERSON if self.resource in ROLES else 0.0
        return max(0, ceil(self.ready - self.when_due - spare - 1e-9))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of one service.

    Attributes:
        service: Which.
        status: Before the plan.
        outcome: After it.
        opens: First day, for services that open at all.
        due: First day of the week by which it is due.
        coverage: Share of its demand covered in the week it is due.
        gaps: Each resource; what other services of the city work with is not counted as there.
        earliest: First day on which it could open if nothing but time were short; ``None`` where
            that is after the last week, or where it is live.
        waits_for: What takes longest until then, if anything does.
    """

    service: Service
    status: Status
    outcome: Outcome
    opens: date | None
    due: date
    coverage: float
    gaps: tuple[Gap, ...]
    earliest: date | None
    waits_for: Resource | None

    @property
    def short(self) -> tuple[Gap, ...]:
        """The resources of which there are too few when due."""
        return tuple(gap for gap in self.gaps if gap.short)


def verdicts_of(plan: RolloutInput, schedule: Schedule, lived: Replay) -> tuple[Verdict, ...]:
    """A verdict for every target, in the order of the plan."""
    return tuple(_verdict(plan, schedule, lived, service) for service in plan.targets)


def _verdict(plan: RolloutInput, schedule: Schedule, lived: Replay, service: Service) -> Verdict:
    target, need = plan.targets[service], plan.need(service)
    opens = schedule.opening[service]
    first, slowest = earliest_week(plan, service)
    reachable = target.status is Status.OPEN and first < len(plan.weeks)
    return Verdict(
        service=service,
        status=target.status,
        outcome=_outcome(plan, schedule, service),
        opens=None if opens is None else plan.weeks[opens].first_day,
        due=plan.weeks[target.due].first_day,
        coverage=schedule.working[service][target.due] / need.vehicles,
        gaps=tuple(
            _gap(plan, schedule, lived, service, resource) for resource in service.resources
        ),
        earliest=plan.weeks[first].first_day if reachable else None,
        waits_for=slowest if target.status is Status.OPEN else None,
    )


def _outcome(plan: RolloutInput, schedule: Schedule, service: Service) -> Outcome:
    target = plan.targets[service]
    opens = schedule.opening[service]
    if target.status is Status.OPEN:
        if opens is None:
            return Outcome.SHORT
        return Outcome.READY_ON if opens <= target.due else Outcome.LATE
    kept = schedule.working[service][target.due :]
    ready = min(kept) >= plan.ready_vehicles(service)
    return Outcome.READY if ready else Outcome.SHORT


def _gap(
    plan: RolloutInput, schedule: Schedule, lived: Replay, service: Service, resource: Resource
) -> Gap:
    need, due = plan.need(service), plan.targets[service].due
    taken = sum(
        plan.need(other).of(resource) * schedule.working[other][due] / plan.need(other).vehicles
        for other in plan.by_city[service.city]
        if other != service and resource in other.resources
    )
    there = lived.of(service.city, resource)
    return Gap(
        resource=resource,
        need=need.of(resource),
        ready=-(-need.of(resource) * plan.ready_vehicles(service) // need.vehicles),
        at_start=plan.in_stock(service.city, resource, 0),
        when_due=round(max(0.0, there[due] - taken), 1),
    )
