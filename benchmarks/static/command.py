"""``python -m benchmarks static``: suites, engines and peers, every answer through the checker."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks.static.contender import (
    Contender,
    UnknownContenderError,
    contender_names,
    get_contender,
)
from benchmarks.static.markdown import markdown
from benchmarks.static.results import Result, ResultsFile, ResultsFileError, read_results
from benchmarks.static.running import Run, result_of, runs_of
from benchmarks.static.suites import (
    MissingDataError,
    get_suite,
    instance_names,
    suite_names,
)
from benchmarks.static.table import table_of

_FOLDER = Path("out/benchmarks")
_DATA = Path("../shared/data")


@click.command("static")
@click.argument("suites", nargs=-1, type=click.Choice(suite_names()), metavar="[SUITE]...")
@click.option(
    "--engine",
    "engines",
    multiple=True,
    metavar="NAME[@SECONDS]",
    help=f"One of {', '.join(contender_names())}; with a time of its own after an @. All by "
    "default. May be given several times.",
)
@click.option("--seconds", default=10.0, show_default=True, help="Search time of each engine.")
@click.option("--seeds", default=5, show_default=True, help="Runs of engines that have seeds.")
@click.option("--instances", type=click.IntRange(min=1), help="First ones of each suite only.")
@click.option("--data", default=_DATA, show_default=True, type=click.Path(path_type=Path),
              help="Folder of the public instances.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path),
              help=f"Results file, gone on with if it exists. {_FOLDER}/static-SUITES.jsonl "
              "by default.")  # fmt: skip
@click.option("--table", "kept", multiple=True, type=click.Path(exists=True, path_type=Path),
              help="Run nothing; print the table of this results file.")  # fmt: skip
@click.option("--reference", multiple=True, type=click.Path(exists=True, path_type=Path),
              help="Results file whose best answers count as best known.")  # fmt: skip
@click.option("--plots", type=click.Path(path_type=Path),
              help="Folder for plots of cost over time; needs matplotlib.")  # fmt: skip
def static_command(
    suites: tuple[str, ...],
    engines: tuple[str, ...],
    seconds: float,
    seeds: int,
    instances: int | None,
    data: Path,
    out: Path | None,
    kept: tuple[Path, ...],
    reference: tuple[Path, ...],
    plots: Path | None,
) -> None:
    """Compare engines on SUITEs of static problems; benchmarks/README.md has the protocol."""
    try:
        if kept:
            _print(kept, reference, plots)
            return
        if not suites:
            raise click.UsageError(f"name suites to run: {', '.join(suite_names())}")
        file = out or _FOLDER / f"static-{'-'.join(suites)}.jsonl"
        budgets = [_budget(engine, seconds) for engine in engines or contender_names()]
        _run(suites, budgets, seeds, instances, data, file)
        _print([file], reference, plots)
    except (UnknownContenderError, MissingDataError, ResultsFileError) as error:
        raise click.ClickException(str(error)) from error


def _run(
    suites: Sequence[str],
    budgets: Sequence[tuple[Contender, float]],
    seeds: int,
    instances: int | None,
    data: Path,
    file: Path,
) -> None:
    """Make the runs that the file does not hold yet; what is done stays if interrupted."""
    runs: list[Run] = []
    for name in suites:
        suite = get_suite(name)
        chosen = instance_names(suite, data, instances)
        runs += runs_of(suite, chosen, budgets, seeds=seeds, data=data)
    results = ResultsFile(file, sys.argv[1:])
    due = [run for run in runs if not results.holds(run.key, run.contender.version())]
    click.echo(f"{len(due)} of {len(runs)} runs to make; results go to {file}", err=True)
    for number, run in enumerate(due, start=1):
        result = result_of(run)
        results.add(result)
        best = result.best
        shown = "none" if best is None else f"{best.cost} ({best.unserved})"
        click.echo(
            f"{number}/{len(due)} {run.suite.name} {run.instance} {run.contender.name} "
            f"{run.seconds:g} s seed {run.seed}: {shown}",
            err=True,
        )


def _budget(given: str, seconds: float) -> tuple[Contender, float]:
    name, at, own = given.partition("@")
    try:
        budget = float(own) if at else seconds
    except ValueError:
        raise click.BadParameter(f"'{own}' in '{given}' is no number of seconds") from None
    if not 0 < budget < 1e6:
        raise click.BadParameter(f"search time must be positive, not {budget:g}")
    return get_contender(name), budget


def _print(files: Sequence[Path], reference: Sequence[Path], plots: Path | None) -> None:
    known = [result for path in reference for result in read_results(path)[1]]
    results: list[Result] = []
    for path in files:
        headings, found = read_results(path)
        results += found
        for heading in headings:
            click.echo(heading + "\n")
    for suite in dict.fromkeys(result.suite for result in results):
        for line in markdown(table_of(suite, results, known)):
            click.echo(line)
        click.echo()
        if plots is not None:
            _plot(suite, results, plots)


def _plot(suite: str, results: Sequence[Result], folder: Path) -> None:
    try:
        from benchmarks.static.plots import plot_suite
    except ModuleNotFoundError as error:
        action = "run: pip install '.[bench]'"
        raise click.ClickException(f"plots need matplotlib ({error}); {action}") from error
    path = plot_suite(suite, results, folder)
    if path is not None:
        click.echo(f"plot: {path}", err=True)
