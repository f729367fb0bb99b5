import threading
from datetime import UTC, datetime, timedelta

from benchmarks.service.stepped import SteppedClock

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_who_waits_goes_on_when_the_time_has_passed_and_not_when_it_is_shown() -> None:
    clock, ended = SteppedClock(NOON), threading.Event()
    beats: list[datetime] = []

    def beat() -> None:
        while not ended.is_set():
            if not clock.wait(ended, 60):
                beats.append(clock.now())

    heart = threading.Thread(target=beat, daemon=True)
    heart.start()
    while not clock._due:
        ended.wait(0.001)
    clock.let_pass(after(59))
    clock.show(after(90))
    assert (clock.now(), beats) == (after(90), [])
    # Whoever lets time pass goes on when what fell due is done.
    clock.let_pass(after(100))
    assert beats == [after(100)]
    clock.let_pass(after(159))
    assert beats == [after(100)]
    clock.let_pass(after(160))
    assert beats == [after(100), after(160)]
    ended.set()
    heart.join(10)
    clock.let_pass(after(500))
    assert beats == [after(100), after(160)]


def test_it_never_goes_back() -> None:
    clock = SteppedClock(NOON)
    clock.show(after(10))
    clock.let_pass(after(5))
    assert clock.now() == after(10)
