"""``dispatch check``: replay a plan and say what is wrong with it."""

import sys
from pathlib import Path

import click

from dispatch.checking import check_plan
from dispatch.cli.failures import bad_input_ends_here
from dispatch.files import read_day
from dispatch.reports.findings import print_findings
from dispatch.reports.plan_json import read_plan


@click.command("check")
@click.argument("day", type=click.Path(path_type=Path))
@click.argument("plan", type=click.Path(path_type=Path))
def check_command(day: Path, plan: Path) -> None:
    """Replay PLAN on folder DAY; list every violation, lateness and inherited breach.

    Only the order of visits is taken from PLAN, so that a plan edited by hand can be checked;
    all times are worked out anew. Exit status 0 when there is no violation, else 1.
    """
    with bad_input_ends_here():
        checked = check_plan(read_day(day), read_plan(plan))
    print_findings(checked)
    if checked.violations:
        sys.exit(1)
