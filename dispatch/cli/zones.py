"""``dispatch zones``: zones of even work for a day."""

import statistics
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from dispatch.cli.failures import bad_input_ends_here, refuse
from dispatch.files import read_day
from dispatch.reports.writing import write_whole
from dispatch.zoning import draw_zones
from geo.zones import Zones


@click.command("zones")
@click.argument("day", type=click.Path(path_type=Path))
@click.option("--zones", "count", required=True, type=click.IntRange(min=1), help="How many.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="GeoJSON to write.")
def zones_command(day: Path, count: int, out: Path) -> None:
    """Cut the city of folder DAY into zones of even expected work and write them to OUT.

    Edit the file as you like and give it to ``dispatch solve --zones-file``.
    """
    with bad_input_ends_here():
        if out.is_dir():
            refuse(f"--out {out} is a folder; name a file")
        zones = draw_zones(read_day(day), count)
        out.parent.mkdir(parents=True, exist_ok=True)
        write_whole(out, zones.to_geojson().encode("utf-8"))
    _print_report(zones)
    if len(zones) < count:
        click.echo(f"only {len(zones)} zones: there are no more places to part")
    click.echo(f"zones in {out}")


def _print_report(zones: Zones) -> None:
    rows = zones.report()
    table = Table("zone", "work h", "of mean", "requests", "area km2", "compactness", box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    mean_s = statistics.fmean(row.work_s for row in rows) if rows else 0
    for row in rows:
        share = f"{row.work_s / mean_s:.0%}" if mean_s else "-"
        table.add_row(
            row.name,
            f"{row.work_s / 3600:.1f}",
            share,
            str(row.requests),
            f"{row.area_km2:.1f}",
            f"{row.compactness:.2f}",
        )
    Console().print(table)
