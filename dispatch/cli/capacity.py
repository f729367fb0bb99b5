"""``dispatch capacity``: what fleet, shifts and people a city needs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import click
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from dispatch.capacity.calibration.store import (
    ByClass,
    bundled_constants,
    constants_toml,
    read_constants,
)
from dispatch.capacity.errors import CapacityError
from dispatch.capacity.forecast.calendar import Peak
from dispatch.capacity.forecast.demand import CityDemand
from dispatch.capacity.forecast.facts import demand_from_facts
from dispatch.capacity.forecast.from_history import HistoryForecast, forecast_week
from dispatch.capacity.forecast.history import read_history
from dispatch.capacity.forecast.ratio_file import read_ratios
from dispatch.capacity.forecast.ratios import RATIOS, Ratio
from dispatch.capacity.needs import Level
from dispatch.capacity.plan import CityPlan
from dispatch.capacity.planning import plan_cities
from dispatch.capacity.staffing.service import Targets
from dispatch.capacity.tables import write_back_tests, write_plans, write_proofs
from dispatch.capacity.validate.proof import Proof, prove
from dispatch.capacity.validate.runs import DayRuns
from dispatch.cli.failures import bad_input_ends_here, refuse
from dispatch.domain.requests import PickupClass
from dispatch.simulation.policies import POLICIES
from geo.cities import City, find_city, load_cities

_DATE = click.DateTime(formats=["%Y-%m-%d"])
_PATH = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("capacity")
@click.option("--city", "names", multiple=True, help="English or Chinese name; several times.")
@click.option("--all", "every", is_flag=True, help="All 30 cities.")
@click.option(
    "--week",
    "monday_at",
    default="2026-08-24",
    show_default=True,
    type=_DATE,
    help="Monday of the week to staff.",
)
@click.option("--history", type=_FILE, help="CSV of past requests; cities in it are forecast.")
@click.option("--ratios", "ratio_file", type=_FILE, help="CSV of your own ratios.")
@click.option("--growth", default=0.1, show_default=True, help="Of demand a year; 0.1 is 10 %.")
@click.option(
    "--peak",
    "peaks",
    multiple=True,
    metavar="DATE:FACTOR[:LAG]",
    help="A sale, its factor and the days until returns are highest; several times.",
)
@click.option("--kept", default=0.98, show_default=True, help="Target share of promises kept.")
@click.option(
    "--as-asked",
    default=0.9,
    show_default=True,
    help="Target share of requests promised in a window asked for.",
)
@click.option(
    "--policy",
    default="nearest",
    show_default=True,
    type=click.Choice(list(POLICIES)),
    help="That dispatches; constants are fitted for each.",
)
@click.option("--constants", "constants_file", type=_FILE, help="Constants instead of the bundled.")
@click.option("--validate", is_flag=True, help="Simulate the staffed day, and correct constants.")
@click.option(
    "--seeds", default=3, show_default=True, type=click.IntRange(1, 100), help="Days to simulate."
)
@click.option("--out", required=True, type=_PATH, help="Folder for tables.")
def capacity_command(
    names: tuple[str, ...],
    every: bool,
    monday_at: datetime,
    history: Path | None,
    ratio_file: Path | None,
    growth: float,
    peaks: tuple[str, ...],
    kept: float,
    as_asked: float,
    policy: str,
    constants_file: Path | None,
    validate: bool,
    seeds: int,
    out: Path,
) -> None:
    """Forecast a week's demand, staff it at least cost, and prove it by simulation.

    Ctrl-C during the simulation ends the command; what was simulated is kept in OUT/runs, and the
    same command goes on from there.
    """
    if out.exists() and not out.is_dir():
        refuse(f"--out {out} is a file; name a folder")
    with _figures_end_here():
        cities = _cities(names, every)
        constants = (
            bundled_constants(policy)
            if constants_file is None
            else read_constants(constants_file, policy)
        )
        demands, forecasts = _demands(
            cities,
            monday_at.date(),
            growth=growth,
            peaks=[_peak(text) for text in peaks],
            history=history,
            ratios=RATIOS if ratio_file is None else read_ratios(ratio_file),
        )
        targets = Targets(kept=kept, as_asked=as_asked)
        plans = plan_cities(demands, constants=constants, targets=targets)
        write_plans(out, plans)
        if forecasts:
            write_back_tests(out, forecasts)
        _print_plans(plans, constants, targets)
        if validate:
            proofs = _proofs(plans, constants, out, tuple(range(1, seeds + 1)))
            write_proofs(out, proofs)
            _print_proofs(proofs)
            for proof in proofs:
                name = f"constants-{proof.city.split()[0].lower()}-{proof.kind.value}.toml"
                (out / name).write_text(constants_toml([proof.corrected]), encoding="utf-8")
    click.echo(f"tables in {out}")


@contextmanager
def _figures_end_here() -> Iterator[None]:
    """Figures the capacity model refuses end the command as other bad input does."""
    with bad_input_ends_here():
        try:
            yield
        except CapacityError as error:
            refuse(str(error))


def _cities(names: Sequence[str], every: bool) -> list[City]:
    if every == bool(names):
        raise click.UsageError("give --city or --all, and not both")
    if every:
        return list(load_cities())
    return list({city.name: city for city in map(find_city, names)}.values())


def _peak(text: str) -> Peak:
    parts = text.split(":")
    try:
        on = date.fromisoformat(parts[0])
        numbers = [float(part) for part in parts[1:]]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 2):
        raise click.UsageError(f"--peak {text}: give it as 2026-11-11:2 or 2026-11-11:2:7")
    return Peak(on=on, factor=numbers[0], **({"lag_days": numbers[1]} if numbers[1:] else {}))


def _demands(
    cities: Sequence[City],
    monday: date,
    *,
    growth: float,
    peaks: Sequence[Peak],
    history: Path | None,
    ratios: Mapping[PickupClass, tuple[Ratio, ...]],
) -> tuple[list[CityDemand], list[HistoryForecast]]:
    """Demand by history where there is one, and by city facts elsewhere."""
    wanted = {city.name for city in cities}
    forecasts = {
        (past.city, past.kind): forecast_week(
            past, monday=monday, growth_per_year=growth, peaks=peaks
        )
        for past in (read_history(history) if history is not None else ())
        if past.city in wanted
    }
    demands = [
        forecasts[city.name, kind].demand
        if (city.name, kind) in forecasts
        else demand_from_facts(
            city, kind, monday=monday, growth_per_year=growth, peaks=peaks, ratios=ratios
        )
        for city in cities
        for kind in PickupClass
    ]
    return demands, list(forecasts.values())


def _proofs(
    plans: Sequence[CityPlan], constants: ByClass, out: Path, seeds: tuple[int, ...]
) -> list[Proof]:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("simulating")
        show: Callable[[int, int], None] = lambda done, total: progress.update(  # noqa: E731
            task, completed=done, total=total
        )
        runs = DayRuns(out / "runs", on_progress=show)
        return prove(plans, constants, runs, seeds=seeds, today=datetime.now(UTC).date())


def _print_plans(plans: Sequence[CityPlan], constants: ByClass, targets: Targets) -> None:
    policies = ", ".join(sorted({one.evidence.policy for one in constants.values()}))
    table = Table(
        title=f"Targets: {targets.kept:.0%} kept, {targets.as_asked:.0%} as asked, by {policies}",
        caption="at expected demand (low to high)",
        box=SIMPLE,
        padding=(0, 1, 0, 0),
    )
    for column in ("city", "class", "requests", "vehicles", "people", "yuan/week"):
        table.add_column(
            column, justify="left" if column in ("city", "class") else "right", no_wrap=True
        )
    for plan in plans:
        needs = [plan.needs[level] for level in Level]
        expected = plan.needs[Level.EXPECTED]
        table.add_row(
            plan.demand.city,
            plan.demand.kind.value,
            f"{expected.requests_per_day:,.0f}",
            _range([f"{need.vehicles:,}" for need in needs]),
            _range([f"{need.people:,}" for need in needs]),
            f"{expected.cost_per_week_fen / 100:,.0f}",
        )
    Console().print(table)


def _range(texts: Sequence[str]) -> str:
    low, expected, high = texts
    return f"{expected} [dim]({low}–{high})[/dim]"


def _print_proofs(proofs: Sequence[Proof]) -> None:
    table = Table(title="Simulated: the busiest weekday at expected demand", box=SIMPLE)
    for column in ("city", "class", "couriers", "figure", "predicted", "simulated"):
        table.add_column(column, justify="right" if column[-3:] == "ted" else "left")
    for proof in proofs:
        for one in proof.comparisons:
            share = one.figure != "km a day"
            predicted, simulated = (
                f"{value:.1%}" if share else f"{value:,.0f}"
                for value in (one.predicted, one.simulated)
            )
            table.add_row(
                proof.city,
                proof.kind.value,
                str(proof.couriers),
                one.figure,
                predicted,
                simulated,
            )
    Console().print(table)
