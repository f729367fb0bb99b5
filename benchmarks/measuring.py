"""Timing and the facts that belong beside every figure."""

import platform
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from os import cpu_count
from time import perf_counter


def median_s(work: Callable[[], object], runs: int) -> float:
    """Median wall-clock seconds of ``runs`` calls, after one that is not counted."""
    work()
    taken = []
    for _ in range(runs):
        began = perf_counter()
        work()
        taken.append(perf_counter() - began)
    return statistics.median(taken)


def heading() -> str:
    """Command line, date and machine, as every kept result begins with."""
    command = " ".join(["python -m benchmarks", *sys.argv[1:]])
    today = datetime.now(tz=UTC).date().isoformat()
    machine = f"{platform.machine()}, {cpu_count()} cores, Python {platform.python_version()}"
    return f"`{command}` on {today}, {machine}"
