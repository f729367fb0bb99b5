"""``dispatch rollout``: a PLAN folder in, who opens when out, or what it would take."""

import sys
from pathlib import Path

import click

from dispatch.capacity.rollout.files.issues import RolloutInputError
from dispatch.capacity.rollout.files.reading import read_rollout
from dispatch.capacity.rollout.report.outputs import PAGE, write_rollout
from dispatch.capacity.rollout.report.terminal import print_rollout, print_stage
from dispatch.capacity.rollout.solving import StoppedEarlyError
from dispatch.capacity.rollout.study import study_rollout
from dispatch.cli.failures import bad_input_ends_here, refuse
from dispatch.cli.interrupts import INTERRUPTED, stop_on_signals


@click.command("rollout")
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for reports.")
@click.option(
    "--seconds",
    default=60.0,
    show_default=True,
    type=click.FloatRange(min=1),
    help="Most to be spent searching.",
)
def rollout_command(plan: Path, out: Path, seconds: float) -> None:
    """Plan which city opens which class of pickups in which week, from folder PLAN.

    Targets that cannot be met are a result, with what would meet them; the exit status is 0.
    Ctrl-C or SIGTERM ends the search; the best plan so far is reported.
    """
    if out.exists() and not out.is_dir():
        refuse(f"--out {out} is a file; name a folder")
    with bad_input_ends_here():
        try:
            read = read_rollout(plan)
        except RolloutInputError as error:
            refuse(str(error))
        opening = len({service.city for service in read.targets})
        click.echo(
            f"{read.title}: {len(read.targets)} targets in {opening} cities, "
            f"{len(read.weeks)} weeks"
        )
        with stop_on_signals() as stop:
            try:
                found = study_rollout(read, seconds=seconds, stop=stop, on_stage=print_stage)
            except StoppedEarlyError:
                click.echo("interrupted before there was a plan: nothing was written", err=True)
                sys.exit(INTERRUPTED)
        write_rollout(out, found)
    print_rollout(found)
    if found.solved.interrupted:
        click.echo("interrupted: this is the best plan found until then")
    click.echo(f"report in {out / PAGE}")
