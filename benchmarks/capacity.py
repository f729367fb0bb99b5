"""``python -m benchmarks capacity``: the capacity model against simulated days.

For six cities of different size and density and both classes: the smallest fleet the model predicts
against the smallest one that simulation finds, and what the model predicts for its fleet against
what simulated days show. The constants are fitted on days of three of the cities: those that come
with the package, or with ``--refit`` new ones.
"""

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import click

from dispatch.capacity.calibration.fitting import Observation, fit
from dispatch.capacity.calibration.store import bundled_constants, constants_toml
from dispatch.capacity.forecast.demand import CityDemand
from dispatch.capacity.forecast.facts import demand_from_facts
from dispatch.capacity.needs import Level
from dispatch.capacity.plan import DayPlan, drive_km, least_scale, plan_day
from dispatch.capacity.staffing.constants import Constants
from dispatch.capacity.staffing.service import Targets
from dispatch.capacity.staffing.shift_rules import RULES
from dispatch.capacity.staffing.town import town_of
from dispatch.capacity.validate.days import DaysFigures, StaffedDays, staffed_days
from dispatch.capacity.validate.runs import DayRuns
from dispatch.capacity.validate.searching import FleetSearch, search_fleets
from dispatch.domain.requests import PickupClass
from dispatch.simulation.policies import POLICIES
from geo.cities import find_city

FITTED = {
    PickupClass.PARCEL: ("Fuzhou", "Kunming", "Nanjing"),
    # Bulky pickups are late in the largest cities only: one of them must be there to learn from.
    PickupClass.BULKY: ("Fuzhou", "Kunming", "Chengdu"),
}
TESTED = ("Jinhua", "Xiamen", "Hangzhou")
_WEEK = date(2026, 8, 24)
_GROWTH = 0.1
_FIT_SCALES = {
    PickupClass.PARCEL: (0.6, 0.75, 0.87, 1.0, 1.3, 1.6),
    PickupClass.BULKY: (0.6, 0.8, 1.0, 1.4, 1.9),
}
_FEWEST_DAYS = 2
_WITHIN_SHARE = 0.1
_WITHIN_COURIERS = 2
_WITHIN_POINTS = 0.03

