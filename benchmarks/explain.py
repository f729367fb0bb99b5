"""Explaining what a day short of couriers leaves out: how long the reasons take."""

from collections import Counter
from dataclasses import replace

import click

from benchmarks.measuring import heading, median_s
from dispatch.domain.day import Day
from dispatch.sampling import sample_day
from dispatch.translation import translate
from solvers.engines.protocol import Limits
from solvers.engines.registry import DEFAULT_ENGINE, engine_names, get_engine
from solvers.explain import explain
from solvers.model import Problem
from solvers.solution import Solution
from solvers.solving import solve

_ASKED = 100
_TO_REACH_S = 1
_COURIERS_KEPT = 0.8
_COURIERS_KEPT_WITHOUT = 0.6
"""Shares of the couriers that leave a hundred stops or more of a sampled day unserved."""


@click.command("explain")
@click.option("--requests", default=1000, show_default=True)
@click.option("--seconds", default=5.0, show_default=True, help="Search time for each plan.")
@click.option("--engine", default=DEFAULT_ENGINE, type=click.Choice(engine_names()))
@click.option("--runs", default=3, show_default=True)
@click.option("--seed", default=1, show_default=True)
def explain_command(requests: int, seconds: float, engine: str, runs: int, seed: int) -> None:
    """Reasons for 100 unserved stops of a sampled day, whole and without breaks and hubs."""
    day = sample_day("hangzhou", requests=requests, bulky_share=0.07, seed=seed)
    whole = _with_fewer(day, _COURIERS_KEPT)
    bare = _with_fewer(day, _COURIERS_KEPT_WITHOUT)
    bare = bare.replace(vehicles=tuple(replace(v, rest=None, hubs=()) for v in bare.vehicles))
    click.echo(heading())
    click.echo()
    click.echo("| day | couriers | unserved | explained | median s | to reach | claims |")
    click.echo("|---|---|---|---|---|---|---|")
    for name, asked in (("with breaks and hubs", whole), ("without", bare)):
        solved = solve(asked, get_engine(engine), limits=Limits(seconds=seconds), seed=seed)
        click.echo(_row(name, asked, solved.solution, runs))


def _with_fewer(day: Day, share: float) -> Problem:
    """The day with that share of its couriers, evenly left out."""
    kept = [c for i, c in enumerate(day.couriers) if int(i * share) != int((i - 1) * share)]
    return translate(replace(day, couriers=tuple(kept))).problem


def _row(name: str, problem: Problem, solution: Solution, runs: int) -> str:
    unserved = solution.unserved(problem)
    stops = unserved[:_ASKED]
    taken = median_s(lambda: explain(problem, solution, stops), runs)
    kinds = Counter(reason.kind.value for reason in explain(problem, solution, stops))
    claims = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    cells = (name, len(problem.vehicles), len(unserved), len(stops), f"{taken:.2f}", _TO_REACH_S)
    return "| " + " | ".join(map(str, (*cells, claims))) + " |"
