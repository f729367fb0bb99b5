"""Simulated days with staffed shifts, and the figures the capacity model predicts."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from statistics import fmean
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
class DayFigures:
    """What happened on one day.

    Attributes:
        asked: Requests.
        as_asked: Those promised in a window asked for.
        due: Promises that fell due.
        kept: Those kept.
        pickups: Collected.
        km: Driven.
        work_h: Driving, at doors and unloading, of all couriers.
    """

    asked: int
    as_asked: int
    due: int
    kept: int
    pickups: int
    km: float
    work_h: float


@dataclass(frozen=True, slots=True)
class DaysFigures:
    """What happened, by day, in the order of the seeds."""

    days: tuple[DayFigures, ...]

    @property
    def asked(self) -> int:
        """Requests of all days."""
        return sum(one.asked for one in self.days)

    @property
    def due(self) -> int:
        """Promises that fell due, of all days."""
        return sum(one.due for one in self.days)

    @property
    def kept(self) -> float:
        """Share of promises kept, of those due."""
        return sum(one.kept for one in self.days) / self.due if self.due else 0.0

    @property
    def as_asked(self) -> float:
        """Share of requests promised in a window asked for."""
        return sum(one.as_asked for one in self.days) / max(self.asked, 1)

    @property
    def pickups(self) -> float:
        """Collected, mean of a day."""
        return fmean(one.pickups for one in self.days)

    @property
    def km(self) -> float:
        """Driven, mean of a day."""
        return fmean(one.km for one in self.days)

    @property
    def work_h(self) -> float:
        """Hours of work of all couriers, mean of a day."""
        return fmean(one.work_h for one in self.days)

    @property
    def kept_error(self) -> float:
        """Standard error of the share of promises kept."""
        return _share_error([one.kept for one in self.days], [one.due for one in self.days])

    @property
    def as_asked_error(self) -> float:
        """Standard error of the share of requests promised as asked."""
        return _share_error([one.as_asked for one in self.days], [one.asked for one in self.days])


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
    return DaysFigures(tuple(_figures(one) for one in result.of(days.policy)))


def _figures(metrics: Metrics) -> DayFigures:
    return DayFigures(
        asked=metrics.asked,
        as_asked=round((metrics.accepted_share or 0.0) * metrics.asked),
        due=metrics.on_time.due,
        kept=metrics.on_time.kept,
        pickups=metrics.pickups,
        km=(metrics.km_per_pickup or 0.0) * metrics.pickups,
        work_h=_work_h(metrics),
    )


def _share_error(parts: Sequence[int], wholes: Sequence[int]) -> float:
    """Standard error of a ratio of totals over days, each a cluster (Cochran, *Sampling*, 6.3).

    One day tells nothing of the spread between days; it has that of independent requests.
    """
    total, count = max(sum(wholes), 1), len(wholes)
    share = sum(parts) / total
    if count == 1:
        return math.sqrt(share * (1 - share) / total)
    squares = sum((part - share * whole) ** 2 for part, whole in zip(parts, wholes, strict=True))
    return math.sqrt(squares * count / (count - 1)) / total


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
