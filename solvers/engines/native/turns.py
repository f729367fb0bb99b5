"""The lock of a session: who holds it for long can see that others wait, and let them pass."""

import threading
import time

_NAP_S = 0.0001


class Turns:
    """A lock that a thread may take again while it has it, used as a context manager.

    Python's own locks are not fair: a thread that gives one back and wants it at once again mostly
    has it before those who wait have woken up.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._counting = threading.Lock()
        self._waiting = 0

    def __enter__(self) -> None:
        if self._lock.acquire(blocking=False):
            return
        with self._counting:
            self._waiting += 1
        try:
            self._lock.acquire()
        finally:
            with self._counting:
                self._waiting -= 1

    def __exit__(self, *raised: object) -> None:
        self._lock.release()

    @property
    def wanted(self) -> bool:
        """Whether other threads wait for their turn."""
        return self._waiting > 0

    def let_pass(self, longest_s: float) -> None:
        """Waits until nobody waits for a turn, but no longer than that; not from within one."""
        until_s = time.perf_counter() + longest_s
        while self.wanted and time.perf_counter() < until_s:
            time.sleep(_NAP_S)
