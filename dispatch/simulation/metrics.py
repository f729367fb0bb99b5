"""What a simulated day was like, each figure with one formula and one unit.

``docs/simulation.md`` lists them for people. A share or a rate that would divide by zero is
``None``. Figures over several days are taken day by day and summarised in ``summary``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, pstdev, stdev

import numpy as np

from dispatch.domain.couriers import Courier
from dispatch.domain.requests import PickupClass
from dispatch.simulation.records import CourierRecord, DayRecord, Outcome, RequestRecord

_HOUR_S = 3_600


@dataclass(frozen=True, slots=True)
class Kept:
    """Promises that fell due, and how many of them were kept."""

    due: int
    kept: int

    @property
    def share(self) -> float | None:
        """Kept of those due."""
        return _ratio(self.kept, self.due)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The figures of one day.

    A promise is *due* unless the shopper called it off before its end and before anybody rang; it
    is *kept* if the bell was rung by its end. Whoever was not at home got what was promised.

    Attributes:
        asked: Requests.
        accepted_share: Promised in a window asked for, of those asked.
        moved_share: Promised in another window, of those asked.
        refused_share: Promised nothing, of those asked.
        on_time: Promises due and kept.
        on_time_by_class: The same for each class.
        on_time_by_hour: The same for each class by the hour of the day in which promises begin.
        asked_by_hour: Accepted, moved and refused by the hour in which the shopper was answered.
        latest_min: Minutes that the worst pickup rang after its promise; ``None`` if none did.
        missed: Promises due for which nobody rang all day.
        nobody_home: Pickups given up since nobody was at home.
        second_visits: Visits after one at which nobody was at home.
        breakdowns: Vehicles that broke down.
        stranded: Pieces they carried that nobody took over.
        cancelled: Promises called off in time.
        pickups: Collected.
        wait_median_min: Minutes from asking to the bell, over pickups asked on the day.
        wait_p95_min: The 95th percentile of the same.
        km_per_pickup: Kilometres driven by all over pickups.
        cost_per_pickup_yuan: Fixed cost of couriers who left, paid time and kilometres of all, over
            pickups.
        pickups_per_courier_hour: Pickups over paid hours.
        idle_share: Share of paid time that is not driving, at doors or unloading.
        work_spread: Standard deviation over mean, among couriers, of the share of the shift spent
            driving, at doors and unloading.
        changes: Times a pickup went from one courier's list to another's.
        breaks_missed: Couriers who worked on past the time for their break and had none.
        overtime_min: Minutes that couriers worked beyond their shifts, in all.
        overloads: Pickups that left the vehicle with more than it may carry.
        decide_mean_ms: Milliseconds of wall clock for a decision, mean.
        decide_max_ms: The longest one.
    """

    asked: int
    accepted_share: float | None
    moved_share: float | None
    refused_share: float | None
    on_time: Kept
    on_time_by_class: Mapping[PickupClass, Kept]
    on_time_by_hour: Mapping[PickupClass, Mapping[int, Kept]]
    asked_by_hour: Mapping[int, tuple[int, int, int]]
    latest_min: float | None
    missed: int
    nobody_home: int
    second_visits: int
    breakdowns: int
    stranded: int
    cancelled: int
    pickups: int
    wait_median_min: float | None
    wait_p95_min: float | None
    km_per_pickup: float | None
    cost_per_pickup_yuan: float | None
    pickups_per_courier_hour: float | None
    idle_share: float | None
    work_spread: float | None
    changes: int
    breaks_missed: int
    overtime_min: float
    overloads: int
    decide_mean_ms: float | None
    decide_max_ms: float | None


def metrics_of(day: DayRecord, couriers: Iterable[Courier]) -> Metrics:
    """The figures of a day.

    Args:
        day: What happened.
        couriers: Those of the city, for what they cost.
    """
    requests = list(day.requests.values())
    ridden = list(day.couriers.values())
    outcomes = [request.outcome for request in requests]
    pickups = outcomes.count(Outcome.COLLECTED)
    paid_s = sum(courier.paid_s for courier in ridden)
    work_s = sum(courier.work_s for courier in ridden if courier.paid_s)
    cost_fen = _cost_fen(day, couriers)
    waits_min = _waits_min(requests)
    moved = sum(request.moved for request in requests)
    refused = outcomes.count(Outcome.REFUSED)
    return Metrics(
        asked=len(requests),
        accepted_share=_ratio(len(requests) - moved - refused, len(requests)),
        moved_share=_ratio(moved, len(requests)),
        refused_share=_ratio(refused, len(requests)),
        on_time=_kept(requests),
        on_time_by_class={
            kind: _kept([one for one in requests if one.pickup_class is kind])
            for kind in PickupClass
        },
        on_time_by_hour={
            kind: _kept_by_hour([one for one in requests if one.pickup_class is kind])
            for kind in PickupClass
        },
        asked_by_hour=_asked_by_hour(requests),
        latest_min=_latest_min(requests),
        missed=outcomes.count(Outcome.MISSED),
        nobody_home=outcomes.count(Outcome.NOBODY_HOME),
        second_visits=sum(max(request.visits - 1, 0) for request in requests),
        breakdowns=sum(one.broke_down_s is not None for one in ridden),
        stranded=sum(one.stranded for one in ridden),
        cancelled=outcomes.count(Outcome.CANCELLED),
        pickups=pickups,
        wait_median_min=median(waits_min) if waits_min else None,
        wait_p95_min=float(np.percentile(waits_min, 95)) if waits_min else None,
        km_per_pickup=_ratio(sum(one.distance_m for one in ridden) / 1000, pickups),
        cost_per_pickup_yuan=_ratio(cost_fen / 100, pickups),
        pickups_per_courier_hour=_ratio(pickups, paid_s / _HOUR_S),
        idle_share=_ratio(paid_s - work_s, paid_s),
        work_spread=_spread(ridden),
        changes=day.changes,
        breaks_missed=sum(one.missed_rest for one in ridden),
        overtime_min=sum(max((one.ended_s or 0) - one.shift_end_s, 0) for one in ridden) / 60,
        overloads=sum(request.overloaded for request in requests),
        decide_mean_ms=fmean(day.decide_s) * 1000 if day.decide_s else None,
        decide_max_ms=max(day.decide_s) * 1000 if day.decide_s else None,
    )


