"""What was measured over a long run, hour by hour of the served clock."""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

import click
import numpy as np

from dispatch.client import ApiError


@dataclass(slots=True)
class Diary:
    """Latencies, refusals and memory.

    Attributes:
        clock: Tells the time by which hours are counted.
        refusals: How often each problem came.
    """

    clock: Callable[[], datetime]
    refusals: Counter[str] = field(default_factory=Counter)
    _ms: dict[datetime, list[float]] = field(default_factory=lambda: defaultdict(list))
    _memory_mb: dict[datetime, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def request(self) -> Iterator[None]:
        """Times a request; a refusal is counted and goes on to whoever asked."""
        began_s = perf_counter()
        try:
            yield
        except ApiError as error:
            with self._lock:
                self.refusals[f"{error.status} {error.code}"] += 1
            raise
        finally:
            ms = (perf_counter() - began_s) * 1_000
            with self._lock:
                self._ms[self._hour()].append(ms)

    def note_memory(self, megabytes: float) -> None:
        """Keeps how much memory the server has now."""
        with self._lock:
            self._memory_mb[self._hour()] = megabytes

    def show(self) -> None:
        """Prints the hours as a table."""
        click.echo("| hour | requests | p50 ms | p99 ms | memory MB |")
        click.echo("|---|---|---|---|---|")
        for hour, ms in sorted(self._ms.items()):
            p50, p99 = np.percentile(ms, [50, 99])
            memory_mb = self._memory_mb.get(hour)
            shown = "" if memory_mb is None else f"{memory_mb:.0f}"
            click.echo(f"| {hour:%d %H}:00 | {len(ms)} | {p50:.1f} | {p99:.1f} | {shown} |")

    def _hour(self) -> datetime:
        return self.clock().replace(minute=0, second=0, microsecond=0)
