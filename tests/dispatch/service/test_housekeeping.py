"""The housekeeper forgets what is old, also when the database was away once."""

import threading
from datetime import datetime, timedelta

import pytest

from dispatch.service import housekeeping
from dispatch.service.housekeeping import Housekeeper
from dispatch.storage.database import Database
from dispatch.storage.errors import StorageUnavailableError
from tests.dispatch.storage.samples import NOW


class Rounds:
    """A clock whose waits are over at once, so many times."""

    def __init__(self, rounds: int) -> None:
        self.left = rounds
        self.over = threading.Event()
        self.waits_s: list[float] = []

    def now(self) -> datetime:
        return NOW

    def wait(self, event: threading.Event, seconds: float) -> bool:
        self.waits_s.append(seconds)
        if self.left:
            self.left -= 1
            return False
        self.over.set()
        return event.wait()


def test_every_round_forgets_whatever_happened_to_the_one_before(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[datetime, timedelta]] = []

    def forget(database: Database, *, at: datetime, keep: timedelta) -> None:
        asked.append((at, keep))
        if len(asked) == 1:
            raise StorageUnavailableError("away")

    monkeypatch.setattr(housekeeping, "forget_old", forget)
    clock = Rounds(2)
    keeper = Housekeeper(sqlite_database, clock, keep=timedelta(days=30))
    keeper.start()
    clock.over.wait()
    keeper.stop()
    assert clock.waits_s == [housekeeping.EVERY_S] * 3
    assert asked == [(NOW, timedelta(days=30))] * 2
