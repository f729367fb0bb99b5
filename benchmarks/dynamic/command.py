"""``python -m benchmarks dynamic``: policies x scenarios x seeds on all cores."""

import sys
from collections.abc import Iterable, Sequence
from functools import cache, partial
from pathlib import Path

import click

from benchmarks.dynamic.fleet import Search, fewest
from benchmarks.dynamic.results import OutcomesFile, read_outcomes
from benchmarks.dynamic.running import Runner
from benchmarks.dynamic.table import days_table, fleets_table
from benchmarks.dynamic.trials import (
    Outcome,
    Setting,
    Trial,
    city_of,
    code_version,
    recorded_day,
    vans_for_each_courier,
)
from benchmarks.static.results import ResultsFileError
from dispatch.simulation.policies import POLICIES
from dispatch.simulation.scenarios import SCENARIOS

_FILE = Path("out/benchmarks/dynamic.jsonl")
_MOST_COURIERS = 400


@click.command("dynamic")
@click.option("--policy", "policies", multiple=True, type=click.Choice(list(POLICIES)),
              help="All by default. May be given several times; the first is what the others are "
              "compared with.")  # fmt: skip
@click.option("--scenario", "scenarios", multiple=True, default=("ordinary",), show_default=True,
              type=click.Choice(list(SCENARIOS)))  # fmt: skip
@click.option("--city", default="hangzhou", show_default=True)
@click.option("--day", type=click.Path(path_type=Path),
              help="Replay this day, a folder or a LaDe-P file; its own fleet.")  # fmt: skip
@click.option("--couriers", default=90, show_default=True, help="E-bikes; where --fleet-search "
              "begins.")  # fmt: skip
@click.option("--vans", type=click.IntRange(min=0), help="Crews; as many for each e-bike as "
              "`dispatch sample` has by default.")  # fmt: skip
@click.option("--requests", default=1500, show_default=True, help="Mean of an ordinary day.")
@click.option("--seeds", default=5, show_default=True)
@click.option("--tick", "tick_s", default=60, show_default=True, help="Seconds.")
@click.option("--hindsight", "hindsight_s", default=0.0, show_default=True,
              help="Seconds of search to plan each day again with all known.")  # fmt: skip
@click.option("--tick-seconds", "search_s", default=0.0, show_default=True, help="Seconds of every "
              "search of policies that search, instead of their own limits.")  # fmt: skip
@click.option("--fleet-search", is_flag=True, help="Find the smallest fleet of each policy, "
              "e-bikes and crews in proportion.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; one per core by default.")
@click.option("--out", default=_FILE, show_default=True, type=click.Path(path_type=Path),
              help="Results file, gone on with if it exists.")  # fmt: skip
@click.option("--table", "kept", multiple=True, type=click.Path(exists=True, path_type=Path),
              help="Run nothing; print the table of this results file.")  # fmt: skip
def dynamic_command(
    policies: tuple[str, ...],
    scenarios: tuple[str, ...],
    city: str,
    day: Path | None,
    couriers: int,
    vans: int | None,
    requests: int,
    seeds: int,
    tick_s: int,
    hindsight_s: float,
    search_s: float,
    fleet_search: bool,
    jobs: int | None,
    out: Path,
    kept: tuple[Path, ...],
) -> None:
    """Simulate days under dispatching policies; benchmarks/README.md has the protocol."""
    try:
        if kept:
            _print_kept(kept)
            return
        if day is not None and not day.exists():
            click.echo(f"skipped: {day} is absent", err=True)
            return
        chosen = policies or tuple(POLICIES)
        for_each = vans_for_each_courier(city, requests) if vans is None else vans / couriers
        setting = _setting(city, day, couriers, round(couriers * for_each), requests, tick_s)
        file = OutcomesFile(out, sys.argv[1:], code_version())
        with Runner.open(file, jobs, partial(click.echo, err=True)) as runner:
            if fleet_search:
                _search_fleets(runner, setting, scenarios, chosen, range(1, seeds + 1), for_each)
                return
            trials = [
                Trial(
                    setting=setting,
                    scenario=scenario,
                    policy=policy,
                    seed=seed,
                    hindsight_s=hindsight_s,
                    search_s=search_s,
                )
                for scenario in scenarios
                for policy in chosen
                for seed in range(1, seeds + 1)
            ]
            _print(read_outcomes(out)[0][-1:], days_table(runner.run(trials)))
    except ResultsFileError as error:
        raise click.ClickException(str(error)) from error


def _setting(
    city: str, day: Path | None, couriers: int, vans: int, requests: int, tick_s: int
) -> Setting:
    if day is None:
        return Setting(city=city, couriers=couriers, vans=vans, requests=requests, tick_s=tick_s)
    recorded = recorded_day(day, city)
    crews = sum(courier.crew_size > 1 for courier in recorded.couriers)
    return Setting(
        city=city,
        couriers=len(recorded.couriers) - crews,
        vans=crews,
        requests=len(recorded.requests),
        day=str(day),
        tick_s=tick_s,
    )


def _search_fleets(
    runner: Runner,
    setting: Setting,
    scenarios: Sequence[str],
    policies: Sequence[str],
    seeds: Sequence[int],
    vans_for_each: float,
) -> None:
    if setting.day:
        raise click.UsageError("--fleet-search draws days; leave out --day")

    city = city_of(setting)

    @cache
    def asked(scenario: str, seed: int) -> int:
        # The same for all fleets.
        return len(city.requests(SCENARIOS[scenario], seed))

    for scenario in scenarios:
        found: list[tuple[str, int | None]] = []
        days: list[Outcome] = []
        for policy in policies:
            search = Search(
                setting=setting,
                scenario=scenario,
                policy=policy,
                seeds=seeds,
                vans_for_each=vans_for_each,
                most=_MOST_COURIERS,
            )
            smallest = fewest(search, runner, lambda one: asked(one.scenario, one.seed or 0))
            found.append((policy, smallest))
            if smallest is not None:
                days += runner.run(search.trials(smallest))
        _print(read_outcomes(runner.file.path)[0][-1:], fleets_table(found, days))
        _print((), days_table(days))


def _print_kept(files: Sequence[Path]) -> None:
    for path in files:
        headings, outcomes = read_outcomes(path)
        _print(headings, days_table(outcomes))


def _print(headings: Sequence[str], lines: Iterable[str]) -> None:
    for heading in headings:
        click.echo(heading + "\n")
    for line in lines:
        click.echo(line)
