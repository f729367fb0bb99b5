"""Ending long work on Ctrl-C or SIGTERM with what it has so far."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

INTERRUPTED = 130
"""Exit status of a command that was interrupted and has nothing to show; as shells have it."""

_SIGNALS: tuple[int, ...] = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stop_on_signals() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C or SIGTERM into a stop signal instead of an exception.

    Yields a function that answers true once a signal came. A second signal acts as usual, so
    that a program that does not end can still be ended.
    """
    came = False

    def note(number: int, _: FrameType | None) -> None:
        nonlocal came
        came = True
        signal.signal(number, before[number])

    before: dict[int, Any] = {number: signal.getsignal(number) for number in _SIGNALS}
    for number in _SIGNALS:
        signal.signal(number, note)
    try:
        yield lambda: came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
