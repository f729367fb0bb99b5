"""What a planner waits for beside the search: reading, zoning, travel times, checking, writing."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
import numpy as np

from benchmarks.measuring import heading, median_s
from dispatch.files import read_day, write_day
from dispatch.sampling import sample_day
from dispatch.translation import translate
from dispatch.zoning import draw_zones
from geo.cities import find_city
from geo.projection import LocalProjection
from geo.straight_line import StraightLine
from geo.travel_times import SpeedProfile
from solvers.checker import check
from solvers.model import Problem, Visit
from solvers.solution import Route, Solution


@dataclass(frozen=True, slots=True)
class _Row:
    what: str
    seconds: float
    to_reach_s: float


@click.command("basics")
@click.option("--requests", default=10_000, show_default=True)
@click.option("--runs", default=5, show_default=True)
@click.option("--seed", default=1, show_default=True)
def basics_command(requests: int, runs: int, seed: int) -> None:
    """Reading, zoning, checking and straight-line travel for a large sampled day."""
    click.echo(heading())
    click.echo()
    click.echo("| what | median s | to reach |")
    click.echo("|---|---|---|")
    for row in _rows(requests, runs, seed):
        click.echo(f"| {row.what} | {row.seconds:.3f} | {row.to_reach_s:g} |")


def _rows(requests: int, runs: int, seed: int) -> Iterator[_Row]:
    day = sample_day("hangzhou", requests=requests, bulky_share=0.07, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "day"
        write_day(day, path)
        seconds = median_s(lambda: read_day(path), runs)
        yield _Row(f"read and validate {requests} requests", seconds, 2)
    for count in (10, 60):
        seconds = median_s(partial(draw_zones, day, count), runs)
        yield _Row(f"{requests} requests into {count} zones", seconds, 5)
    problem = translate(day).problem
    plan = _spread(problem)
    seconds = median_s(lambda: check(problem, plan), runs)
    yield _Row(f"check a plan of {len(plan.served())} stops", seconds, 1)
    yield _Row("straight-line matrix of 2,000 points", _matrix_s(runs, seed), 0.3)


def _spread(problem: Problem) -> Solution:
    """Every stop on some route, dealt out in turn: a plan to replay, not a good one."""
    routes: list[list[Visit]] = [[] for _ in problem.vehicles]
    for stop in range(len(problem.stops)):
        routes[stop % len(routes)].append(Visit.stop(stop))
    return Solution(tuple(Route(vehicle, tuple(visits)) for vehicle, visits in enumerate(routes)))


def _matrix_s(runs: int, seed: int) -> float:
    city = find_city("hangzhou")
    generator = np.random.default_rng(seed)
    points = np.column_stack(
        [
            generator.uniform(city.centre_lon - 0.3, city.centre_lon + 0.3, 2000),
            generator.uniform(city.centre_lat - 0.3, city.centre_lat + 0.3, 2000),
        ]
    )
    plane = LocalProjection(centre_lon=city.centre_lon, centre_lat=city.centre_lat)
    source = StraightLine.covering(points, projection=plane)
    profile = SpeedProfile("ebike", 1350, (4444,))
    return median_s(
        lambda: source.matrix(points, points, profile=profile, breakpoints_s=(0,)), runs
    )
