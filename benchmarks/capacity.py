"""``python -m benchmarks capacity``: the capacity model against simulated days.

Constants are fitted on days of three cities and tested on three others: for each city and class,
the smallest fleet the model predicts against the smallest one simulation finds, and what the model
predicts for its fleet against what simulated days show.
"""

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
from dispatch.capacity.staffing.constants import Constants, Decay
from dispatch.capacity.staffing.service import Targets
from dispatch.capacity.staffing.shift_rules import RULES
from dispatch.capacity.staffing.town import town_of
from dispatch.capacity.validate.days import DaysFigures, StaffedDays, staffed_days
from dispatch.capacity.validate.runs import DayRuns
from dispatch.capacity.validate.searching import FleetSearch, search_fleets
from dispatch.domain.requests import PickupClass
from dispatch.simulation.policies import POLICIES
from geo.cities import find_city

FITTED = ("Fuzhou", "Kunming", "Nanjing")
TESTED = ("Jinhua", "Xiamen", "Hangzhou")
_WEEK = date(2026, 8, 24)
_GROWTH = 0.1
_FIT_SCALES = (0.6, 0.8, 1.0, 1.25)
_FIT_TARGETS = Targets(kept=0.95, as_asked=0.9)
_WITHIN_SHARE = 0.1
_WITHIN_COURIERS = 2


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
@click.option("--as-asked", default=0.97, show_default=True, help="Target share, window asked for.")
@click.option("--seeds", default=3, show_default=True, type=click.IntRange(min=1))
@click.option("--jobs", default=-1, show_default=True, help="Processes; -1 for all cores.")
@click.option(
    "--keep",
    default=Path("out/capacity"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of simulated days; what is there is not run again.",
)
@click.option("--write", type=click.Path(path_type=Path), help="Write the fitted constants here.")
def capacity_command(
    policy: str,
    kept: float,
    as_asked: float,
    seeds: int,
    jobs: int,
    keep: Path,
    write: Path | None,
) -> None:
    """Fit the capacity model on three cities and test it on three others."""
    runs = DayRuns(keep, jobs=jobs, on_progress=_progress)
    targets = Targets(kept=kept, as_asked=as_asked)
    cases = {
        (city, kind): Case(
            demand=demand_from_facts(find_city(city), kind, monday=_WEEK, growth_per_year=_GROWTH),
            policy=policy,
            seeds=tuple(range(1, seeds + 1)),
        )
        for city in FITTED + TESTED
        for kind in PickupClass
    }
    fitted = _fitted(cases, runs, policy)
    searches = {
        key: FleetSearch(
            plan=partial(case.plan, fitted[key[1]], targets),
            days=case.days,
            start=least_scale(
                lambda scale, case=case, kind=key[1]: case.plan(fitted[kind], targets, scale),
                targets,
            ),
            targets=targets,
        )
        for key, case in cases.items()
    }
    search_fleets(list(searches.values()), runs)
    if write is not None:
        write.write_text(constants_toml(fitted.values()), encoding="utf-8")
    click.echo("\n".join(_table(searches, fitted, targets, policy, seeds)))


def _fitted(
    cases: Mapping[tuple[str, PickupClass], Case], runs: DayRuns, policy: str
) -> dict[PickupClass, Constants]:
    """Constants of both classes, from fleets around those the bundled constants call for."""
    prior = bundled_constants("nearest")
    plans = {
        (city, kind, scale): cases[city, kind].plan(prior[kind], _FIT_TARGETS, scale)
        for city in FITTED
        for kind in PickupClass
        for scale in _FIT_SCALES
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
    searches: Mapping[tuple[str, PickupClass], FleetSearch],
    fitted: Mapping[PickupClass, Constants],
    targets: Targets,
    policy: str,
    seeds: int,
) -> list[str]:
    lines = [
        f"`{' '.join(['python -m benchmarks', *sys.argv[1:]])}`, {datetime.now(UTC):%Y-%m-%d}",
        "",
        f"Policy {policy}, {seeds} days each, targets {targets.kept:.0%} kept and "
        f"{targets.as_asked:.0%} as asked.",
        "",
        "| city | class | requests | fleet predicted | found | within | kept predicted | simulated "
        "| as asked | simulated | busy | simulated | km | simulated |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    good: dict[PickupClass, int] = dict.fromkeys(PickupClass, 0)
    for (city, kind), search in searches.items():
        plan, figures = search.tried[search.start]
        within = _within(plan, search.smallest)
        good[kind] += within
        lines.append(_row(city, kind, plan, figures, search, within, fitted[kind]))
    lines.append("")
    for kind, constants in fitted.items():
        lines.append(
            f"{kind.value}: {good[kind]} of {len(FITTED + TESTED)} within; late "
            f"({_numbers(constants.late)}), turned ({_numbers(constants.turned)}), error of the "
            f"fit {constants.evidence.error_points:.1f} points"
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
        f"{city}{'' if city in FITTED else ' (test)'}",
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


def _numbers(decay: Decay) -> str:
    return f"{decay.ways:.2f}, {decay.scale:.3f}, {decay.power:.2f}"


def _within(plan: DayPlan, found: tuple[DayPlan, DaysFigures] | None) -> bool:
    if found is None:
        return False
    off = abs(plan.roster.couriers - found[0].roster.couriers)
    return off <= max(_WITHIN_COURIERS, _WITHIN_SHARE * found[0].roster.couriers)


def _progress(done: int, total: int) -> None:
    click.echo(f"\r{done} of {total} studies", nl=done == total, err=True)
