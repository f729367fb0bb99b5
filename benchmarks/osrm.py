"""Our matrices against OSRM's, on the same map with the same speeds."""

import tempfile
from functools import partial
from pathlib import Path

import click
import numpy as np

from benchmarks.measuring import heading, median_s
from benchmarks.osrm_server import OsrmMissingError, prepare, serve
from geo.coordinates import FloatArray
from geo.roads.build import build_network
from geo.roads.network import RoadNetwork
from geo.roads.speeds import ClassSpeeds, RoadSpeeds, free_flow_kmh
from geo.roads.travel import RoadTravel
from geo.routers.osrm import OsrmTravel
from geo.routers.settings import OsrmEndpoint
from geo.travel_times import UNREACHABLE, SpeedProfile, TravelMatrix, TravelTimes

_VAN = SpeedProfile("van", 1000, (10_000,))
_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_DOOR_M = 40.0
_DEGREE_M = 111_195.0
# Trips shorter than this say more about rounding than about ways.
_SHORTEST_S = 60


@click.command("osrm")
@click.option(
    "--osm",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=Path("../shared/data/osm/jinan.osm.pbf"),
    show_default=True,
)
@click.option("--places", default=200, show_default=True)
@click.option("--runs", default=3, show_default=True)
@click.option("--seed", default=1, show_default=True)
def osrm_command(osm: Path, places: int, runs: int, seed: int) -> None:
    """Quantiles of our seconds and metres over OSRM's, for a van in free flow.

    OSRM reads the map with its own profile for cars, whose speeds ours are; what costs time
    there beside the length of a street is taken out: turns, lights, gates, surfaces.
    """
    network = build_network(osm).network
    ours = RoadTravel(network, weekday=0, speeds=_free_flow())
    try:
        with tempfile.TemporaryDirectory() as folder:
            data = prepare(osm, Path(folder), data_version=osm.name, penalties=False)
            with (
                serve(data) as url,
                OsrmTravel({"van": OsrmEndpoint(url=url)}) as theirs,
            ):
                _report(network, ours, theirs, places, runs, seed)
    except OsrmMissingError as error:
        raise click.ClickException(str(error)) from error


def _report(
    network: RoadNetwork,
    ours: RoadTravel,
    theirs: OsrmTravel,
    places: int,
    runs: int,
    seed: int,
) -> None:
    generator = np.random.default_rng(seed)
    click.echo(heading())
    click.echo()
    click.echo(f"| from, to | what | pairs | {' | '.join(f'{q:.0%}' for q in _QUANTILES)} |")
    click.echo("|---" * (3 + len(_QUANTILES)) + "|")
    drawn = {
        "junctions": _junctions(network, places, generator),
        "doors": _doors(network, places, generator),
    }
    for name, points in drawn.items():
        mine, other = _matrix(ours, points), _matrix(theirs, points)
        both = (mine.duration_s[0] < UNREACHABLE) & (other.duration_s[0] < UNREACHABLE)
        both &= (mine.duration_s[0] >= _SHORTEST_S) & (other.duration_s[0] >= _SHORTEST_S)
        for what, a, b in (
            ("seconds", mine.duration_s[0], other.duration_s[0]),
            ("metres", mine.distance_m, other.distance_m),
        ):
            ratios = np.quantile(a[both] / b[both], _QUANTILES)
            shown = " | ".join(f"{ratio:.3f}" for ratio in ratios)
            click.echo(f"| {name} | {what}, ours over OSRM's | {both.sum():,} | {shown} |")
    click.echo()
    points = drawn["doors"]
    for title, source in (("ours", ours), ("OSRM over HTTP", theirs)):
        seconds = median_s(partial(_matrix, source, points), runs)
        click.echo(f"- {len(points)} x {len(points)} pairs, {title}: {seconds:.2f} s")


def _matrix(source: TravelTimes, points: FloatArray) -> TravelMatrix:
    times = source.breakpoints_s(_VAN, start_s=0, end_s=0)
    return source.matrix(points, points, profile=_VAN, breakpoints_s=times)


def _free_flow() -> RoadSpeeds:
    classes = {"van": ClassSpeeds(kmh=free_flow_kmh("van"))}
    return RoadSpeeds(name="free flow", classes=classes, fingerprint="free flow")


def _junctions(network: RoadNetwork, count: int, generator: np.random.Generator) -> FloatArray:
    """Junctions that vans get to: no street has to be chosen and no part of one measured."""
    nodes = np.unique(network.head[network.for_class("van")])
    chosen = generator.choice(nodes, size=min(count, len(nodes)), replace=False)
    return np.column_stack((network.lon_deg[chosen], network.lat_deg[chosen]))


def _doors(network: RoadNetwork, count: int, generator: np.random.Generator) -> FloatArray:
    """Places up to some metres off the middle of streets open to vans."""
    edges = generator.choice(np.flatnonzero(network.for_class("van")), size=count)
    middles = []
    for edge in edges.tolist():
        line = network.line(edge)
        middles.append(line[len(line) // 2 - 1 : len(line) // 2 + 1].mean(axis=0))
    shift_m = generator.uniform(-_DOOR_M, _DOOR_M, size=(count, 2))
    points: FloatArray = np.array(middles)
    stretch = np.column_stack((np.cos(np.radians(points[:, 1])), np.ones(count)))
    points += shift_m / _DEGREE_M / stretch
    return points
