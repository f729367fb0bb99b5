"""From the demand of a city's class to its fleet, shifts and people, at each level."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from dispatch.capacity.forecast.demand import CityDemand
from dispatch.capacity.needs import CityNeed, Level
from dispatch.capacity.staffing.constants import Constants
from dispatch.capacity.staffing.covering import DayRoster, Prices, cover
from dispatch.capacity.staffing.people import people_needed
from dispatch.capacity.staffing.service import Service, Targets, needed_couriers, service_of
from dispatch.capacity.staffing.shift_rules import ShiftRules, possible_shifts
from dispatch.capacity.staffing.town import Town
from dispatch.capacity.staffing.work import HOUR_S, VEHICLE_OF, DayWork, Hours, day_work
from dispatch.defaults import VEHICLES
from dispatch.domain.requests import PickupClass

SHORTEST_REACH_H = 0.5
"""Hours before the last shift's end in which no pickup begins."""

_REQUESTS_PER_HUB = 160
_MOST_HUBS = 20
_VANS_PER_HUB = 15
_HALVINGS = 7


@dataclass(frozen=True, slots=True, eq=False)
class DayPlan:
    """One weekday at one level.

    Attributes:
        requests: Mean number.
        work: By the hour.
        needed: Couriers at work in each hour to reach the targets, shape (24,).
        roster: The shifts that bring them.
        service: What is predicted with these shifts.
    """

    requests: float
    work: DayWork
    needed: Hours
    roster: DayRoster
    service: Service


@dataclass(frozen=True, slots=True, kw_only=True)
class CityPlan:
    """The staffing of one class in one city.

    Attributes:
        demand: What it is for.
        days: From Monday to Sunday, by level.
        needs: What that takes, by level.
    """

    demand: CityDemand
    days: Mapping[Level, tuple[DayPlan, ...]]
    needs: Mapping[Level, CityNeed]

    def busiest(self, level: Level) -> DayPlan:
        """The weekday with most requests."""
        return max(self.days[level], key=lambda day: day.requests)


def plan_city(
    demand: CityDemand,
    town: Town,
    *,
    constants: Constants,
    targets: Targets,
    rules: ShiftRules,
    levels: Sequence[Level] = tuple(Level),
) -> CityPlan:
    """Staff a week of one class in one city at each level.

    Raises:
        CoverError: Windows are asked for when no shift can be.
        CapacityError: Windows lie outside all shifts.
    """
    days = {}
    for level in levels:
        requests = demand.requests(level)
        plan = partial(
            plan_day, demand, town=town, constants=constants, targets=targets, rules=rules
        )
        scale = least_scale(partial(plan, max(requests)), targets)
        by_count = {count: plan(count, scale=scale) for count in set(requests)}
        days[level] = tuple(by_count[count] for count in requests)
    needs = {
        level: _need(demand, level, week, town, constants, rules) for level, week in days.items()
    }
    return CityPlan(demand=demand, days=days, needs=needs)


def plan_day(
    demand: CityDemand,
    requests: float,
    *,
    town: Town,
    constants: Constants,
    targets: Targets,
    rules: ShiftRules,
    scale: float = 1.0,
) -> DayPlan:
    """Staff one day.

    Args:
        demand: Its class, and the windows asked for.
        requests: Their mean number.
        town: Where.
        constants: Of the class.
        targets: To be reached.
        rules: Of shifts.
        scale: Couriers to roster over those needed, to try fleets other than the predicted one.

    Raises:
        CoverError: Windows are asked for when no shift can be.
        CapacityError: Windows lie outside all shifts.
    """
    served_s = (
        round(rules.first_start_h * HOUR_S),
        round((rules.last_end_h - SHORTEST_REACH_H) * HOUR_S),
    )
    work = day_work(
        demand.kind,
        requests,
        demand.windows,
        spread=town.spread,
        door_s=town.door_s[demand.kind],
        settings=town.settings,
        served_s=served_s,
    )
    needed = needed_couriers(work, constants, targets)
    roster = cover(
        needed * scale,
        possible_shifts(rules, town.home_h(demand.kind, _sampled_hubs(requests))),
        part_share=rules.part_share,
        prices=_prices(demand.kind, rules),
    )
    return DayPlan(
        requests=requests,
        work=work,
        needed=needed,
        roster=roster,
        service=service_of(work, roster.presence, constants),
    )


def least_scale(plan: Callable[..., DayPlan], targets: Targets) -> float:
    """The smallest part of the couriers needed hour by hour that reaches the targets over the day.

    Shifts bring more couriers than needed in some hours, which makes up for fewer in others.
    """
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        service = plan(scale=middle).service
        enough = service.kept >= targets.kept and service.as_asked >= targets.as_asked
        low, high = (low, middle) if enough else (middle, high)
    return high


def zone_couriers(day: DayPlan, zones: Mapping[str, float]) -> Mapping[str, Hours]:
    """The couriers needed in each hour, shared out to the zones by their requests."""
    return {zone: day.needed * share for zone, share in zones.items()}


def drive_km(day: DayPlan, constants: Constants, town: Town) -> float:
    """Kilometres of all couriers, by the time they are busy and not at doors."""
    vehicle = town.settings.vehicle_classes[VEHICLE_OF[constants.kind]]
    kmh = sum(vehicle.speeds_kmh) / len(vehicle.speeds_kmh)
    presence_h = float(day.roster.presence.sum())
    door_h = day.requests * day.work.door_s / HOUR_S
    return max(presence_h * constants.busy - door_h, 0.0) * kmh


def _prices(kind: PickupClass, rules: ShiftRules) -> Prices:
    vehicle = VEHICLES[VEHICLE_OF[kind]]
    return Prices(
        hour_fen=vehicle.cost_per_hour_fen,
        shift_fen=vehicle.crew_size * rules.overhead_fen // rules.full_days,
        vehicle_day_fen=vehicle.fixed_fen,
    )


def _need(
    demand: CityDemand,
    level: Level,
    week: Sequence[DayPlan],
    town: Town,
    constants: Constants,
    rules: ShiftRules,
) -> CityNeed:
    vehicle = VEHICLES[VEHICLE_OF[demand.kind]]
    rosters = [day.roster for day in week]
    vehicles = max(roster.vehicles for roster in rosters)
    paid_h = sum(roster.paid_h(full=full) for roster in rosters for full in (True, False))
    people = people_needed(rosters, rules, vehicle.crew_size)
    km = sum(drive_km(day, constants, town) for day in week)
    cost_fen = (
        paid_h * vehicle.cost_per_hour_fen
        + people * rules.overhead_fen
        + sum(roster.vehicles for roster in rosters) * vehicle.fixed_fen
        + km * vehicle.cost_per_km_fen
    )
    return CityNeed(
        city=demand.city,
        kind=demand.kind,
        level=level,
        requests_per_day=demand.per_day(level),
        vehicles=vehicles,
        people=people,
        hubs=_hubs(demand.kind, demand.per_day(level), vehicles),
        shifts_per_week=sum(roster.couriers for roster in rosters),
        paid_hours_per_week=paid_h * vehicle.crew_size,
        cost_per_week_fen=round(cost_fen),
    )


def _hubs(kind: PickupClass, requests: float, vehicles: int) -> int:
    """As sampled days have them for parcels; one yard for every fifteen vans."""
    if kind is PickupClass.BULKY:
        return math.ceil(vehicles / _VANS_PER_HUB)
    return _sampled_hubs(requests)


def _sampled_hubs(requests: float) -> int:
    return min(_MOST_HUBS, max(1, round(requests / _REQUESTS_PER_HUB)))
