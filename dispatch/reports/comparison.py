"""Two plans side by side on the terminal: what changed, and the difference in every figure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dispatch.comparing import Assignment, PlanComparison
from dispatch.reports.format import NONE

SHOWN = 20


def print_comparison(
    comparison: PlanComparison,
    figures_a: Mapping[str, Any],
    figures_b: Mapping[str, Any],
    *,
    every: bool = False,
    console: Console | None = None,
) -> None:
    """Print what moved, was retimed, gained or lost, then the figures that differ.

    Args:
        comparison: Plan A against plan B.
        figures_a: Figures as plan A states them.
        figures_b: Figures as plan B states them.
        every: Show every request that changed instead of the first ones of each kind.
        console: Where to print; standard output by default.
    """
    out = console or Console(highlight=False)
    most = None if every else SHOWN
    if not comparison.same_input:
        out.print(Text("note: the plans were made for different input files", style="yellow"))
    changes = [
        (c.request_id, _who(c.before), _who(c.after), _later(c.later_s)) for c in comparison.moved
    ]
    _print_requests(out, "moved to another courier", changes, most)
    changes = [
        (c.request_id, _who(c.before), _who(c.after), _later(c.later_s)) for c in comparison.retimed
    ]
    _print_requests(out, "retimed", changes, most)
    gained = [(request_id, NONE, _who(after), "") for request_id, after in comparison.gained]
    _print_requests(out, "gained", gained, most)
    lost = [(request_id, _who(before), NONE, "") for request_id, before in comparison.lost]
    _print_requests(out, "lost", lost, most)
    for name, only in (("A", comparison.only_in_a), ("B", comparison.only_in_b)):
        if only:
            listed = ", ".join(only[:SHOWN]) + (", ..." if len(only) > SHOWN else "")
            out.print(Text(f"{len(only)} requests only plan {name} knows: {listed}"))
    _print_figures(out, dict(_leaves(figures_a)), dict(_leaves(figures_b)))
    out.print(
        Text(
            f"{len(comparison.moved)} moved, {len(comparison.retimed)} retimed, "
            f"{comparison.unchanged} unchanged, {len(comparison.gained)} gained, "
            f"{len(comparison.lost)} lost, {comparison.unserved_in_both} unserved in both",
            style="bold",
        )
    )


def _who(assignment: Assignment) -> str:
    return f"{assignment.courier_id} {assignment.start_at:%H:%M:%S}"


def _later(seconds: int) -> str:
    sign = "-" if seconds < 0 else "+"
    minutes, rest = divmod(abs(seconds), 60)
    return f"{sign}{minutes}:{rest:02} min"


def _print_requests(
    out: Console, title: str, rows: Sequence[tuple[str, str, str, str]], most: int | None
) -> None:
    if not rows:
        return
    table = Table("request", "in A", "in B", "later", box=None, title_justify="left")
    table.title = f"{len(rows)} {title}"
    table.columns[3].justify = "right"
    for row in rows[:most]:
        table.add_row(*(Text(cell) for cell in row))
    out.print(table)
    if most is not None and len(rows) > most:
        out.print(Text(f"... and {len(rows) - most} more (--all shows them)"))
    out.print()


def _print_figures(
    out: Console, figures_a: Mapping[str, float], figures_b: Mapping[str, float]
) -> None:
    table = Table("figure", "A", "B", "B - A", box=None, title="figures", title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    for name in [*figures_a, *(name for name in figures_b if name not in figures_a)]:
        a, b = figures_a.get(name), figures_b.get(name)
        if a == b:
            continue
        difference = NONE if a is None or b is None else _number(b - a, signed=True)
        table.add_row(name, _number(a), _number(b), difference)
    if table.row_count:
        out.print(table)
    else:
        out.print(Text("all figures are the same"))
    out.print()


def _number(value: float | None, *, signed: bool = False) -> str:
    if value is None:
        return NONE
    sign = "+" if signed else ""
    return f"{value:{sign},}" if isinstance(value, int) else f"{value:{sign},.4g}"


def _leaves(figures: object, name: str = "") -> Iterator[tuple[str, float]]:
    """Numbers inside nested figures, under dotted names; zones go by their name."""
    if isinstance(figures, bool) or figures is None:
        return
    if isinstance(figures, int | float):
        yield name, figures
    elif isinstance(figures, Mapping):
        for key, value in figures.items():
            yield from _leaves(value, f"{name}.{key}" if name else str(key))
    elif isinstance(figures, Sequence) and not isinstance(figures, str):
        for value in figures:
            zone = value.get("zone") if isinstance(value, Mapping) else None
            yield from _leaves(value, f"{name}.{zone}")
