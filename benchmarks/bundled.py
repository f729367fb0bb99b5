"""The bundled day, solved as a planner would: what is served, how busy the fleet is."""

import tempfile
from pathlib import Path

import click

import dispatch
from benchmarks.measuring import heading
from dispatch.checking import check_plan
from dispatch.domain.day import Day
from dispatch.figures import figures_of
from dispatch.files import read_day
from dispatch.reports.outputs import PAGE, write_outputs
from dispatch.solving import SolveOptions, solve_day
from dispatch.zoning import default_zone_count, draw_zones
from solvers.engines.registry import engine_names

_DAY = Path(dispatch.__file__).parent / "data" / "hangzhou"


@click.command("bundled")
@click.option("--seconds", default=60.0, show_default=True)
@click.option("--seeds", default=3, show_default=True, help="Runs, with seeds from 0.")
@click.option("--engine", "engines", multiple=True, type=click.Choice(engine_names()))
def bundled_command(seconds: float, seeds: int, engines: tuple[str, ...]) -> None:
    """Solve the bundled Hangzhou day and print what a planner would look at first."""
    day = read_day(_DAY)
    click.echo(heading())
    click.echo()
    click.echo(
        "| engine | seed | violations | late | unserved | of requests | utilisation | cost yuan "
        "| page MB |"
    )
    click.echo("|---|---|---|---|---|---|---|---|---|")
    for engine in engines or engine_names():
        for seed in range(seeds):
            click.echo(_row(day, SolveOptions(engine=engine, seconds=seconds, seed=seed)))


def _row(day: Day, options: SolveOptions) -> str:
    zones = draw_zones(day, default_zone_count(len(day.requests)))
    plan = solve_day(day, options, zones=zones).plan
    checked = check_plan(day, plan)
    figures = figures_of(plan, day)
    with tempfile.TemporaryDirectory() as folder:
        write_outputs(Path(folder), plan, day, zones)
        page_mb = (Path(folder) / PAGE).stat().st_size / 1e6
    cells = (
        plan.origin.engine,
        options.seed,
        len(checked.violations),
        figures.late,
        figures.unserved,
        f"{figures.unserved_share or 0:.2%}",
        f"{figures.utilisation or 0:.1%}",
        f"{figures.total_milli_fen / 100_000:,.0f}",
        f"{page_mb:.2f}",
    )
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
