"""``dispatch simulate``: days of a city under dispatching policies, and how they went."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from dispatch.cli.failures import bad_input_ends_here, refuse
from dispatch.cli.interrupts import INTERRUPTED, stop_on_signals
from dispatch.cli.travel_options import travel_of, travel_options
from dispatch.domain.city import TravelSettings
from dispatch.files import read_day
from dispatch.simulation.city import ScenarioError, SimulatedCity, replayed_city, sampled_city
from dispatch.simulation.policies import POLICIES
from dispatch.simulation.report.outputs import write_study
from dispatch.simulation.report.terminal import StudyProgress, print_study
from dispatch.simulation.scenarios import SCENARIOS
from dispatch.simulation.study import Hindsight, Study, run_study


@click.command("simulate")
@click.option("--city", "city_name", help="English or Chinese name of one of the 30 cities.")
@click.option(
    "--day",
    "day_folder",
    type=click.Path(path_type=Path),
    help="Replay the day in this folder instead: its requests as they came, its couriers.",
)
@click.option(
    "--scenario", default="ordinary", show_default=True, type=click.Choice(list(SCENARIOS))
)
@click.option(
    "--policy",
    "policies",
    multiple=True,
    default=("nearest",),
    show_default=True,
    type=click.Choice(list(POLICIES)),
    help="May be given several times, to compare.",
)
@click.option("--couriers", default=90, show_default=True, type=click.IntRange(0, 2_000))
@click.option("--vans", default=10, show_default=True, type=click.IntRange(0, 500))
@click.option(
    "--requests",
    default=1500,
    show_default=True,
    type=click.IntRange(1, 50_000),
    help="Mean number on an ordinary day.",
)
@click.option("--bulky-share", default=0.07, show_default=True, type=click.FloatRange(0, 1))
@click.option(
    "--seeds", default=5, show_default=True, type=click.IntRange(1, 1_000), help="Days to simulate."
)
@click.option(
    "--first-seed", default=1, show_default=True, type=click.IntRange(min=0), help="Of the days."
)
@click.option(
    "--tick",
    "tick_s",
    default=60,
    show_default=True,
    type=click.IntRange(1, 3_600),
    help="Seconds between two ticks of the clock.",
)
@click.option(
    "--hindsight",
    type=click.Choice(list(POLICIES)),
    help="Plan the days of this policy again with all known: a bound for its costs.",
)
@click.option(
    "--hindsight-seconds",
    "hindsight_s",
    default=60.0,
    show_default=True,
    type=click.FloatRange(1, 86_400),
    help="Of search for each day.",
)
@travel_options
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for reports.")
@click.pass_context
def simulate_command(
    context: click.Context,
    city_name: str | None,
    day_folder: Path | None,
    scenario: str,
    policies: tuple[str, ...],
    couriers: int,
    vans: int,
    requests: int,
    bulky_share: float,
    seeds: int,
    first_seed: int,
    tick_s: int,
    hindsight: str | None,
    hindsight_s: float,
    roads: Path | None,
    speeds: Path | None,
    straight_lines: bool,
    out: Path,
) -> None:
    """Simulate days of a city and report how well promises were kept, and at what cost.

    The same options give the same days, but for the time that decisions take. Ctrl-C ends the
    simulation; the days that are over are reported.
    """
    if (city_name is None) == (day_folder is None):
        raise click.UsageError("give --city or --day, and not both")
    if hindsight is not None and hindsight not in policies:
        raise click.UsageError(f"--hindsight {hindsight} needs --policy {hindsight} as well")
    if out.exists() and not out.is_dir():
        refuse(f"--out {out} is a file; name a folder")

    def chosen(travel: TravelSettings) -> TravelSettings:
        return travel_of(travel, roads=roads, speeds=speeds, straight_lines=straight_lines)

    with bad_input_ends_here():
        if city_name is not None:
            city = sampled_city(
                city_name,
                couriers=couriers,
                vans=vans,
                requests=requests,
                bulky_share=bulky_share,
                travel=chosen(TravelSettings()),
            )
        elif day_folder is not None:
            _refuse_drawn(context)
            city = _replayed(day_folder, chosen)
        study = Study(
            city=city,
            scenario=SCENARIOS[scenario],
            policies=tuple(dict.fromkeys(policies)),
            seeds=tuple(range(first_seed, first_seed + seeds)),
            tick_s=tick_s,
            hindsight=Hindsight(policy=hindsight, seconds=hindsight_s) if hindsight else None,
        )
        _simulate(study, out)


def _replayed(folder: Path, chosen: Callable[[TravelSettings], TravelSettings]) -> SimulatedCity:
    day = read_day(folder)
    settings = replace(day.settings, travel=chosen(day.settings.travel))
    return replayed_city(replace(day, settings=settings))


def _refuse_drawn(context: click.Context) -> None:
    """Options of drawn days have no meaning for a day that is replayed."""
    drawn = ("couriers", "vans", "requests", "bulky_share")
    given = [
        f"--{name.replace('_', '-')}"
        for name in drawn
        if context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT
    ]
    if given:
        raise click.UsageError(f"{', '.join(given)}: a day that is replayed has its own; leave out")


def _simulate(study: Study, out: Path) -> None:
    with stop_on_signals() as stop, StudyProgress(study) as progress:
        try:
            result = run_study(study, on_progress=progress, stop=stop)
        except ScenarioError as error:
            refuse(str(error))
    if not result.days:
        click.echo("interrupted before a day was over: nothing was written", err=True)
        sys.exit(INTERRUPTED)
    write_study(out, result)
    print_study(result)
    if result.interrupted:
        click.echo("interrupted: these are the days that were over by then")
    click.echo(f"report in {out}")
