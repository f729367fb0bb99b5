"""What a roll-out is planned from: weeks, targets, needs, stock, and the ways to get more.

Weeks are numbered from 0 in the order of the plan; whatever is there or happens "in a week" is
there or happens on its first day. Money is whole yuan: nothing in a roll-out is smaller.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from dispatch.capacity.needs import Level
from dispatch.domain.requests import PickupClass
from geo.cities import City


class Resource(StrEnum):
    """What a service is made of; people are counted singly, also in crews of two."""

    COURIER = "courier"
    EBIKE = "ebike"
    CREW = "crew"
    VAN = "van"
    HUB = "hub"


PEOPLE_OF = {PickupClass.PARCEL: Resource.COURIER, PickupClass.BULKY: Resource.CREW}
VEHICLE_OF = {PickupClass.PARCEL: Resource.EBIKE, PickupClass.BULKY: Resource.VAN}
ROLES = tuple(PEOPLE_OF.values())
ASSETS = (*VEHICLE_OF.values(), Resource.HUB)


class Service(NamedTuple):
    """One class of pickups in one city."""

    city: str
    kind: PickupClass

    @property
    def resources(self) -> tuple[Resource, Resource, Resource]:
        """What it is made of: vehicles, people, hubs."""
        return VEHICLE_OF[self.kind], PEOPLE_OF[self.kind], Resource.HUB


class Status(StrEnum):
    """How a service stands before the first week."""

    LIVE = "live"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A service that is to be kept or opened.

    Attributes:
        service: Which.
        status: Live already, or to be opened.
        due: Last week in which it may open for the target to be met; from then on it must be
            staffed.
        not_before: First week in which it may open.
        fixed: The only week in which it may open, if that is laid down.
        most_hired_per_week: People who can begin their training there in one week.
    """

    service: Service
    status: Status
    due: int
    not_before: int = 0
    fixed: int | None = None
    most_hired_per_week: int

    def may_open_in(self, week: int) -> bool:
        """Whether nothing in the target itself speaks against opening in that week."""
        return week >= self.not_before and self.fixed in (None, week)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a service takes at full coverage of its demand.

    Attributes:
        requests_per_day: Mean of an ordinary day.
        vehicles: Most on the road at one moment.
        people: On the payroll, to fill the shifts of a week.
        hubs: Places to unload at.
        cost_per_week_yuan: Of running it.
    """

    requests_per_day: float
    vehicles: int
    people: int
    hubs: int
    cost_per_week_yuan: int = 0

    def of(self, resource: Resource) -> int:
        """How many of a resource."""
        if resource in ROLES:
            return self.people
        return self.hubs if resource is Resource.HUB else self.vehicles


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """How people are found, trained and lost.

    Attributes:
        recruit_weeks: From the decision to the first day of training.
        train_weeks: From then to the first day of work.
        attrition_per_week: Share of those at work who leave in a week, 0 to below 1.
        hire_yuan: Recruiting and training of one person, due when training begins.
        pay_yuan_per_week: From the first day of training on.
        training_places: People who can be in training at once, in all cities together.
    """

    recruit_weeks: int
    train_weeks: int
    attrition_per_week: float
    hire_yuan: int
    pay_yuan_per_week: int
    training_places: int

    def kept_milli(self, weeks: int) -> int:
        """Of a thousand people at work, how many still are so many weeks later (expected)."""
        return round(1000 * (1 - self.attrition_per_week) ** weeks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """How an asset goes from one city to another.

    Attributes:
        weeks: In which it is of no use to either.
        yuan: For each one moved, due when it leaves.
        yuan_per_km: The same for every kilometre of the straight line.
    """

    weeks: int
    yuan: int
    yuan_per_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """How vehicles or hubs are got.

    Attributes:
        buy_weeks: From the order to the first day of use.
        buy_yuan: Due with the order.
        keep_yuan_per_week: Of each one bought, from its first day of use on.
        most_per_week: How many can be delivered in one week, in all cities together.
        moving: Between cities, if that can be done.
    """

    buy_weeks: int
    buy_yuan: int
    keep_yuan_per_week: int
    most_per_week: int
    moving: Moving | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A week of the plan.

    Attributes:
        first_day: A Monday.
        budget_yuan: Released on its first day; what is left over can be spent later.
        most_openings: Services that can open in it, in all cities together.
    """

    first_day: date
    budget_yuan: int
    most_openings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """So many of a resource that a city has, or gets without the plan, from a week on."""

    city: str
    resource: Resource
    amount: int
    from_week: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """``service`` opens ``weeks`` weeks after ``after`` did, or later; 0 allows the same week."""

    service: Service
    after: Service
    weeks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """A run of days with more demand than usual.

    Attributes:
        week: The week in which they begin, on its first day.
        factors: Demand of each day over that of an ordinary one.
        asked_shares: Share of a day's requests asked for in each window of the day; the shares
            add up to 1.
        on_road: Share of a service's vehicles that are on the road in each of these windows.
    """

    week: int
    factors: tuple[float, ...]
    asked_shares: tuple[float, ...]
    on_road: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class RolloutInput:
    """Everything a roll-out is planned from.

    Attributes:
        title: As the report is headed.
        deadline: Day by which the targets are due unless they say otherwise.
        level: Of demand to plan for.
        readiness: Share of its vehicles that a service must be able to put on the road from the
            day it opens, above 0 to 1.
        weeks: Consecutive.
        roles: How people are got.
        assets: How vehicles and hubs are got.
        targets: By service.
        needs: By service and level of demand; every target has its need at the planned level.
        stock: Of the cities.
        dependencies: Between targets, without a circle.
        peak: The days to try the fleet on.
        notes: Sources and assumptions, shown in the report.
        cities: The cities of the targets and the stock, by name.
    """

    title: str
    deadline: date
    level: Level
    readiness: float
    weeks: tuple[Week, ...]
    roles: Mapping[Resource, Role]
    assets: Mapping[Resource, Asset]
    targets: Mapping[Service, Target]
    needs: Mapping[tuple[Service, Level], Need]
    stock: tuple[Stock, ...]
    dependencies: tuple[Dependency, ...]
    peak: Peak
    notes: tuple[str, ...]
    cities: Mapping[str, City]

    def need(self, service: Service) -> Need:
        """Of a target, for the demand planned for."""
        return self.needs[service, self.level]

    def ready_vehicles(self, service: Service) -> int:
        """Vehicles a service must be able to put on the road from the day it opens."""
        # A share such as 0.9 x 10 may come out a hair above 9.
        return max(1, -int(-(self.readiness * self.need(service).vehicles - 1e-9) // 1))

    @cached_property
    def by_city(self) -> Mapping[str, tuple[Service, ...]]:
        """The targets of each city."""
        found: dict[str, tuple[Service, ...]] = {}
        for service in self.targets:
            found[service.city] = (*found.get(service.city, ()), service)
        return found

    def needed(self, city: str, resource: Resource) -> int:
        """How many of a resource the targets of a city take together at full coverage."""
        return sum(
            self.need(service).of(resource)
            for service in self.by_city.get(city, ())
            if resource in service.resources
        )

    def in_stock(self, city: str, resource: Resource, week: int) -> int:
        """How many of a resource a city has in a week without the plan, had nobody left."""
        return sum(
            stock.amount
            for stock in self.stock
            if (stock.city, stock.resource) == (city, resource) and stock.from_week <= week
        )

    def last_week_by(self, day: date) -> int:
        """The last week whose first day is not after ``day``; -1 where there is none."""
        return sum(week.first_day <= day for week in self.weeks) - 1

    @property
    def last_day(self) -> date:
        """Of the last week."""
        return self.weeks[-1].first_day + timedelta(days=6)
