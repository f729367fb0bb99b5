"""``dispatch explain``: why requests are on no route, and what would let them be."""

from pathlib import Path

import click

from dispatch.cli.failures import bad_input_ends_here
from dispatch.cli.travel_options import travel_options, with_travel
from dispatch.explaining import explain_plan
from dispatch.files import read_day
from dispatch.reports.explanations import print_explanations
from dispatch.reports.plan_json import read_plan


@click.command("explain")
@click.argument("day", type=click.Path(path_type=Path))
@click.argument("plan", type=click.Path(path_type=Path))
@click.option(
    "--request", "requests", multiple=True, metavar="ID", help="Only this request; repeatable."
)
@travel_options
def explain_command(
    day: Path,
    plan: Path,
    requests: tuple[str, ...],
    roads: Path | None,
    speeds: Path | None,
    *,
    straight_lines: bool,
) -> None:
    """Say why requests of folder DAY are on no route of PLAN, and what would let them be.

    Every unserved request is explained unless some are named. Only the order of visits is
    taken from PLAN. A plan that breaks rules is refused: dispatch check says which.
    """
    with bad_input_ends_here():
        read = with_travel(read_day(day), roads=roads, speeds=speeds, straight_lines=straight_lines)
        found = explain_plan(read, read_plan(plan), requests)
    print_explanations(found, read)
