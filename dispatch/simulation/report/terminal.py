"""A study on the terminal: progress while it runs, and its table."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as RichProgress
from rich.table import Table as RichTable
from rich.text import Text

from dispatch.simulation.report.words import headline, means
from dispatch.simulation.study import Study, StudyResult

_LINE_EVERY_S = 10.0
_DAY_S = 86_400


class StudyProgress:
    """Shows which day is being simulated; a context manager.

    On a terminal there is a bar; elsewhere a line every few seconds.

    Args:
        study: What is simulated.
        console: Where to write; the error stream by default.
    """

    def __init__(self, study: Study, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        rehearsals: list[tuple[int | None, str]] = [(None, policy) for policy in study.policies]
        self._days = rehearsals + [(seed, name) for seed in study.seeds for name in study.names]
        self._live: RichProgress | None = None
        self._task = TaskID(0)
        self._shown_at = 0.0

    def __enter__(self) -> Self:
        """Begin to show progress."""
        self._shown_at = time.monotonic()
        if self._console.is_terminal:
            self._live = RichProgress(
                BarColumn(bar_width=20),
                TextColumn("{task.description}", markup=False),
                console=self._console,
                transient=True,
            )
            self._task = self._live.add_task("", total=len(self._days))
            self._live.start()
        return self

    def __call__(self, policy: str, seed: int | None, at: int) -> None:
        """Show how far a day is."""
        number = self._days.index((seed, policy))
        clock = f"{at // 3600:02d}:{at // 60 % 60:02d}"
        day = "rehearsal" if seed is None else f"seed {seed}"
        text = f"day {number + 1} of {len(self._days)}: {policy}, {day}, {clock}"
        if self._live is not None:
            done = number + min(at / _DAY_S, 1.0)
            self._live.update(self._task, completed=done, description=text)
            return
        now = time.monotonic()
        if now - self._shown_at >= _LINE_EVERY_S:
            self._shown_at = now
            self._console.print(text, markup=False, soft_wrap=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        if self._live is not None:
            self._live.stop()


def print_study(result: StudyResult, console: Console | None = None) -> None:
    """Print the figures of a study, policies side by side."""
    console = console or Console(highlight=False)
    console.print(Text(headline(result), style="bold"))
    table = means(result)
    shown = RichTable(box=None, pad_edge=False, show_edge=False, header_style="dim")
    for number, head in enumerate(table.head):
        shown.add_column(head, justify="right" if number else "left", no_wrap=True)
    for row in table.rows:
        shown.add_row(*map(Text, row))
    console.print(Text(table.title, style="dim"))
    console.print(shown)
