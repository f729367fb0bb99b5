"""``dispatch roads``: street networks from OpenStreetMap."""

import sys
from pathlib import Path
from time import perf_counter

import click
from rich.console import Console
from rich.table import Table

from dispatch.cli.failures import bad_input_ends_here, refuse
from dispatch.cli.interrupts import stop_on_signals
from dispatch.reports.road_picture import draw_network
from dispatch.reports.writing import write_whole
from geo.roads.build import Built, build_network
from geo.roads.geojson import streets_geojson
from geo.roads.highways import HIGHWAYS, VEHICLE_BITS
from geo.roads.network import RoadNetwork
from geo.roads.store import load_network, save_network

# The exit status of a shell whose command was interrupted.
_INTERRUPTED = 130
_MUCH_DROPPED = 0.2


class _Stopped(Exception):
    """The user ended the work."""


@click.group("roads")
def roads_group() -> None:
    """Build street networks from OpenStreetMap, and look at them."""


@roads_group.command("build")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="Network to write, CITY.roads."
)
def build_command(file: Path, out: Path) -> None:
    """Build the street network of a city from FILE, an OpenStreetMap extract (.osm.pbf).

    It keeps what e-bikes and vans may use, each in the largest part of the city in which they
    get from every street to every other. Ctrl-C ends the work and leaves nothing behind.
    """
    began = perf_counter()
    with bad_input_ends_here():
        _refuse_out(out, file)
        try:
            built = _build(file, out)
        except _Stopped:
            click.echo(f"interrupted: nothing was written to {out}", err=True)
            sys.exit(_INTERRUPTED)
    _print_streets(built.network)
    _print_dropped(built)
    click.echo(f"{out.stat().st_size / 1e6:.1f} MB in {perf_counter() - began:.1f} s")
    click.echo(built.network.attribution)
    click.echo(f"network in {out}")


@roads_group.command("show")
@click.argument("network_file", metavar="NETWORK", type=click.Path(path_type=Path))
@click.option("--png", type=click.Path(path_type=Path), help="Picture to write.")
@click.option(
    "--geojson", type=click.Path(path_type=Path), help="Streets to write, for other map programs."
)
def show_command(network_file: Path, png: Path | None, geojson: Path | None) -> None:
    """Say what the street network in NETWORK (a .roads file) holds, and draw it."""
    with bad_input_ends_here():
        for out in (png, geojson):
            if out is not None:
                _refuse_out(out, network_file)
        network = load_network(network_file)
        _print_streets(network)
        click.echo(f"from {network.source}, fingerprint {network.fingerprint[:12]}")
        click.echo(network.attribution)
        if png is not None:
            write_whole(png, draw_network(network))
            click.echo(f"picture in {png}")
        if geojson is not None:
            write_whole(geojson, streets_geojson(network).encode("utf-8"))
            click.echo(f"streets in {geojson}")


def _refuse_out(out: Path, source: Path) -> None:
    if out.is_dir():
        refuse(f"{out} is a folder; name a file")
    if out.exists() and source.exists() and out.samefile(source):
        refuse(f"{out} is the file to be read; name another one to write")


def _build(file: Path, out: Path) -> Built:
    """Build and save, saying how far it is, until done or told to stop."""
    console = Console(stderr=True, highlight=False)
    with stop_on_signals() as stop, console.status("reading") as status:

        def tell(stage: str, done: int) -> None:
            if stop():
                raise _Stopped
            status.update(f"{stage} {done:,}" if done else stage)

        built = build_network(file, tell)
        tell("saving", 0)
        out.parent.mkdir(parents=True, exist_ok=True)
        save_network(built.network, out)
    return built


def _print_streets(network: RoadNetwork) -> None:
    table = Table("street", *(f"{vehicle} km" for vehicle in VEHICLE_BITS), box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    km = [network.street_m(vehicle) / 1000 for vehicle in VEHICLE_BITS]
    for index, highway in enumerate(HIGHWAYS):
        if any(of_class[index] for of_class in km):
            table.add_row(highway.name, *(_km(of_class[index]) for of_class in km))
    table.add_section()
    table.add_row("all", *(_km(of_class.sum()) for of_class in km))
    Console().print(table)
    click.echo(f"{network.node_count:,} junctions, {network.edge_count:,} directed edges")


def _km(km: float) -> str:
    return f"{km:,.1f}" if km else "-"


def _print_dropped(built: Built) -> None:
    for kept in built.kept:
        share = kept.dropped_m / (kept.kept_m + kept.dropped_m)
        click.echo(
            f"left out for {kept.vehicle_class}: {kept.dropped_m / 1000:,.1f} km ({share:.1%}), "
            "from where there is no way to the rest or back"
        )
        if share > _MUCH_DROPPED:
            click.echo(
                f"warning: that is much; is {built.network.source} one whole city?", err=True
            )
