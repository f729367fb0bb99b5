"""Simulated days with staffed shifts, and the figures the capacity model predicts."""

import math
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from dispatch.capacity.staffing.covering import DayRoster
from dispatch.capacity.validate.homes import Homes, homes_of
from dispatch.domain.requests import PickupClass
from dispatch.sampling.fleet import ShiftType, couriers_living_at
from dispatch.sampling.population import Population
from dispatch.simulation.city import Demand, SimulatedCity, sampled_city
from dispatch.simulation.metrics import Metrics
from dispatch.simulation.scenarios import SCENARIOS
from dispatch.simulation.study import Study, run_study

_HOMES_AT_ONCE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffedDays:
    """What to simulate; equal ones have equal figures.

    Attributes:
        city: English name in the catalogue.
        kind: Class of all requests.
        requests: Their mean number on a day.
        shifts: When couriers work, and how many.
        policy: That dispatches.
        seeds: One for each day.
        tick_s: Seconds between two ticks of the clock.
    """

    city: str
    kind: PickupClass
    requests: int
    shifts: tuple[tuple[ShiftType, int], ...]
    policy: str
    seeds: tuple[int, ...]
    tick_s: int = 60

    @property
    def couriers(self) -> int:
        """Shifts worked on each day."""
        return sum(count for _, count in self.shifts)

    def content(self) -> dict[str, Any]:
        """All that decides how the days go, as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysFigures:
    """What happened, over all days.

    Attributes:
        kept: Share of promises kept, of those due.
        as_asked: Share of requests promised in a window asked for.
        due: Promises that fell due.
        asked: Requests.
        km: Driven, mean of a day.
        pickups: Collected, mean of a day.
        work_h: Driving, at doors and unloading, of all couriers; mean of a day.
    """

    kept: float
    as_asked: float
    due: int
    asked: int
    km: float
    pickups: float
    work_h: float


def staffed_days(
    roster: DayRoster,
    *,
    city: str,
    kind: PickupClass,
    requests: float,
    policy: str,
    seeds: tuple[int, ...],
) -> StaffedDays:
    """Days with the shifts of a roster."""
    pairs = zip(roster.shifts, roster.counts, strict=True)
    return StaffedDays(
        city=city,
        kind=kind,
        requests=max(1, round(requests)),
        shifts=tuple((shift.type, count) for shift, count in pairs),
        policy=policy,
        seeds=seeds,
    )


def simulate(days: StaffedDays) -> DaysFigures:
    """Let the days pass.

    Raises:
        GeoError: There is no such city.
    """
    study = Study(
        city=_staffed(days),
        scenario=SCENARIOS["ordinary"],
        policies=(days.policy,),
        seeds=days.seeds,
        tick_s=days.tick_s,
    )
    result = run_study(study, on_progress=lambda _policy, _seed, _at: None, stop=lambda: False)
    metrics = result.of(days.policy)
    count = len(metrics)
    due = sum(one.on_time.due for one in metrics)
    asked = sum(one.asked for one in metrics)
    return DaysFigures(
        kept=sum(one.on_time.kept for one in metrics) / due if due else 0.0,
        as_asked=sum((one.accepted_share or 0.0) * one.asked for one in metrics) / max(asked, 1),
        due=due,
        asked=asked,
        km=sum((one.km_per_pickup or 0.0) * one.pickups for one in metrics) / count,
        pickups=sum(one.pickups for one in metrics) / count,
        work_h=sum(_work_h(one) for one in metrics) / count,
    )


def _work_h(metrics: Metrics) -> float:
    if not metrics.pickups_per_courier_hour:
        return 0.0
    paid_h = metrics.pickups / metrics.pickups_per_courier_hour
    return paid_h * (1 - (metrics.idle_share or 0.0))


def _staffed(days: StaffedDays) -> SimulatedCity:
    city = _empty_city(days.city, days.kind, days.requests)
    # Larger fleets have the homes of smaller ones, so that one list serves many.
    size = math.ceil(max(days.couriers, 1) / _HOMES_AT_ONCE) * _HOMES_AT_ONCE
    homes, from_hub = _homes(days.city, days.kind, days.requests, size).of_fleet(days.couriers)
    couriers = couriers_living_at(
        days.kind,
        [shift for shift, count in days.shifts for _ in range(count)],
        homes,
        from_hub,
        hubs=city.hubs,
        projection=_population(city).city.projection,
        midnight_at=city.midnight_at,
    )
    return replace(city, couriers=couriers)


@lru_cache(maxsize=8)
def _homes(name: str, kind: PickupClass, requests: int, size: int) -> Homes:
    return homes_of(_population(_empty_city(name, kind, requests)), kind, size)


@lru_cache(maxsize=8)
def _empty_city(name: str, kind: PickupClass, requests: int) -> SimulatedCity:
    bulky_share = 1.0 if kind is PickupClass.BULKY else 0.0
    return sampled_city(name, couriers=0, vans=0, requests=requests, bulky_share=bulky_share)


def _population(city: SimulatedCity) -> Population:
    if not isinstance(city.demand, Demand):
        raise TypeError("a sampled city draws its requests anew each day")
    return city.demand.population
