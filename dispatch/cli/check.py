"""``dispatch check``: replay a plan and say what is wrong with it."""

import sys
from pathlib import Path

import click

from dispatch.checking import check_plan
from dispatch.cli.failures import bad_input_ends_here
from dispatch.cli.travel_options import tell_undrawn, travel_options, with_travel
from dispatch.files import read_day
from dispatch.reports.findings import print_findings
from dispatch.reports.outputs import write_outputs
from dispatch.reports.plan_json import read_plan
from dispatch.reports.promises import print_promises
from dispatch.streets import street_lines


@click.command("check")
@click.argument("day", type=click.Path(path_type=Path))
@click.argument("plan", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the plan as replayed, with its map.",
)
@travel_options
def check_command(
    day: Path,
    plan: Path,
    out: Path | None,
    roads: Path | None,
    speeds: Path | None,
    *,
    straight_lines: bool,
) -> None:
    """Replay PLAN on folder DAY; list every violation, lateness and inherited breach.

    Only the order of visits is taken from PLAN, so that a plan edited by hand can be checked;
    all times are worked out anew. Exit status 0 when there is no violation, else 1.

    A plan made on straight lines can be replayed on streets (--roads), and one made on streets
    on straight lines: which promises it would keep is said in a table.
    """
    with bad_input_ends_here():
        read = with_travel(read_day(day), roads=roads, speeds=speeds, straight_lines=straight_lines)
        given = read_plan(plan)
        checked = check_plan(read, given)
        if out is not None:
            streets = street_lines(checked.replayed, read, checked.source)
            write_outputs(out, checked.replayed, read, streets=streets)
            tell_undrawn(streets)
    print_findings(checked)
    if checked.replayed.origin.travel != given.origin.travel:
        print_promises(given, checked.replayed)
    if checked.violations:
        sys.exit(1)