Key = tuple[str, PickupClass]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One city and class at its expected demand on a mean day."""

    demand: CityDemand
    policy: str
    seeds: tuple[int, ...]

    def plan(self, constants: Constants, targets: Targets, scale: float) -> DayPlan:
        """Shifts for a scale of the couriers needed."""
        return plan_day(
            self.demand,
            self.demand.per_day(Level.EXPECTED),
            town=town_of(self.demand.city),
            constants=constants,
            targets=targets,
            rules=RULES[self.demand.kind],
            scale=scale,
        )

    def days(self, plan: DayPlan) -> StaffedDays:
        """Days with these shifts."""
        return staffed_days(
            plan.roster,
            city=self.demand.city,
            kind=self.demand.kind,
            requests=plan.requests,
            policy=self.policy,
            seeds=self.seeds,
        )


@click.command("capacity")
@click.option("--policy", default="nearest", show_default=True, type=click.Choice(list(POLICIES)))
@click.option("--kept", default=0.98, show_default=True, help="Target share of promises kept.")
@click.option("--as-asked", default=0.9, show_default=True, help="Target share, window asked for.")
@click.option(
    "--requests",
    default=1_000,
    show_default=True,
    type=click.IntRange(min=1),
    help="Days for each fleet: as many as have so many requests, half as many bulky ones.",
)
@click.option("--jobs", default=-1, show_default=True, help="Processes; -1 for all cores.")
@click.option(
    "--keep",
    default=Path("out/capacity"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of simulated days; what is there is not run again.",
)
@click.option("--refit", type=click.Path(path_type=Path), help="Fit new constants into this file.")
def capacity_command(
    policy: str,
    kept: float,
    as_asked: float,
    requests: int,
    jobs: int,
    keep: Path,
    refit: Path | None,
) -> None:
    """Test the capacity model on three cities it was fitted on and on three others."""
    runs = DayRuns(keep, jobs=jobs, on_progress=_progress)
    targets = Targets(kept=kept, as_asked=as_asked)
    cases = {
        (city, kind): _case(city, kind, policy, requests)
        for kind in PickupClass
        for city in FITTED[kind] + TESTED
    }
    if refit is None:
        constants = bundled_constants(policy)
    else:
        constants = _fitted(cases, targets, runs, policy)
        refit.write_text(constants_toml(constants.values()), encoding="utf-8")
    searches = {key: _search(case, constants[key[1]], targets) for key, case in cases.items()}
    search_fleets(list(searches.values()), runs)
    click.echo("\n".join(_table(searches, constants, targets)))


def _case(city: str, kind: PickupClass, policy: str, requests: int) -> Case:
    demand = demand_from_facts(find_city(city), kind, monday=_WEEK, growth_per_year=_GROWTH)
    wanted = requests if kind is PickupClass.PARCEL else requests / 2
    days = max(_FEWEST_DAYS, math.ceil(wanted / demand.per_day(Level.EXPECTED)))
    return Case(demand=demand, policy=policy, seeds=tuple(range(1, days + 1)))


def _search(case: Case, constants: Constants, targets: Targets) -> FleetSearch:
    plan = partial(case.plan, constants, targets)
    return FleetSearch(plan=plan, days=case.days, start=least_scale(plan, targets), targets=targets)


def _fitted(
    cases: Mapping[Key, Case], targets: Targets, runs: DayRuns, policy: str
) -> dict[PickupClass, Constants]:
    """Constants of both classes, from fleets around those the bundled constants call for."""
    prior = bundled_constants("nearest")
    plans = {
        (city, kind, scale): cases[city, kind].plan(prior[kind], targets, scale)
        for kind in PickupClass
        for city in FITTED[kind]
        for scale in _FIT_SCALES[kind]
    }
    days = {key: cases[key[:2]].days(plan) for key, plan in plans.items()}
    figures = runs.figures(days.values())
    return {
        kind: fit(
            kind,
            [
                Observation(
                    city=cases[key[:2]].demand.city,
                    days=len(days[key].seeds),
                    work=plan.work,
                    presence=plan.roster.presence,
                    figures=figures[days[key]],
                )
                for key, plan in plans.items()
                if key[1] is kind
            ],
            policy=policy,
            fitted_on=datetime.now(UTC).date(),
        )
        for kind in PickupClass
    }


def _table(
    searches: Mapping[Key, FleetSearch],
    constants: Mapping[PickupClass, Constants],
    targets: Targets,
) -> list[str]:
    lines = [
        f"`{' '.join(['python -m benchmarks', *sys.argv[1:]])}`, {datetime.now(UTC):%Y-%m-%d}",
        "",
        f"Targets: {targets.kept:.0%} kept and {targets.as_asked:.0%} as asked.",
        "",
        "| city | class | requests | fleet predicted | found | within | kept predicted | simulated "
        "| as asked | simulated | busy | simulated | km | simulated |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    fleets, shares = (dict.fromkeys(PickupClass, 0) for _ in range(2))
    for (city, kind), search in searches.items():
        plan, figures = search.tried[search.start]
        within = _within(plan, search.smallest)
        fleets[kind] += within
        shares[kind] += abs(plan.service.kept - figures.kept) <= _WITHIN_POINTS
        lines.append(_row(city, kind, plan, figures, search, within, constants[kind]))
    lines.append("")
    for kind, of_class in constants.items():
        evidence = of_class.evidence
        count = len(FITTED[kind] + TESTED)
        lines.append(
            f"{kind.value}: fleets of {fleets[kind]} of {count} cities within, promises kept of "
            f"{shares[kind]} within {_WITHIN_POINTS:.0%}; constants of {evidence.fitted_on}, "
            f"{evidence.days} days, error {evidence.error_points:.1f} points"
        )
    return lines


def _row(
    city: str,
    kind: PickupClass,
    plan: DayPlan,
    figures: DaysFigures,
    search: FleetSearch,
    within: bool,
    constants: Constants,
) -> str:
    found = search.smallest
    presence_h = float(plan.roster.presence.sum())
    cells: Sequence[str] = (
        f"{city}{' (fitted)' if city in FITTED[kind] else ''}",
        kind.value,
        f"{plan.requests:.0f}",
        f"{plan.roster.couriers}",
        "none reaches it" if found is None else f"{found[0].roster.couriers}",
        "yes" if within else "no",
        f"{plan.service.kept:.1%}",
        f"{figures.kept:.1%}",
        f"{plan.service.as_asked:.1%}",
        f"{figures.as_asked:.1%}",
        f"{constants.busy:.0%}",
        f"{figures.work_h / presence_h:.0%}",
        f"{drive_km(plan, constants, town_of(city)):.0f}",
        f"{figures.km:.0f}",
    )
    return f"| {' | '.join(cells)} |"


def _within(plan: DayPlan, found: tuple[DayPlan, DaysFigures] | None) -> bool:
    if found is None:
        return False
    off = abs(plan.roster.couriers - found[0].roster.couriers)
    return off <= max(_WITHIN_COURIERS, _WITHIN_SHARE * found[0].roster.couriers)


def _progress(done: int, total: int) -> None:
    click.echo(f"\r{done} of {total} studies", nl=done == total, err=True)
