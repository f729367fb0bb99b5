"""A service process whose clock goes on only when it is told to; ``python -m`` runs it.

On standard input it takes lines of a word and a moment: ``show`` sets what the clock shows, and
``pass`` also lets everybody who waits until then go on. Each is answered with a line once it is
done and all who were let go wait again.
"""

import socket
import sys
import threading
from datetime import datetime, timedelta

from dispatch.api.serving import open_for_serving, serve
from dispatch.settings import read_settings

_LOOK_S = 0.1
"""Seconds after which who waits looks whether it is to end."""


class SteppedClock:
    """Stands still between steps.

    Args:
        now: What it shows at first.
    """

    def __init__(self, now: datetime) -> None:
        self._now = self._passed = now
        self._changed = threading.Condition()
        self._due: dict[int, datetime | None] = {}

    def now(self) -> datetime:
        """The moment."""
        return self._now

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Waits until the event is set or the time has passed; whether it is set."""
        me = threading.get_ident()
        with self._changed:
            due = self._now + timedelta(seconds=seconds)
            self._due[me] = due
            self._changed.notify_all()
            while self._passed < due and not event.is_set():
                self._changed.wait(_LOOK_S)
            if event.is_set():
                del self._due[me]
            else:
                self._due[me] = None  # at work until it waits again
            return event.is_set()

    def show(self, moment: datetime) -> None:
        """Sets what it shows; nobody is let go."""
        self._now = max(self._now, moment)

    def let_pass(self, moment: datetime) -> None:
        """Goes on to a moment, and waits until all who were let go wait again."""
        with self._changed:
            self.show(moment)
            self._passed = max(self._passed, moment)
            self._changed.notify_all()
            self._changed.wait_for(lambda: all(self._is_due(one) for one in self._due.values()))

    def _is_due(self, due: datetime | None) -> bool:
        """Whether somebody waits, and for later."""
        return due is not None and due > self._passed


def _take_steps(clock: SteppedClock) -> None:
    steps = {"show": clock.show, "pass": clock.let_pass}
    for line in sys.stdin:
        word, moment = line.split()
        steps[word](datetime.fromisoformat(moment))
        print("done", flush=True)


def _main(port: int) -> None:
    settings = read_settings()
    if settings.clock_start is None:
        sys.exit("set DISPATCH_CLOCK_START")
    clock = SteppedClock(settings.clock_start)
    threading.Thread(target=_take_steps, args=(clock,), daemon=True).start()
    database = open_for_serving(settings)
    with socket.create_server(("127.0.0.1", port)) as listening:
        serve(database, settings, listening, instance=f"stepped:{port}", clock=clock)


if __name__ == "__main__":
    _main(int(sys.argv[1]))
