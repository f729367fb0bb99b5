"""Roll-outs small enough to plan by hand: what is not said is there in plenty and costs nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from dispatch.capacity.needs import Level
from dispatch.capacity.rollout.inputs import (
    Asset,
    Need,
    Peak,
    Resource,
    Role,
    RolloutInput,
    Service,
    Status,
    Stock,
    Target,
    Week,
)
from dispatch.domain.requests import PickupClass
from geo.cities import find_city

MONDAY = date(2026, 7, 6)
PLENTY = 1_000

FREE_PEOPLE = Role(
    recruit_weeks=0,
    train_weeks=0,
    attrition_per_week=0.0,
    hire_yuan=0,
    pay_yuan_per_week=0,
    training_places=PLENTY,
)
FREE_GOODS = Asset(buy_weeks=0, buy_yuan=0, keep_yuan_per_week=0, most_per_week=PLENTY)
FEW = Need(requests_per_day=10, vehicles=2, people=5, hubs=1)


def bulky(city: str) -> Service:
    return Service(city, PickupClass.BULKY)


def parcels(city: str) -> Service:
    return Service(city, PickupClass.PARCEL)


def to_open(service: Service, **changes: Any) -> Target:
    values = {"status": Status.OPEN, "due": 3, "most_hired_per_week": PLENTY}
    return Target(service=service, **(values | changes))


def live(service: Service, **changes: Any) -> Target:
    return to_open(service, status=Status.LIVE, **changes)


def plan(
    *targets: Target,
    needs: Mapping[Service, Need] | None = None,
    weeks: int = 4,
    budget_yuan: int = 0,
    openings: int = PLENTY,
    roles: Mapping[Resource, Role] | None = None,
    assets: Mapping[Resource, Asset] | None = None,
    stock: tuple[Stock, ...] = (),
    **changes: Any,
) -> RolloutInput:
    """Targets over so many weeks; the budget is released in the first one."""
    needs = needs or {}
    cities = {target.service.city for target in targets} | {one.city for one in stock}
    made = RolloutInput(
        title="small",
        deadline=MONDAY + timedelta(weeks=weeks, days=-1),
        level=Level.EXPECTED,
        readiness=1.0,
        weeks=tuple(
            Week(
                first_day=MONDAY + timedelta(weeks=number),
                budget_yuan=0 if number else budget_yuan,
                most_openings=openings,
            )
            for number in range(weeks)
        ),
        roles={Resource.COURIER: FREE_PEOPLE, Resource.CREW: FREE_PEOPLE, **(roles or {})},
        assets={
            Resource.EBIKE: FREE_GOODS,
            Resource.VAN: FREE_GOODS,
            Resource.HUB: FREE_GOODS,
            **(assets or {}),
        },
        targets={target.service: target for target in targets},
        needs={
            (target.service, Level.EXPECTED): needs.get(target.service, FEW) for target in targets
        },
        stock=stock,
        dependencies=(),
        peak=Peak(week=weeks - 1, factors=(2.0,), asked_shares=(0.5, 0.5), on_road=(1.0, 1.0)),
        notes=(),
        cities={name: find_city(name) for name in cities},
    )
    return replace(made, **changes)
