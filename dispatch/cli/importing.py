"""``dispatch import``: recorded days from elsewhere as DAY folders."""

from datetime import date
from pathlib import Path

import click

from dispatch.cli.failures import bad_input_ends_here, read_text, refuse
from dispatch.files import write_day
from dispatch.importing import LadeDay, import_lade
from dispatch.importing.lade import YEAR

_SHOWN = 10


@click.group("import")
def import_group() -> None:
    """Turn recorded days from elsewhere into folders for `dispatch solve`."""


@import_group.command("lade")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--city", required=True, help="Name of the city; any, also outside the catalogue.")
@click.option(
    "--year",
    default=YEAR,
    show_default=True,
    type=click.IntRange(2000, 2100),
    help="Year of the file's times, which have none.",
)
@click.option(
    "--day",
    "month_day",
    metavar="MM-DD",
    help="Day wanted, if the file holds several; by default the busiest.",
)
@click.option("--bulky-share", default=0.07, show_default=True, type=click.FloatRange(0, 1))
@click.option(
    "--utilisation",
    default=0.8,
    show_default=True,
    type=click.FloatRange(0.1, 1),
    help="Share of shift time the couriers are to be busy.",
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the day.")
@click.option("--replace", is_flag=True, help="Replace the day's files OUT already holds.")
def lade_command(
    file: Path,
    city: str,
    year: int,
    month_day: str | None,
    bulky_share: float,
    utilisation: float,
    seed: int,
    out: Path,
    *,
    replace: bool,
) -> None:
    """Import a LaDe-P pickup file: places, windows and times are real.

    Classes, goods, floors, hubs and couriers are drawn with --seed, as the file has none.
    """
    with bad_input_ends_here():
        imported = import_lade(
            file.name,
            read_text(file),
            city=city,
            seed=seed,
            year=year,
            day_date=None if month_day is None else _date(year, month_day),
            bulky_share=bulky_share,
            utilisation=utilisation,
        )
        try:
            write_day(imported.day, out, replace=replace)
        except OSError as error:
            refuse(str(error))
    _report(imported, seed, out)


def _date(year: int, month_day: str) -> date:
    try:
        return date.fromisoformat(f"{year}-{month_day}")
    except ValueError:
        refuse(f"--day '{month_day}' is no day of {year}; give month and day, such as 05-01")


def _report(imported: LadeDay, seed: int, out: Path) -> None:
    day = imported.day
    click.echo(
        f"{day.settings.city} {day.settings.date.isoformat()}: {len(day.requests)} requests, "
        f"{len(day.couriers)} couriers, {len(day.hubs)} hubs in {out}"
    )
    click.echo("from the file: ids, places, windows, times of asking; the year is assumed")
    click.echo(f"drawn with seed {seed}: classes, goods, floors, hubs, couriers")
    if imported.other_days:
        click.echo(f"not of this day, left out: {imported.other_days} row(s)")
    if imported.no_shift:
        shown = ", ".join(imported.no_shift[:_SHOWN])
        more = len(imported.no_shift) - _SHOWN
        tail = f" and {more} more" if more > 0 else ""
        click.echo(
            f"outside every shift, left out: {len(imported.no_shift)} request(s): {shown}{tail}"
        )
