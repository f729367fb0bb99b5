"""``dispatch vrp``: the engines on public problem files."""

import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import click

from dispatch.cli.failures import bad_input_ends_here, read_text, refuse
from dispatch.cli.interrupts import stop_on_signals
from dispatch.reports.progress import SolveProgress
from dispatch.vrp import FileFormat, ProblemFile, read_problem
from solvers.checker import CheckReport
from solvers.engines.protocol import Limits
from solvers.engines.registry import DEFAULT_ENGINE, engine_names, get_engine
from solvers.formats.cvrplib.rounding import Rounding
from solvers.solving import solve

_SHOWN = 20


def _of_the_problem(command: Callable[..., None]) -> Callable[..., None]:
    """Options that say how the problem file is read."""
    form = click.option(
        "--format",
        "form",
        default=FileFormat.AUTO.value,
        show_default=True,
        type=click.Choice([form.value for form in FileFormat]),
        help="Form of FILE.",
    )
    rounding = click.option(
        "--rounding",
        type=click.Choice([rounding.value for rounding in Rounding]),
        help="Of distances and times in Solomon and VRPLIB files; by default as published "
        "results of the instance's kind are.",
    )
    return form(rounding(command))


@click.group("vrp")
def vrp() -> None:
    """Solve and check public routing problems: Solomon, VRPLIB and VROOM files."""


@vrp.command("solve")
@click.argument("file", type=click.Path(path_type=Path))
@_of_the_problem
@click.option(
    "--engine", default=DEFAULT_ENGINE, show_default=True, type=click.Choice(engine_names())
)
@click.option(
    "--seconds",
    default=10.0,
    show_default=True,
    type=click.FloatRange(min=0.1),
    help="Search time.",
)
@click.option("--iterations", type=click.IntRange(min=0), help="Most search steps.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Answer file.")
def vrp_solve(
    file: Path,
    form: str,
    rounding: str | None,
    engine: str,
    seconds: float,
    iterations: int | None,
    seed: int,
    out: Path,
) -> None:
    """Solve the problem in FILE; write the checked answer to --out, in the form FILE came in.

    Ctrl-C or SIGTERM ends the search early with the best plan so far. Exit status 1 if the
    answer breaks a rule.
    """
    began = perf_counter()
    with bad_input_ends_here():
        if out.is_dir():
            refuse(f"--out {out} is a folder; name a file")
        read = _read(file, form, rounding)
        loaded = perf_counter()
        _tell(read)
        with (
            stop_on_signals() as stop,
            SolveProgress(seconds, cost_text=read.search_cost) as progress,
        ):
            solved = solve(
                read.problem,
                get_engine(engine),
                limits=Limits(seconds=seconds, iterations=iterations),
                seed=seed,
                warm_start=read.start,
                progress=progress,
                stop=stop,
            )
        searched = perf_counter()
        report = read.judge(solved.solution)
        times = {
            "loading": round(1000 * (loaded - began)),
            "solving": round(1000 * (searched - loaded)),
            "routing": 0,
        }
        text = read.answer(report, solved.solution, times)
        _write(out, text)
    if solved.result.interrupted:
        click.echo("interrupted: this is the best plan found until then", err=True)
    _summarise(read, report)
    click.echo(f"read {loaded - began:.1f} s, search {searched - loaded:.1f} s; answer in {out}")
    if not report.valid:
        sys.exit(1)


@vrp.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("solution", type=click.Path(path_type=Path))
@_of_the_problem
def vrp_check(file: Path, solution: Path, form: str, rounding: str | None) -> None:
    """Replay the answer SOLUTION to the problem in FILE.

    Exit status 0 when no rule is broken and the cost, where the file states one, is right;
    else 1.
    """
    with bad_input_ends_here():
        read = _read(file, form, rounding)
        _tell(read)
        claimed = read.claim(read_text(solution))
        report = read.judge(claimed.solution)
        cost = read.cost(report)
    _summarise(read, report)
    wrong = claimed.cost is not None and claimed.cost != cost
    if wrong:
        click.echo(
            f"the file states a cost of {float(claimed.cost or 0):,g}; replayed it is "
            f"{float(cost):,g} (is the rounding the same?)"
        )
    if wrong or not report.valid:
        sys.exit(1)


def _read(file: Path, form: str, rounding: str | None) -> ProblemFile:
    chosen = None if rounding is None else Rounding(rounding)
    return read_problem(read_text(file), FileFormat(form), chosen)


def _tell(read: ProblemFile) -> None:
    for note in read.notes:
        click.echo(note, err=True)


def _write(out: Path, text: str) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        refuse(f"{out} cannot be written: {error.strerror or error}")


def _summarise(read: ProblemFile, report: CheckReport) -> None:
    for finding in report.violations[:_SHOWN]:
        click.echo(f"violation: {finding.message}")
    if len(report.violations) > _SHOWN:
        click.echo(f"... and {len(report.violations) - _SHOWN} more violations")
    for finding in report.inherited:
        click.echo(f"unavoidable: {finding.message}")
    used = sum(bool(schedule.visits) for schedule in report.schedules)
    verdict = "valid" if report.valid else "NOT VALID"
    click.echo(
        f"{verdict}: cost {_number(read, report)}, {used} routes, {len(report.unserved)} unserved"
    )


def _number(read: ProblemFile, report: CheckReport) -> str:
    cost = read.cost(report)
    return str(cost) if cost.denominator == 1 else f"{float(cost):.3f}".rstrip("0")
