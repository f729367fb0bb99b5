"""The street network: building, loading, matrices, one new place among known ones, memory."""

import resource
import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

import click
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.measuring import heading
from geo.coordinates import FloatArray
from geo.roads.build import build_network
from geo.roads.network import RoadNetwork
from geo.roads.speeds import edge_ms
from geo.roads.store import load_network, save_network
from geo.roads.travel import RoadTravel
from geo.travel_times import SpeedProfile

_VAN = SpeedProfile("van", 1000, (10_000,))
_HOUR_S = 3_600
_MONDAY = 0
_DOOR_M = 40.0
_DEGREE_M = 111_195.0


@dataclass(frozen=True, slots=True)
class _Taken:
    what: str
    wall_s: float
    processor_s: float
    to_reach_s: float | None


@click.command("roads")
@click.option(
    "--osm",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=Path("../shared/data/osm/jinan.osm.pbf"),
    show_default=True,
)
@click.option("--runs", default=5, show_default=True)
@click.option("--seed", default=1, show_default=True)
def roads_command(osm: Path, runs: int, seed: int) -> None:
    """Wall-clock and processor seconds, medians; searches use all processors there are.

    On a machine that does other work too, the processor seconds are the ones to believe.
    """
    click.echo(heading())
    click.echo()
    click.echo("| what | wall s | processor s | to reach, wall s |")
    click.echo("|---|---|---|---|")
    for row in _rows(osm, runs, seed):
        goal = "" if row.to_reach_s is None else f"{row.to_reach_s:g}"
        click.echo(f"| {row.what} | {row.wall_s:.3f} | {row.processor_s:.3f} | {goal} |")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    click.echo(f"| peak memory of all this, MB | {peak_mb:.0f} | | (1000 MB) |")


def _rows(osm: Path, runs: int, seed: int) -> Iterator[_Taken]:
    yield _measured(f"build from {osm.name}", lambda: build_network(osm), runs, 10)
    network = build_network(osm).network
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city.roads"
        save_network(network, path)
        yield _measured(f"load {network.edge_count:,} edges", lambda: load_network(path), runs, 0.5)
    generator = np.random.default_rng(seed)
    rush = (8 * _HOUR_S,)
    for count, to_reach_s in ((500, 0.5), (2_000, 4.0)):
        travel = RoadTravel(network, weekday=_MONDAY)
        points = _doors(network, count, generator)
        travel.matrix(points[:1], points, profile=_VAN, breakpoints_s=rush)
        yield _measured(
            f"{count:,} x {count:,}, one breakpoint",
            partial(travel.matrix, points, points, profile=_VAN, breakpoints_s=rush),
            runs,
            to_reach_s,
        )
    yield _measured(
        "500 x 500 by scipy's dijkstra, junctions", _scipy(network, generator), runs, None
    )
    yield from _day(network, runs, generator)


def _day(network: RoadNetwork, runs: int, generator: np.random.Generator) -> Iterator[_Taken]:
    """All breakpoints of a working day."""
    travel = RoadTravel(network, weekday=_MONDAY)
    times = travel.breakpoints_s(_VAN, start_s=8 * _HOUR_S, end_s=20 * _HOUR_S)
    points = _doors(network, 2_000, generator)
    yield _measured(
        f"2,000 x 2,000, the {len(times)} breakpoints of 08:00 to 20:00",
        lambda: travel.matrix(points, points, profile=_VAN, breakpoints_s=times),
        runs,
        None,
    )
    known = points[:1_000]
    new = iter(_doors(network, runs + 1, generator))

    def add_one() -> None:
        place = next(new)[None]
        travel.matrix(place, known, profile=_VAN, breakpoints_s=times)
        travel.matrix(known, place, profile=_VAN, breakpoints_s=times)

    what = f"one new place to and from 1,000 known, {len(times)} breakpoints"
    yield _measured(what, add_one, runs, 0.02)


def _scipy(network: RoadNetwork, generator: np.random.Generator) -> Callable[[], object]:
    """Seconds alone between junctions: no metres, no places within streets."""
    speeds = RoadTravel(network, weekday=_MONDAY).speeds.of("van")
    ms = edge_ms(network, "van", speeds, speeds.state_at(8 * _HOUR_S))
    open_ = np.flatnonzero(np.isfinite(ms))
    ends = (network.tails()[open_], network.head[open_])
    graph = csr_array((ms[open_], ends), shape=(network.node_count, network.node_count))
    chosen = generator.integers(0, network.node_count, 500)
    return lambda: dijkstra(graph, indices=chosen)[:, chosen]


def _doors(network: RoadNetwork, count: int, generator: np.random.Generator) -> FloatArray:
    """Places some metres off streets that vans may use."""
    edges = generator.choice(np.flatnonzero(network.for_class("van")), count)
    middles = np.array([network.line(edge)[:2].mean(axis=0) for edge in edges.tolist()])
    off_m: FloatArray = generator.uniform(-_DOOR_M, _DOOR_M, (count, 2))
    return middles + off_m / _DEGREE_M


def _measured(what: str, work: Callable[[], object], runs: int, to_reach_s: float | None) -> _Taken:
    """Medians of ``runs`` calls after one that does not count."""
    work()
    wall, processor = [], []
    for _ in range(runs):
        began, began_processor = perf_counter(), process_time()
        work()
        wall.append(perf_counter() - began)
        processor.append(process_time() - began_processor)
    return _Taken(what, statistics.median(wall), statistics.median(processor), to_reach_s)
