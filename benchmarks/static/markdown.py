"""A table of results in markdown."""

from collections.abc import Iterator, Sequence

from benchmarks.static.results import Tried
from benchmarks.static.suites import get_suite
from benchmarks.static.table import Column, Table


def markdown(table: Table) -> Iterator[str]:
    """The lines of the table: a summary, then every instance."""
    yield f"### {table.suite}"
    yield ""
    source = "published" if table.published else "best of all results given"
    yield (
        f"Cost: {get_suite(table.suite).convention}. Best known: {source}. Median of up to "
        f"{table.seeds} seeds; in brackets the stops left out."
    )
    yield ""
    yield from _summary(table)
    yield ""
    problems = list(_problems(table))
    if problems:
        yield from [*problems, ""]
    yield from _by_instance(table)


def _summary(table: Table) -> Iterator[str]:
    budgets = table.peer_seconds()
    heads = ["engine", "solved", "left out", "gap to best known"]
    for seconds in budgets:
        heads += [f"to best peer at {seconds:g} s", "as good"]
    yield from _header([*heads, "longest search s", "build s", "peak MB"])
    for column in table.columns:
        solved = table.solved(column)
        gap = table.mean_gap(column)
        cells = [_name(column), f"{len(solved)} of {len(table.instances)}"]
        cells += [str(sum(one.unserved or 0 for one in solved.values()))]
        cells += ["-" if gap is None else f"{gap:.2%}"]
        for seconds in budgets:
            against = table.against_peers(column, seconds)
            cells += ["-" if against.ratio is None else f"{against.ratio - 1:+.2%}"]
            cells += [f"{against.as_good} of {against.instances}"]
        mine = [cell for (_, other), cell in table.cells.items() if other == column]
        cells += [f"{max(cell.worst_s for cell in mine):.1f}"]
        cells += [f"{max(cell.build_s for cell in mine):.1f}"]
        cells += [f"{max(cell.peak_mb for cell in mine):.0f}"]
        yield _row(cells)


def _problems(table: Table) -> Iterator[str]:
    """Why answers are missing, each reason once."""
    lines: dict[str, list[str]] = {}
    for (instance, column), cell in table.cells.items():
        if cell.problem:
            lines.setdefault(f"{_name(column)}: {cell.problem}", []).append(instance)
    for line, instances in lines.items():
        yield f"- {line} ({len(instances)} of {len(table.instances)})"


def _by_instance(table: Table) -> Iterator[str]:
    yield from _header(["instance", *(_name(column) for column in table.columns), "best known"])
    for instance in table.instances:
        found = (table.cells.get((instance, column)) for column in table.columns)
        shown = [_shown(table, cell.best if cell else None) for cell in found]
        known = table.best_known.get(instance)
        yield _row([instance, *shown, "-" if known is None else f"{known / table.scale:,.10g}"])


def _name(column: Column) -> str:
    return f"{column[0]} {column[1]:g} s"


def _shown(table: Table, best: Tried | None) -> str:
    if best is None or best.cost is None:
        return "none"
    left_out = f" ({best.unserved})" if best.unserved else ""
    return f"{best.cost / table.scale:,.10g}{left_out}"


def _header(heads: Sequence[str]) -> Iterator[str]:
    yield _row(heads)
    yield "|" + "---|" * len(heads)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
