"""``dispatch sample``: a synthetic day for one of the cities."""

from datetime import date, datetime
from pathlib import Path

import click

from dispatch.cli.failures import bad_input_ends_here
from dispatch.files import write_day
from dispatch.sampling import sample_day
from geo.roads.store import load_network


@click.command("sample")
@click.option("--city", required=True, help="English or Chinese name of one of the 30 cities.")
@click.option("--requests", default=1290, show_default=True, type=click.IntRange(0, 50_000))
@click.option("--bulky-share", default=0.07, show_default=True, type=click.FloatRange(0, 1))
@click.option(
    "--utilisation",
    default=0.8,
    show_default=True,
    type=click.FloatRange(0.1, 1),
    help="Share of shift time the couriers are to be busy.",
)
@click.option(
    "--date",
    "day_date",
    default="2026-06-10",
    show_default=True,
    type=click.DateTime(["%Y-%m-%d"]),
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
@click.option(
    "--roads",
    type=click.Path(path_type=Path),
    help="Only places near streets of this network, CITY.roads.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the day.")
@click.option("--replace", is_flag=True, help="Replace the day's files OUT already holds.")
def sample_command(
    city: str,
    requests: int,
    bulky_share: float,
    utilisation: float,
    day_date: datetime,
    seed: int,
    roads: Path | None,
    out: Path,
    *,
    replace: bool,
) -> None:
    """Make a realistic synthetic day: requests, couriers, hubs and settings.

    The same options give the same day.
    """
    with bad_input_ends_here():
        day = sample_day(
            city,
            requests=requests,
            bulky_share=bulky_share,
            utilisation=utilisation,
            day_date=date(day_date.year, day_date.month, day_date.day),
            seed=seed,
            streets=None if roads is None else load_network(roads),
        )
        write_day(day, out, replace=replace)
    click.echo(
        f"{day.settings.city} {day.settings.date.isoformat()}: {len(day.requests)} requests, "
        f"{len(day.couriers)} couriers, {len(day.hubs)} hubs in {out}"
    )
