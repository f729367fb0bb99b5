"""What a check of a plan found, on the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from dispatch.checking import PlanCheck, PlanFinding


def print_findings(checked: PlanCheck, console: Console | None = None) -> None:
    """Print every violation, lateness and inherited breach with stop, courier and amount.

    The last line is the verdict.
    """
    console = console or Console(highlight=False)

    def line(text: str, style: str = "") -> None:
        console.print(Text(text, style=style), soft_wrap=True)

    if not checked.same_input:
        line("note: the plan was made for other input files than these", "yellow")
    if checked.restated:
        line(
            f"note: {checked.restated} visit(s) start at another time than the file says; "
            "the times below are replayed",
            "yellow",
        )
    groups: tuple[tuple[str, Sequence[PlanFinding], str], ...] = (
        ("violation", checked.violations, "red"),
        ("late", checked.lateness, "yellow"),
        ("inherited", checked.inherited, "yellow"),
    )
    for word, findings, style in groups:
        for finding in findings:
            line(f"{word}: {finding_text(finding)}", style)
    counts = (
        f"{len(checked.violations)} violation(s), {len(checked.lateness)} late, "
        f"{len(checked.inherited)} inherited breach(es)"
    )
    if checked.violations:
        line(f"the plan is not valid: {counts}", "bold red")
    else:
        line(f"the plan is valid: {counts}", "bold green")


def finding_text(finding: PlanFinding) -> str:
    """A finding in one line: rule, who and what it is about, by how much, and why."""
    about = []
    if finding.request_id:
        about.append(f"request {finding.request_id}")
    if finding.courier_id:
        about.append(f"courier {finding.courier_id}")
    if finding.amount:
        about.append(f"by {finding.amount:,} {finding.unit}".rstrip())
    where = f" ({', '.join(about)})" if about else ""
    return f"{finding.rule}{where}: {finding.message}"
