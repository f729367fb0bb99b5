"""Options that say where travel times come from, in place of what the city file says."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from dispatch.domain.city import TravelKind, TravelSettings
from dispatch.domain.day import Day
from dispatch.streets import StreetLines

_SHOWN = 5


def travel_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that ``with_travel`` takes."""
    options = (
        click.option(
            "--roads",
            type=click.Path(path_type=Path),
            help="Travel on this street network, CITY.roads.",
        ),
        click.option(
            "--speeds",
            type=click.Path(path_type=Path),
            help="Road speeds by hour of the week, TOML.",
        ),
        click.option("--straight-lines", is_flag=True, help="Travel on straight lines."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def tell_undrawn(streets: StreetLines) -> None:
    """Say which routes are straight lines on the map that should follow streets."""
    if not streets.failed:
        return
    names = ", ".join(list(streets.failed)[:_SHOWN])
    more = f" and {len(streets.failed) - _SHOWN} more" if len(streets.failed) > _SHOWN else ""
    why = next(iter(streets.failed.values()))
    click.echo(f"drawn as straight lines: the routes of {names}{more} ({why})")


def with_travel(day: Day, *, roads: Path | None, speeds: Path | None, straight_lines: bool) -> Day:
    """``day`` with the source of travel times that the options name, if they name one."""
    travel = travel_of(
        day.settings.travel, roads=roads, speeds=speeds, straight_lines=straight_lines
    )
    return replace(day, settings=replace(day.settings, travel=travel))


def travel_of(
    travel: TravelSettings, *, roads: Path | None, speeds: Path | None, straight_lines: bool
) -> TravelSettings:
    """``travel``, or what the options name in its place."""
    if straight_lines and (roads is not None or speeds is not None):
        raise click.UsageError("give --straight-lines alone, without --roads and --speeds")
    if straight_lines:
        return TravelSettings()
    if roads is not None:
        kept = travel if travel.kind is TravelKind.ROADS else TravelSettings()
        travel = replace(kept, kind=TravelKind.ROADS, roads=roads)
    if speeds is not None:
        if travel.kind is not TravelKind.ROADS:
            raise click.UsageError("--speeds are for a street network; give --roads as well")
        travel = replace(travel, speeds=speeds)
    return travel
