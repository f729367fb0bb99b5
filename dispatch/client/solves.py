"""Days that are sent to be planned."""

import time
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime

from dispatch.client.transport import Transport, path_of
from dispatch.client.types import Received

_LOOK_EVERY_S = 1.0


class SolveStatus(StrEnum):
    """How far a day has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    LOST = "lost"


class SolveFailure(Received):
    """Why there is no plan."""

    code: str
    detail: str


class Solve(Received):
    """A day to be planned, and how far it has come; forgotten at ``expires_at``."""

    id: str
    status: SolveStatus
    progress: dict[str, Any] | None = None
    failure: SolveFailure | None = None
    stop_requested: bool
    created_at: AwareDatetime
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more comes of it."""
        return self.status not in (SolveStatus.QUEUED, SolveStatus.RUNNING)


class SolvesClient:
    """Has days planned.

    Args:
        transport: To the service.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def submit(
        self,
        day: Mapping[str, Any],
        *,
        engine: str | None = None,
        seconds: float | None = None,
        seed: int | None = None,
        zones: int | None = None,
        idempotency_key: str | None = None,
    ) -> Solve:
        """Queues a day: ``city``, ``requests``, ``couriers``, ``hubs``, perhaps ``service_area``.

        Args:
            day: In the words of the day files.
            engine: Which; the usual one if left out.
            seconds: Of search.
            seed: Of the search.
            zones: How many to draw; by the size of the day if left out.
            idempotency_key: Of yours, or a new one.
        """
        body = {"day": day, "engine": engine, "seconds": seconds, "seed": seed, "zones": zones}
        answer = self._transport.post(path_of("solves"), body, idempotency_key=idempotency_key)
        return Solve.model_validate(answer)

    def get(self, solve_id: str) -> Solve:
        """A day as it stands."""
        return Solve.model_validate(self._transport.get(path_of("solves", solve_id)))

    def list(self, status: SolveStatus | None = None) -> Iterator[Solve]:
        """Yours, the newest first, fetched as they are asked for."""
        before: str | None = None
        while True:
            params = {"status": None if status is None else status.value, "before": before}
            page = self._transport.get(path_of("solves"), params)
            yield from (Solve.model_validate(one) for one in page["solves"])
            before = page.get("next_before")
            if before is None:
                return

    def follow(self, solve_id: str, *, every_s: float = _LOOK_EVERY_S) -> Iterator[Solve]:
        """The day whenever something is new, until it has ended.

        Args:
            solve_id: Which.
            every_s: Seconds between two looks.
        """
        last: Solve | None = None
        while last is None or not last.has_ended:
            if last is not None:
                time.sleep(every_s)
            found = self.get(solve_id)
            if found != last:
                yield found
            last = found

    def plan(self, solve_id: str) -> dict[str, Any]:
        """The plan, as ``dispatch solve`` writes it into plan.json, once the day has ended."""
        plan: dict[str, Any] = self._transport.get(path_of("solves", solve_id, "plan"))
        return plan

    def stop(self, solve_id: str) -> Solve:
        """Ends the search; the best plan so far is kept."""
        return Solve.model_validate(self._transport.delete(path_of("solves", solve_id)))