FIGURES: Mapping[str, str] = {
    "asked": "requests",
    "accepted_share": "accepted in a window asked for",
    "moved_share": "moved to a later window",
    "refused_share": "refused",
    "on_time_share": "promises kept",
    "parcel_on_time_share": "promises kept, parcels",
    "bulky_on_time_share": "promises kept, bulky",
    "missed": "promises nobody rang for",
    "latest_min": "latest bell after its promise, min",
    "nobody_home": "given up, nobody at home",
    "second_visits": "second visits",
    "breakdowns": "breakdowns",
    "stranded": "pieces left in broken-down vehicles",
    "cancelled": "called off",
    "pickups": "collected",
    "wait_median_min": "from asking to the bell, median, min",
    "wait_p95_min": "from asking to the bell, 95 %, min",
    "km_per_pickup": "km per pickup",
    "cost_per_pickup_yuan": "yuan per pickup",
    "pickups_per_courier_hour": "pickups per courier-hour",
    "idle_share": "paid time idle",
    "work_spread": "work, variation between couriers",
    "changes": "pickups that changed hands",
    "breaks_missed": "breaks missed",
    "overtime_min": "overtime in all, min",
    "overloads": "overloads",
    "decide_mean_ms": "decision, mean, ms",
    "decide_max_ms": "decision, longest, ms",
}
"""Names of the single figures, with what they are called in reports."""


def single_figures(metrics: Metrics) -> dict[str, float | None]:
    """The figures that are one number each, by the names of ``FIGURES``."""
    shares = {
        "on_time_share": metrics.on_time.share,
        **{
            f"{kind.value}_on_time_share": kept.share
            for kind, kept in metrics.on_time_by_class.items()
        },
    }
    return {name: shares[name] if name in shares else getattr(metrics, name) for name in FIGURES}


@dataclass(frozen=True, slots=True)
class Summary:
    """One figure over several days: mean, standard deviation (of a sample), least and most."""

    mean: float
    deviation: float | None
    least: float
    most: float


def summary(values: Sequence[float | None]) -> Summary | None:
    """Summarise the days on which a figure is defined; ``None`` if there are none."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    deviation = stdev(known) if len(known) > 1 else None
    return Summary(fmean(known), deviation, min(known), max(known))


def _kept(requests: Sequence[RequestRecord]) -> Kept:
    due = [request.kept for request in requests if request.kept is not None]
    return Kept(len(due), sum(due))


def _kept_by_hour(requests: Sequence[RequestRecord]) -> dict[int, Kept]:
    by_hour: dict[int, list[RequestRecord]] = {}
    for request in requests:
        if request.promise is not None:
            by_hour.setdefault(request.promise[0] // _HOUR_S, []).append(request)
    return {hour: _kept(by_hour[hour]) for hour in sorted(by_hour)}


def _asked_by_hour(requests: Sequence[RequestRecord]) -> dict[int, tuple[int, int, int]]:
    counts: dict[int, list[int]] = {}
    for request in requests:
        row = counts.setdefault(request.answered_s // _HOUR_S, [0, 0, 0])
        row[2 if request.promise is None else 1 if request.moved else 0] += 1
    return {hour: (row[0], row[1], row[2]) for hour, row in sorted(counts.items())}


def _waits_min(requests: Sequence[RequestRecord]) -> list[float]:
    return [
        (request.rang_s - request.asked_s) / 60
        for request in requests
        if request.rang_s is not None and request.collected_s is not None and request.asked_s >= 0
    ]


def _latest_min(requests: Sequence[RequestRecord]) -> float | None:
    late_s = [
        request.rang_s - request.promise[1]
        for request in requests
        if request.rang_s is not None and request.promise is not None
    ]
    latest_s = max(late_s, default=0)
    return latest_s / 60 if latest_s > 0 else None


def _cost_fen(day: DayRecord, couriers: Iterable[Courier]) -> float:
    cost = 0.0
    for courier in couriers:
        ridden = day.couriers.get(courier.id)
        if ridden is None or ridden.departed_s is None:
            continue
        cost += courier.fixed_fen
        cost += courier.cost_per_hour_fen * ridden.paid_s / _HOUR_S
        cost += courier.cost_per_km_fen * ridden.distance_m / 1000
    return cost


def _spread(couriers: Sequence[CourierRecord]) -> float | None:
    shares = [one.work_s / one.shift_s for one in couriers if one.shift_s > 0]
    return _ratio(pstdev(shares), fmean(shares)) if shares else None


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
