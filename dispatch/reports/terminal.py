"""The summary of a plan on the terminal."""

from rich.cells import cell_len, set_cell_size
from rich.console import Console, Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from dispatch.domain.day import Day
from dispatch.domain.plans import STRAIGHT_LINES, Plan, UnservedRequest
from dispatch.figures import PlanFigures, figures_of
from dispatch.reports.format import Table, clock_spans, figure_tables, percent, travel_text, yuan

SHOWN_UNSERVED = 10
_LONGEST_NAME = 36


def print_summary(plan: Plan, day: Day, console: Console | None = None) -> None:
    """Print the figures of ``plan`` and its first unserved requests.

    Without a terminal the text is plain and 80 columns wide.
    """
    console = console or Console(highlight=False)
    figures = figures_of(plan, day)
    console.print(_headline(plan, figures))
    for table in figure_tables(figures):
        console.print()
        console.print(_table(table))
    if plan.unserved:
        console.print()
        console.print(_unserved(plan, day))


def _headline(plan: Plan, figures: PlanFigures) -> Text:
    text = Text()
    if plan.origin.interrupted:
        text.append("Interrupted: the best plan until then.\n", style="bold yellow")
    if not figures.requests:
        return text.append("No requests on this day: the plan is empty.")
    served = percent(figures.in_window / figures.requests)
    text.append(f"{served} of {figures.requests:,} requests start in their window", style="bold")
    text.append(f"; {figures.unserved:,} unserved", style="red" if figures.unserved else "")
    text.append(f", {figures.late:,} late.", style="red" if figures.late else "")
    if plan.origin.travel != STRAIGHT_LINES:
        text.append(f"\n{travel_text(plan.origin.travel)}", style="dim")
    return text


def _table(table: Table) -> RenderableType:
    shown = RichTable(box=None, pad_edge=False, show_edge=False, header_style="dim")
    for number, head in enumerate(table.head):
        shown.add_column(head, justify="right" if number else "left", no_wrap=True)
    for number, row in enumerate(table.rows):
        last = table.sum and number == len(table.rows) - 1
        name, *cells = row
        # Text, not markup: a name may hold square brackets.
        shown.add_row(*map(Text, (_cut(name), *cells)), style="bold" if last else "")
    return Group(Text(table.title, style="bold"), shown)


def _unserved(plan: Plan, day: Day) -> RenderableType:
    timezone = day.settings.timezone
    windows = {request.id: clock_spans(request.windows, timezone) for request in day.requests}
    dearest = sorted(plan.unserved, key=_price, reverse=True)[:SHOWN_UNSERVED]
    rows = tuple(
        (
            unserved.request_id,
            unserved.pickup_class.value,
            windows.get(unserved.request_id, ""),
            plan.zone_of.get(unserved.request_id, ""),
            yuan(unserved.price_milli_fen),
        )
        for unserved in dearest
    )
    parts = [_table(Table("Unserved", ("request", "class", "window", "zone", "price"), rows))]
    explained = [unserved for unserved in dearest if unserved.reason is not None]
    if explained:
        parts += [Text(""), *map(_why, explained)]
    more = len(plan.unserved) - len(rows)
    if more > 0:
        parts.append(Text(f"... and {more:,} more in plan.json"))
    unexplained = sum(unserved.reason is None for unserved in plan.unserved)
    if unexplained:
        parts.append(Text(f"{unexplained:,} without a reason yet: dispatch explain DAY PLAN"))
    return Group(*parts)


def _why(unserved: UnservedRequest) -> RenderableType:
    """The reason under the request's name, wrapped."""
    text = Text(_cut(unserved.request_id), style="bold")
    if unserved.reason is not None:
        text.append(f": {unserved.reason.message}", style="not bold")
        if unserved.reason.remedies:
            helps = "; or ".join(unserved.reason.remedies)
            text.append(f" Would let it in: {helps}.", style="not bold")
    return text


def _price(unserved: UnservedRequest) -> int:
    return unserved.price_milli_fen


def _cut(name: str) -> str:
    """A name of at most so many columns; Chinese characters take two each."""
    if cell_len(name) <= _LONGEST_NAME:
        return name
    return set_cell_size(name, _LONGEST_NAME - 1).rstrip() + "…"
