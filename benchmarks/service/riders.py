"""Couriers who do as they are told, over HTTP."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from benchmarks.service.city import CITY
from benchmarks.service.diary import Diary
from benchmarks.service.server import Server
from dispatch.client import ApiError, CourierClient, DispatchClient, Task

_IDLE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Rider:
    """One courier on one day, played by a thread.

    Attributes:
        courier: The courier's side of the service.
        server: Whose clock counts.
        diary: Where requests are written down.
        over: Set when the run is over.
    """

    courier: CourierClient
    server: Server
    diary: Diary
    over: threading.Event

    def ride(self, starts_at: datetime, ends_at: datetime) -> None:
        """Works a shift."""
        self._until(starts_at)
        self._tell("shift_started")
        done: Task | None = None
        while self.server.now < ends_at and not self.over.is_set():
            task = self._next(done)
            if task is None:
                self._until(min(ends_at, self.server.now + _IDLE))
            else:
                self._do(task)
                done = task
        if not self.over.is_set():
            self._tell("shift_ended")

    def _next(self, done: Task | None) -> Task | None:
        """What to do now; the plan may still show what has just been done."""
        try:
            with self.diary.request():
                tasks = self.courier.tasks().tasks
        except ApiError:
            return None
        first = next((task for task in tasks if task.kind in ("collect", "unload", "break")), None)
        if first is None or done is None:
            return first
        same = (first.kind, first.start_at) == (done.kind, done.start_at)
        return None if same else first

    def _do(self, task: Task) -> None:
        at_work = task.end_at - task.start_at
        if task.kind == "break":
            self._until(task.start_at)
            self._tell("break_started")
            self._until(self.server.now + at_work)
            self._tell("break_ended")
            return
        place = {"hub_id": task.hub_id} if task.kind == "unload" else {"pickup_id": task.pickup_id}
        if not self._tell("departed", **place):
            return
        self._until(task.start_at)
        if task.kind == "unload":
            self._until(task.end_at)
            self._tell("unloaded", **place)
            return
        self._tell("arrived", **place)
        self._until(self.server.now + at_work)
        self._tell("collected", weight_g=1_500, items_match=True, packed=True, **place)

    def _tell(self, happening: Any, **fields: Any) -> bool:
        """Tells it; whether it was taken in."""
        try:
            with self.diary.request():
                return self.courier.tell(happening, **fields).outcome == "applied"
        except ApiError:
            return False

    def _until(self, moment: datetime) -> None:
        self.over.wait(max(0.0, self.server.seconds_until(moment)))


def riders(
    client: DispatchClient, server: Server, diary: Diary, ids: list[str], over: threading.Event
) -> list[Rider]:
    """A rider for each courier."""
    return [Rider(client.courier(CITY, one), server, diary, over) for one in ids]
