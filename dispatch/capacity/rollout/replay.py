"""A schedule lived through week by week: who is there, what is there, and what it cost.

Shares no arithmetic with the model: cohorts age one by one, assets are carried from city to city,
and money is paid out when it is due.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dispatch.capacity.rollout.costs import distance_km
from dispatch.capacity.rollout.inputs import ASSETS, ROLES, Resource, RolloutInput, Service, Status
from dispatch.capacity.rollout.schedule import Hire, Purchase, Schedule, Transfer


class Purpose(StrEnum):
    """What money is spent on."""

    HIRING = "recruiting and training"
    PAY = "pay of people hired"
    BUYING = "buying vehicles and hubs"
    KEEPING = "keeping what was bought"
    MOVING = "moving vehicles and hubs"


@dataclass(slots=True)
class Replay:
    """What a schedule comes to; every list has an entry for each week.

    Attributes:
        people: Expected people at work by city and role.
        assets: Vehicles and hubs that can be used by city.
        training: People in training by city and role.
        begun: People who begin training by city and role.
        delivered: Assets bought that come into use, by asset.
        openings: Services that open.
        spent_yuan: By purpose.
        covered: Requests a day that each service can collect, no more than there are.
    """

    people: dict[tuple[str, Resource], list[float]]
    assets: dict[tuple[str, Resource], list[int]]
    training: dict[tuple[str, Resource], list[int]]
    begun: dict[tuple[str, Resource], list[int]]
    delivered: dict[Resource, list[int]]
    openings: list[int]
    spent_yuan: dict[Purpose, list[int]]
    covered: dict[Service, list[float]] = field(default_factory=dict)

    @property
    def cost_yuan(self) -> int:
        """All that is spent."""
        return sum(map(sum, self.spent_yuan.values()))

    def spent_by_week_yuan(self) -> list[int]:
        """All purposes together."""
        return [sum(week) for week in zip(*self.spent_yuan.values(), strict=True)]

    def of(self, city: str, resource: Resource) -> list[float]:
        """How many of a resource a city can use, week by week."""
        if resource in ROLES:
            return self.people[city, resource]
        return [float(count) for count in self.assets[city, resource]]


def replay(plan: RolloutInput, schedule: Schedule) -> Replay:
    """Live through ``schedule``, whether or not it keeps the rules of ``plan``."""
    weeks = len(plan.weeks)
    cities = sorted({*plan.by_city, *(stock.city for stock in plan.stock)})
    made = Replay(
        people={(city, role): [0.0] * weeks for city in cities for role in ROLES},
        assets={(city, asset): [0] * weeks for city in cities for asset in ASSETS},
        training={(city, role): [0] * weeks for city in cities for role in ROLES},
        begun={(city, role): [0] * weeks for city in cities for role in ROLES},
        delivered={asset: [0] * weeks for asset in ASSETS},
        openings=_openings(plan, schedule.opening),
        spent_yuan={purpose: [0] * weeks for purpose in Purpose},
    )
    for stock in plan.stock:
        if stock.resource in ROLES:
            _grow_old(plan, made, stock.city, stock.resource, stock.from_week, stock.amount)
        else:
            _there(made, stock.city, stock.resource, stock.from_week, stock.amount)
    for step, amount in schedule.steps.items():
        if isinstance(step, Hire):
            _hire(plan, made, step, amount)
        elif isinstance(step, Purchase):
            _buy(plan, made, step, amount)
        else:
            _move(plan, made, step, amount)
    for service in plan.targets:
        need = plan.need(service)
        made.covered[service] = [
            need.requests_per_day * working / need.vehicles for working in schedule.working[service]
        ]
    return made


def _openings(plan: RolloutInput, opening: Mapping[Service, int | None]) -> list[int]:
    counts = Counter(
        week for service, week in opening.items() if plan.targets[service].status is Status.OPEN
    )
    return [counts[week] for week in range(len(plan.weeks))]


def _grow_old(
    plan: RolloutInput, made: Replay, city: str, role: Resource, week: int, amount: int
) -> None:
    """A cohort at work from ``week`` on, less those who leave; shares to the thousandth."""
    stays = 1 - plan.roles[role].attrition_per_week
    for later in range(week, len(plan.weeks)):
        made.people[city, role][later] += amount * round(stays ** (later - week), 3)


def _there(made: Replay, city: str, asset: Resource, week: int, amount: int) -> None:
    for later in range(week, len(made.openings)):
        made.assets[city, asset][later] += amount


def _hire(plan: RolloutInput, made: Replay, step: Hire, amount: int) -> None:
    role = plan.roles[step.role]
    ready = step.week + role.train_weeks
    made.begun[step.city, step.role][step.week] += amount
    for week in range(step.week, min(ready, len(plan.weeks))):
        made.training[step.city, step.role][week] += amount
    _grow_old(plan, made, step.city, step.role, ready, amount)
    made.spent_yuan[Purpose.HIRING][step.week] += amount * role.hire_yuan
    for week in range(step.week, len(plan.weeks)):
        stays = round((1 - role.attrition_per_week) ** max(0, week - ready), 3)
        pay_yuan = round(role.pay_yuan_per_week * stays)
        made.spent_yuan[Purpose.PAY][week] += amount * pay_yuan


def _buy(plan: RolloutInput, made: Replay, step: Purchase, amount: int) -> None:
    asset = plan.assets[step.asset]
    made.delivered[step.asset][step.week] += amount
    _there(made, step.city, step.asset, step.week, amount)
    made.spent_yuan[Purpose.BUYING][step.week - asset.buy_weeks] += amount * asset.buy_yuan
    for week in range(step.week, len(plan.weeks)):
        made.spent_yuan[Purpose.KEEPING][week] += amount * asset.keep_yuan_per_week


def _move(plan: RolloutInput, made: Replay, step: Transfer, amount: int) -> None:
    moving = plan.assets[step.asset].moving
    if moving is None:
        raise ValueError(f"{step} of an asset that cannot be moved")
    _there(made, step.start, step.asset, step.week, -amount)
    _there(made, step.end, step.asset, step.week + moving.weeks, amount)
    km = distance_km(plan.cities[step.start], plan.cities[step.end])
    each_yuan = moving.yuan + round(moving.yuan_per_km * km)
    made.spent_yuan[Purpose.MOVING][step.week] += amount * each_yuan


def by_resource(amounts: Mapping[tuple[str, Resource], list[int]]) -> dict[Resource, list[int]]:
    """Sums over the cities, week by week."""
    sums: dict[Resource, list[int]] = defaultdict(list)
    for (_, resource), counts in amounts.items():
        before = sums[resource] or [0] * len(counts)
        sums[resource] = [a + b for a, b in zip(before, counts, strict=True)]
    return dict(sums)
