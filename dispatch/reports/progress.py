"""What a long search has reached, while it runs."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as RichProgress

from dispatch.reports.format import yuan
from solvers.engines.protocol import Progress

LINE_EVERY_S = 5.0


class SolveProgress:
    """Shows a search's progress; a context manager, and a ``ProgressCallback`` inside it.

    On a terminal there is one line with a bar that is kept up to date; elsewhere (a log, a
    pipe) a line every few seconds.

    Args:
        seconds: Search time asked for.
        console: Where to write; the error stream, so that results can be piped, by default.
        cost_text: How a cost is shown.
    """

    def __init__(
        self,
        seconds: float,
        console: Console | None = None,
        *,
        cost_text: Callable[[int], str] = yuan,
    ) -> None:
        self._cost_text = cost_text
        self._seconds = seconds
        self._console = console or Console(stderr=True, highlight=False)
        self._live: RichProgress | None = None
        self._task = TaskID(0)
        self._printed_at = -LINE_EVERY_S
        self._last: Progress | None = None

    def __enter__(self) -> Self:
        """Begin to show progress."""
        if self._console.is_terminal:
            self._live = RichProgress(
                BarColumn(bar_width=20),
                TextColumn("{task.description}", markup=False),
                console=self._console,
                transient=True,
            )
            self._task = self._live.add_task("reading the problem", total=self._seconds)
            self._live.start()
        return self

    def __call__(self, progress: Progress) -> None:
        """Show ``progress``; called by engines, returns quickly."""
        self._last = progress
        if self._live is not None:
            self._live.update(
                self._task,
                completed=min(progress.elapsed_s, self._seconds),
                description=progress_text(progress, self._seconds, self._cost_text),
            )
            return
        now = time.monotonic()
        if now - self._printed_at >= LINE_EVERY_S:
            self._printed_at = now
            self._print(progress)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the last state behind as a line."""
        if self._live is not None:
            self._live.stop()
        if self._last is not None:
            self._print(self._last)

    def _print(self, progress: Progress) -> None:
        text = progress_text(progress, self._seconds, self._cost_text)
        self._console.print(text, markup=False, soft_wrap=True)


def progress_text(
    progress: Progress, seconds: float, cost_text: Callable[[int], str] = yuan
) -> str:
    """One line: time, cost, unserved, parts and what is being done."""
    parts = [f"{progress.elapsed_s:.0f} of {seconds:.0f} s"]
    if progress.cost is None:
        parts.append("no plan yet")
    else:
        parts.append(f"cost {cost_text(progress.cost)}")
    if progress.unserved is not None:
        parts.append(f"{progress.unserved:,} unserved")
    if progress.parts > 1:
        parts.append(f"{progress.parts_done} of {progress.parts} zones")
    parts.append(progress.phase)
    return ", ".join(parts)
