"""``dispatch compare``: what differs between two plans."""

from pathlib import Path

import click

from dispatch.cli.failures import bad_input_ends_here
from dispatch.comparing import compare_plans
from dispatch.reports.comparison import print_comparison
from dispatch.reports.plan_json import read_plan_and_figures


@click.command("compare")
@click.argument("plan_a", type=click.Path(path_type=Path))
@click.argument("plan_b", type=click.Path(path_type=Path))
@click.option("--all", "every", is_flag=True, help="Show every request that changed.")
def compare_command(plan_a: Path, plan_b: Path, *, every: bool) -> None:
    """Say what moved, was retimed, gained or lost from PLAN_A to PLAN_B, and every figure.

    Figures and times are taken as the plans state them; ``dispatch check`` replays a plan that
    was edited by hand.
    """
    with bad_input_ends_here():
        a, figures_a = read_plan_and_figures(plan_a)
        b, figures_b = read_plan_and_figures(plan_b)
    print_comparison(compare_plans(a, b), figures_a, figures_b, every=every)
