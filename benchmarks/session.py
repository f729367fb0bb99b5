"""The live session: insertion queries a second, and restarts after small changes.

Queries are timed in processor time of the calling thread, searches by the clock.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from time import perf_counter, thread_time

import click
import numpy as np

from benchmarks.measuring import heading
from solvers.checker import check
from solvers.engines.native.engine import NativeEngine
from solvers.engines.native.live_travel import TravelRows
from solvers.engines.native.session import Session
from solvers.engines.protocol import Limits
from solvers.model import Problem, Stop, TimeWindow, Vehicle
from solvers.travel import MatrixTravel, PlanarTravel

_SIDE_M = 24_000
_WINDOW_S = 7200
_CLASSES = ("ebike", "van")
_SPEEDS_MM_S = (4400, 7000)
_DETOUR_PERMILLE = 1350
_REPAIR_TRIES = 30


@click.command("session")
@click.option("--stops", default=1000, show_default=True)
@click.option("--seconds", default=10.0, show_default=True, help="Of the cold solve.")
@click.option("--queries", default=2000, show_default=True)
@click.option("--seeds", default=3, show_default=True)
def session_command(stops: int, seconds: float, queries: int, seeds: int) -> None:
    """Insertion queries against a live plan, and warm restarts; one core."""
    click.echo(heading())
    click.echo()
    sessions = [_solved(seed, stops, seconds) for seed in range(seeds)]
    click.echo(
        "| seed | stops | answered | yes | queries a second, one window "
        "| five windows: p50 ms | p99 ms | with repair: p50 ms | p99 ms |"
    )
    click.echo("|---|---|---|---|---|---|---|---|---|")
    for seed, session in enumerate(sessions):
        click.echo(_queries_row(seed, session, queries))
    click.echo()
    click.echo(
        "| seed | stops changed | ms to change one | after 1 s | cold "
        f"{seconds:g} s | warm over cold | unserved warm, cold |"
    )
    click.echo("|---|---|---|---|---|---|---|")
    for seed, session in enumerate(sessions):
        click.echo(_restart_row(seed, session, stops // 100, seconds))


def sampled_problem(seed: int, stops: int) -> tuple[Problem, list[tuple[int, int]]]:
    """Pickups promised within two hours, couriers and vans with own starts; and all places."""
    rng = Random(seed)
    vehicles = _fleet(rng, stops)
    points = [_point(rng) for _ in range(stops + len(vehicles))]
    sources = []
    for speed in _SPEEDS_MM_S:
        plane = PlanarTravel(
            np.array(points), detour_permille=_DETOUR_PERMILLE, speeds_mm_s=(speed,)
        )
        sources.append(MatrixTravel(*plane.matrices(range(len(points)))))
    problem = Problem(
        stops=tuple(_stop(rng, f"S{index}", index) for index in range(stops)),
        vehicles=tuple(vehicles),
        travel=tuple(sources),
        dimensions=("weight_g",),
        vehicle_classes=_CLASSES,
    )
    return problem, points


def _point(rng: Random) -> tuple[int, int]:
    """Denser towards the middle."""
    x_m, y_m = (int(min(max(rng.gauss(0.5, 0.2), 0), 1) * _SIDE_M) for _ in range(2))
    return x_m, y_m


def _fleet(rng: Random, stops: int) -> list[Vehicle]:
    vans = max(1, stops // 80)
    fleet = []
    for index in range(stops // 6 + vans):
        van = index < vans
        begin_s = 0 if van else rng.choice((0, 0, 3600, 7200))
        fleet.append(
            Vehicle(
                id=f"V{index}",
                vehicle_class=int(van),
                profile=int(van),
                start=stops + index,
                available_s=begin_s,
                shift_end_s=begin_s + 8 * 3600,
                capacity=(800_000 if van else 60_000,),
                skills=frozenset({"bulky"}) if van else frozenset(),
                fixed_cost=2_000_000,
                cost_per_s=500,
                cost_per_m=60,
            )
        )
    return fleet


def _stop(rng: Random, name: str, location: int) -> Stop:
    bulky = rng.random() < 0.05
    asked_s = rng.randrange(0, 7 * 3600)
    due_s = asked_s + _WINDOW_S
    return Stop(
        id=name,
        location=location,
        windows=(TimeWindow(asked_s, 10 * 3600),),
        due_s=due_s,
        late_cost_per_s=20_000,
        service_s=(1800, 1500) if bulky else (240, 300),
        load=(rng.randrange(20_000, 60_000) if bulky else rng.randrange(500, 4000),),
        skills=frozenset({"bulky"}) if bulky else frozenset(),
    )


@dataclass(slots=True)
class _Live:
    """A session and where its locations lie, metres."""

    session: Session
    points: list[tuple[int, int]]
    rng: Random

    def place(self) -> list[TravelRows]:
        """Travel rows of a new place anywhere."""
        return self.place_and_point()[0]

    def place_and_point(self) -> tuple[list[TravelRows], tuple[int, int]]:
        """The same with where it lies; whoever adds it appends that to ``points``."""
        here = _point(self.rng)
        plane = np.array([*self.points, here])
        last = len(self.points)
        rows = []
        for speed in _SPEEDS_MM_S:
            source = PlanarTravel(plane, detour_permille=_DETOUR_PERMILLE, speeds_mm_s=(speed,))
            seconds, metres = source.between([last], range(last))
            taken, length = seconds[0, 0], metres[0, 0]
            rows.append(TravelRows(to_s=taken, to_m=length, from_s=taken, from_m=length))
        return rows, here


def _solved(seed: int, stops: int, seconds: float) -> _Live:
    problem, points = sampled_problem(seed, stops)
    plan = NativeEngine(threads=1).solve(problem, limits=Limits(seconds=seconds), seed=seed)
    return _Live(Session(problem, plan.solution), points, Random(seed + 1))


def _queries_row(seed: int, live: _Live, queries: int) -> str:
    asked = [(_stop(live.rng, f"Q{index}", 0), live.place()) for index in range(queries)]
    one = [(stop, place, stop_windows(stop, 1)) for stop, place in asked]
    five = [(stop, place, stop_windows(stop, 5)) for stop, place in asked]
    live.session.quote(*one[0][::2], place=one[0][1])
    taken, yes = _times(live.session, one, repair=0)
    times, _ = _times(live.session, five, repair=0)
    repaired, _ = _times(live.session, five[: max(1, queries // 10)], repair=_REPAIR_TRIES)
    cells = (
        seed,
        len(live.session.problem().stops),
        queries,
        f"{yes / queries:.0%}",
        f"{1 / statistics.fmean(taken):,.0f}",
        *(f"{value * 1000:.2f}" for t in (times, repaired) for value in _p50_p99(t)),
    )
    return "| " + " | ".join(map(str, cells)) + " |"


def stop_windows(stop: Stop, count: int) -> list[TimeWindow]:
    """The next two-hour windows from when the stop is asked for, half an hour apart."""
    first_s = stop.windows[0].start_s
    starts = (first_s + 1800 * index for index in range(count))
    return [TimeWindow(start_s, start_s + _WINDOW_S) for start_s in starts]


def _times(
    session: Session,
    asked: Sequence[tuple[Stop, list[TravelRows], list[TimeWindow]]],
    *,
    repair: int,
) -> tuple[list[float], int]:
    """Seconds of processor time of each query, and how many found room in their first window."""
    taken = []
    yes = 0
    for stop, place, windows in asked:
        began_s = thread_time()
        quotes = session.quote(stop, windows, place=place, repair=repair)
        taken.append(thread_time() - began_s)
        yes += quotes[0].fits
    return taken, yes


def _p50_p99(taken: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(taken)
    return ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]


def _restart_row(seed: int, live: _Live, changes: int, seconds: float) -> str:
    session = live.session
    change_s = 0.0
    for name in live.rng.sample([stop.id for stop in session.problem().stops], changes // 2):
        place, point = live.place_and_point()
        began_s = perf_counter()
        session.cancel(name)
        session.add(_stop(live.rng, f"N{name}", 0), place=place)
        change_s += perf_counter() - began_s
        live.points.append(point)
    session.search(Limits(seconds=1.0), seed=seed)
    problem, plan = session.snapshot()
    warm = check(problem, plan)
    solved = NativeEngine(threads=1).solve(problem, limits=Limits(seconds=seconds), seed=seed)
    cold = check(problem, solved.solution)
    cells = (
        seed,
        changes,
        f"{change_s / changes * 1000:.1f}",
        f"{warm.cost.total:,}",
        f"{cold.cost.total:,}",
        f"{warm.cost.total / cold.cost.total - 1:+.2%}",
        f"{len(warm.unserved)}, {len(cold.unserved)}",
    )
    return "| " + " | ".join(map(str, cells)) + " |"
