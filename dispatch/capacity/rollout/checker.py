"""Whether a schedule keeps every rule of its plan, judged from its replay alone."""

from collections.abc import Iterator
from itertools import accumulate

from dispatch.capacity.rollout.inputs import ROLES, RolloutInput, Service, Status
from dispatch.capacity.rollout.replay import Replay, by_resource
from dispatch.capacity.rollout.schedule import Hire, Purchase, Schedule

_HAIR = 1e-6
_HALF_A_PERSON = 0.5
"""Expected people count to the nearest whole one."""


class BrokenScheduleError(RuntimeError):
    """A schedule that was to be reported breaks a rule."""


def require_valid(plan: RolloutInput, schedule: Schedule, lived: Replay) -> None:
    """Refuse a schedule that breaks a rule.

    Raises:
        BrokenScheduleError: It does; the message names every rule that is broken.
    """
    broken = list(violations(plan, schedule, lived))
    if broken:
        raise BrokenScheduleError("; ".join(broken))


def violations(plan: RolloutInput, schedule: Schedule, lived: Replay) -> Iterator[str]:
    """Every rule of ``plan`` that ``schedule`` breaks, in words."""
    for service in plan.targets:
        yield from _of_service(plan, schedule, lived, service)
    yield from _of_steps(plan, schedule, lived)
    yield from _of_cities(plan, lived)
    yield from _of_weeks(plan, lived)
    for dependency in plan.dependencies:
        opens, after = (schedule.opening[s] for s in (dependency.service, dependency.after))
        if opens is not None and (after is None or opens < after + dependency.weeks):
            yield f"{_name(dependency.service)} opens before {_name(dependency.after)} allows"


def _of_service(
    plan: RolloutInput, schedule: Schedule, lived: Replay, service: Service
) -> Iterator[str]:
    target, need = plan.targets[service], plan.need(service)
    opens = schedule.opening[service]
    if target.status is Status.LIVE and opens != 0:
        yield f"{_name(service)} is live and not open in the first week"
    if target.status is Status.OPEN and opens is not None and not target.may_open_in(opens):
        yield f"{_name(service)} opens in week {opens}, which its target forbids"
    for week, working in enumerate(schedule.working[service]):
        is_open = opens is not None and week >= opens
        if working > (need.vehicles if is_open else 0):
            yield f"{_name(service)} works with {working} vehicles in week {week}"
        if target.status is Status.OPEN and is_open and working < plan.ready_vehicles(service):
            yield f"{_name(service)} is open and not ready in week {week}"
    for resource in service.resources:
        users = [other for other in plan.by_city[service.city] if resource in other.resources]
        for week, there in enumerate(lived.of(service.city, resource)):
            taken = sum(
                plan.need(user).of(resource)
                * schedule.working[user][week]
                / plan.need(user).vehicles
                for user in users
            )
            spare = _HALF_A_PERSON if resource in ROLES else 0.0
            if taken > there + spare + _HAIR:
                yield f"{service.city} lacks {resource} in week {week}: {there:g} for {taken:g}"


def _of_steps(plan: RolloutInput, schedule: Schedule, lived: Replay) -> Iterator[str]:
    for step in schedule.steps:
        if isinstance(step, Hire) and step.week < plan.roles[step.role].recruit_weeks:
            yield f"{step} begins before anybody can be found"
        if isinstance(step, Purchase) and step.week < plan.assets[step.asset].buy_weeks:
            yield f"{step} comes before it can be ordered"
    for service, target in plan.targets.items():
        people = service.resources[1]
        if max(lived.begun[service.city, people]) > target.most_hired_per_week:
            yield f"{service.city} hires more {people} in a week than it can"


def _of_cities(plan: RolloutInput, lived: Replay) -> Iterator[str]:
    """Nobody gives away what its own targets need, or what it does not have."""
    for (city, asset), there in lived.assets.items():
        for week, count in enumerate(there):
            own = min(plan.needed(city, asset), plan.in_stock(city, asset, week))
            if count < own:
                yield f"{city} has {count} {asset} left in week {week}, {own} are its own"


def _of_weeks(plan: RolloutInput, lived: Replay) -> Iterator[str]:
    released = accumulate(week.budget_yuan for week in plan.weeks)
    spent = accumulate(lived.spent_by_week_yuan())
    for number, (spent_yuan, released_yuan) in enumerate(zip(spent, released, strict=True)):
        if spent_yuan > released_yuan:
            yield f"{spent_yuan} yuan are spent by week {number}, {released_yuan} released"
    for number, (opened, week) in enumerate(zip(lived.openings, plan.weeks, strict=True)):
        if opened > week.most_openings:
            yield f"{opened} services open in week {number}"
    training = by_resource(lived.training)
    for role in ROLES:
        if max(training[role], default=0) > plan.roles[role].training_places:
            yield f"{max(training[role])} {role} in training at once"
    for asset, counts in lived.delivered.items():
        if max(counts) > plan.assets[asset].most_per_week:
            yield f"{max(counts)} {asset} delivered in a week"


def _name(service: Service) -> str:
    return f"{service.city} {service.kind}"
