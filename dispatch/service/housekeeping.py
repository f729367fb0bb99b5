"""Looks after the database for as long as the server runs."""

import logging
import threading
from datetime import timedelta

from dispatch.service.clock import Clock
from dispatch.storage.database import Database
from dispatch.storage.errors import StorageUnavailableError
from dispatch.storage.retention import forget_old

EVERY_S = 3_600.0
"""Seconds of the service's clock."""

_log = logging.getLogger(__name__)


class Housekeeper:
    """Now and then forgets what nothing needs any more; several may do so at one database.

    Args:
        database: Which database.
        clock: Of the service.
        keep: How long logs of days and told events are kept.
    """

    def __init__(self, database: Database, clock: Clock, *, keep: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._keep = keep
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="housekeeping")

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends, and waits until it has."""
        self._stopping.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._clock.wait(self._stopping, EVERY_S):
            try:
                forget_old(self._database, at=self._clock.now(), keep=self._keep)
            except StorageUnavailableError as error:
                _log.warning("old things are kept for now: %s", error)
