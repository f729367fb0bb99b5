"""Constants from nothing but simulated days: predict, simulate around it, fit, until it stands.

Constants are to be right where fleets are planned, and where that is only they can tell. So each
round simulates fleets around those the round before calls for, and fits on the days of all rounds.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from benchmarks.capacity.cases import Case, Key
from dispatch.capacity.calibration.fitting import Observation, fit
from dispatch.capacity.plan import DayPlan, least_scale
from dispatch.capacity.staffing.constants import Constants, Decay, Evidence, Excess
from dispatch.capacity.staffing.service import Targets
from dispatch.capacity.validate.runs import DayRuns
from dispatch.domain.requests import PickupClass

_SCALES = (0.8, 0.92, 1.06, 1.22)
_MOST_ROUNDS = 5
_STANDS_SHARE = 0.05
_STANDS_COURIERS = 1

_FIRST_GUESSES = {
    PickupClass.PARCEL: (
        Decay(ways=20.0, scale=0.066, power=3.0, reach=0.0),
        Excess(ways=4.3, usable=0.72),
    ),
    PickupClass.BULKY: (
        Decay(ways=5.9, scale=0.26, power=1.7, reach=1.6),
        Excess(ways=5.9, usable=1.27),
    ),
}
"""Rounded from an earlier fit, so that the days of the first round tell much."""

ByClass = Mapping[PickupClass, Constants]


def refit(
    cases: Mapping[Key, Case],
    targets: Targets,
    runs: DayRuns,
    *,
    policy: str,
    on_round: Callable[[Mapping[Key, int]], None],
) -> ByClass:
    """Constants of both classes, until no predicted fleet moves by more than a courier or 5 %.

    Args:
        cases: Of the cities to fit on.
        targets: Near which the constants are to be right.
        runs: For simulated days.
        policy: That dispatches.
        on_round: Told the fleets the constants of each round call for.
    """
    constants = {kind: _first_guess(kind, policy) for kind in PickupClass}
    seen: dict[PickupClass, list[Observation]] = {kind: [] for kind in PickupClass}
    fleets: dict[Key, int] = {}
    for _ in range(_MOST_ROUNDS):
        found = _predicted(cases, constants, targets)
        on_round(found)
        if fleets and all(_stands(fleets[key], found[key]) for key in cases):
            break
        fleets = found
        for (_, kind), one in _simulated(cases, constants, targets, runs):
            seen[kind].append(one)
        constants = {
            kind: fit(kind, ones, targets, policy=policy, fitted_on=datetime.now(UTC).date())
            for kind, ones in seen.items()
        }
    return constants


def _predicted(cases: Mapping[Key, Case], constants: ByClass, targets: Targets) -> dict[Key, int]:
    fleets = {}
    for (city, kind), case in cases.items():
        plan = partial(case.plan, constants[kind], targets)
        fleets[city, kind] = plan(least_scale(plan, targets)).roster.couriers
    return fleets


def _simulated(
    cases: Mapping[Key, Case], constants: ByClass, targets: Targets, runs: DayRuns
) -> list[tuple[Key, Observation]]:
    """Days of fleets around the predicted ones."""
    plans: list[tuple[Key, DayPlan]] = []
    for key, case in cases.items():
        plan = partial(case.plan, constants[key[1]], targets)
        start = least_scale(plan, targets)
        plans += [(key, plan(start * scale)) for scale in _SCALES]
    days = [cases[key].days(plan) for key, plan in plans]
    figures = runs.figures(days)
    return [
        (
            key,
            Observation(
                city=cases[key].demand.city,
                days=len(one.seeds),
                work=plan.work,
                presence=plan.roster.presence,
                figures=figures[one],
            ),
        )
        for (key, plan), one in zip(plans, days, strict=True)
    ]


def _stands(before: int, now: int) -> bool:
    return abs(now - before) <= max(_STANDS_COURIERS, _STANDS_SHARE * before)


def _first_guess(kind: PickupClass, policy: str) -> Constants:
    late, turned = _FIRST_GUESSES[kind]
    return Constants(
        kind=kind,
        late=late,
        turned=turned,
        busy=1.0,
        evidence=Evidence(
            fitted_on=datetime.now(UTC).date(), policy=policy, cities=(), days=0, error_points=0.0
        ),
    )
