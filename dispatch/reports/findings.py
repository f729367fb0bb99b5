"""The checker's verdict on a plan, on the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from dispatch.checking import PlanCheck, PlanFinding

_SCALED = {"weight_g": (1000, "kg"), "volume_ml": (1000, "l")}


def print_findings(check: PlanCheck, console: Console | None = None) -> None:
    """Print every finding by kind, then the verdict in a line."""
    out = console or Console()
    _print_kind(out, "violations", check.violations)
    _print_kind(out, "late, and paid for", check.lateness)
    _print_kind(out, "inherited breaches", check.inherited)
    if check.restated:
        out.print(
            f"note: {check.restated} visit(s) state other times than their order gives; "
            "the replayed times count",
            soft_wrap=True,
        )
    if not check.same_input:
        out.print(
            "note: the plan was made for other input files than these (fingerprints differ)",
            soft_wrap=True,
        )
    verdict = "INVALID" if check.violations else "valid"
    out.print(
        f"{verdict}: {len(check.violations)} violations, {len(check.lateness)} late, "
        f"{len(check.inherited)} inherited breaches, "
        f"{len(check.replayed.unserved)} requests unserved",
        style="bold red" if check.violations else "bold green",
        soft_wrap=True,
        highlight=False,
    )


def amount_text(amount: int, unit: str) -> str:
    """An amount as people say it: seconds as h:mm:ss, grams as kg, millilitres as l."""
    if not unit:
        return ""
    if unit == "s":
        minutes, seconds = divmod(amount, 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if unit in _SCALED:
        scale, name = _SCALED[unit]
        return f"{amount / scale:g} {name}"
    return f"{amount} {unit}"


def _print_kind(out: Console, title: str, findings: Sequence[PlanFinding]) -> None:
    if not findings:
        return
    table = Table("rule", "courier", "request", "amount", "what", title=title, title_justify="left")
    table.columns[3].justify = "right"
    for finding in findings:
        table.add_row(
            finding.rule,
            finding.courier_id,
            finding.request_id,
            amount_text(finding.amount, finding.unit),
            finding.message,
        )
    out.print(table)
