"""``dispatch solve``: a day's folder in, a checked plan and its reports out."""

import sys
from pathlib import Path
from time import perf_counter

import click

from dispatch.cli.failures import bad_input_ends_here, read_text, refuse
from dispatch.cli.interrupts import INTERRUPTED, stop_on_signals
from dispatch.cli.travel_options import tell_undrawn, travel_options, with_travel
from dispatch.domain.day import Day
from dispatch.files import read_day
from dispatch.reports.outputs import write_outputs
from dispatch.reports.progress import SolveProgress
from dispatch.reports.terminal import print_summary
from dispatch.solving import DaySolved, SolveOptions, StoppedEarlyError, solve_day
from dispatch.streets import street_lines
from dispatch.zoning import default_zone_count, draw_zones, read_zones
from geo.zones import Zones
from solvers.engines.registry import DEFAULT_ENGINE, engine_names


@click.command("solve")
@click.argument("day", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the plan.")
@click.option(
    "--seconds",
    default=20.0,
    show_default=True,
    type=click.FloatRange(min=0.1),
    help="Search time.",
)
@click.option("--zones", type=click.IntRange(min=0), help="Number of zones; 0 for none.")
@click.option("--zones-file", type=click.Path(path_type=Path), help="Your own zones, GeoJSON.")
@click.option(
    "--engine", default=DEFAULT_ENGINE, show_default=True, type=click.Choice(engine_names())
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0))
@travel_options
def solve_command(
    day: Path,
    out: Path,
    seconds: float,
    zones: int | None,
    zones_file: Path | None,
    engine: str,
    seed: int,
    roads: Path | None,
    speeds: Path | None,
    *,
    straight_lines: bool,
) -> None:
    """Plan the day in folder DAY and write the plan to OUT.

    Ctrl-C or SIGTERM ends the search early; the best plan so far is written and marked as
    interrupted. A plan that OUT already holds is kept as plan.previous.json.
    """
    if zones is not None and zones_file is not None:
        raise click.UsageError("give --zones or --zones-file, not both")
    options = SolveOptions(engine=engine, seconds=seconds, seed=seed)
    began = perf_counter()
    with bad_input_ends_here():
        _refuse_unusable(out)
        read = with_travel(read_day(day), roads=roads, speeds=speeds, straight_lines=straight_lines)
        drawn = _zones(read, zones, zones_file)
        prepared = perf_counter()
        _announce(read, drawn)
        with stop_on_signals() as stop, SolveProgress(seconds) as progress:
            try:
                solved = solve_day(read, options, zones=drawn, progress=progress, stop=stop)
            except StoppedEarlyError:
                click.echo("interrupted before there was a plan: nothing was written", err=True)
                sys.exit(INTERRUPTED)
        searched = perf_counter()
        streets = street_lines(solved.plan, read, solved.source)
        write_outputs(out, solved.plan, read, zones=drawn, streets=streets)
    print_summary(solved.plan, read)
    tell_undrawn(streets)
    _print_times(solved, prepared - began, perf_counter() - searched, out)


def _refuse_unusable(out: Path) -> None:
    if out.exists() and not out.is_dir():
        refuse(f"--out {out} is a file; name a folder")


def _zones(day: Day, count: int | None, own: Path | None) -> Zones | None:
    if own is not None:
        zones = read_zones(read_text(own), day)
        if len(zones.outside):
            click.echo(
                f"{len(zones.outside)} request(s) lie outside all zones of {own} and count to "
                "the nearest one"
            )
        return zones
    if any(courier.home_zones for courier in day.couriers):
        refuse(
            "couriers name home zones, but it is not said where those lie; give --zones-file "
            "(dispatch zones makes one) or empty the column home_zones"
        )
    wanted = default_zone_count(len(day.requests)) if count is None else count
    return draw_zones(day, wanted) if wanted and day.requests else None


def _announce(day: Day, zones: Zones | None) -> None:
    parts = [
        f"{day.settings.city} {day.settings.date.isoformat()}",
        f"{len(day.requests)} requests",
        f"{len(day.couriers)} couriers",
        f"{len(day.hubs)} hubs",
    ]
    if zones is not None:
        parts.append(f"{len(zones)} zones")
    click.echo(", ".join(parts))


def _print_times(solved: DaySolved, read_s: float, write_s: float, out: Path) -> None:
    if solved.plan.origin.interrupted:
        click.echo("interrupted: this is the best plan found until then")
    click.echo(
        f"read {read_s:.1f} s, build {solved.build_s:.1f} s, search {solved.search_s:.1f} s, "
        f"explain {solved.explain_s:.1f} s, write {write_s:.1f} s; plan in {out}"
    )
