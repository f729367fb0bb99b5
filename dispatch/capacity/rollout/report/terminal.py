"""A roll-out on the terminal: goals as they are reached, and what came of them."""

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dispatch.capacity.rollout.inputs import Status
from dispatch.capacity.rollout.model import DEMAND_UNIT
from dispatch.capacity.rollout.report import words
from dispatch.capacity.rollout.report.peak_words import peak_summaries
from dispatch.capacity.rollout.schedule import COST, DEMAND, Stage
from dispatch.capacity.rollout.study import Rollout


def print_stage(stage: Stage) -> None:
    """Tell on the error stream that a goal is done."""
    value = f"{stage.value:,}"
    if stage.goal == DEMAND:
        value = f"{stage.value / DEMAND_UNIT:,.0f} requests in all weeks"
    elif stage.goal == COST:
        value = f"¥{stage.value:,}"
    known = "proven" if stage.proven else f"at most {100 * stage.gap:.2f} % from the best"
    click.echo(f"{stage.goal}: {value}, {known}, {stage.seconds:.1f} s", err=True)


def print_rollout(rollout: Rollout, console: Console | None = None) -> None:
    """Print the verdicts of what is to open or not met, remedies, and the peak."""
    out = console or Console(highlight=False)
    style = "bold red" if rollout.unmet else "bold green"
    out.print(Text(f"{words.headline(rollout)}.", style=style))
    out.print(Text(words.proof(rollout)))
    table = Table("service", "verdict", "short of", box=None, pad_edge=False, header_style="dim")
    unmet = set(rollout.unmet)
    for verdict in rollout.verdicts:
        if verdict.status is Status.OPEN or verdict in unmet:
            cells = (
                words.named(verdict.service),
                words.verdict_text(verdict),
                words.short_text(verdict),
            )
            table.add_row(*map(Text, cells))
    out.print(table)
    if unmet:
        out.print(Text("What would meet the targets:", style="bold"))
        for extras in words.remedy_texts(rollout):
            out.print(Text(f"  {' and '.join(extras)}"))
        out.print(Text(f"  {words.remedy_note(rollout)}"))
    for one in peak_summaries(rollout):
        out.print(Text(f"Peak, {one.kind}: the promise takes {one.extra}; else, {one.cost}."))
    budget_yuan = sum(week.budget_yuan for week in rollout.plan.weeks)
    spent = f"¥{rollout.lived.cost_yuan:,} of ¥{budget_yuan:,}"
    out.print(Text(f"{spent} budget is spent"))
