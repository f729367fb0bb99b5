"""The sender: takes what is due from the outbox, delivers it, and keeps what became of it.

One thread speaks with the database, in one transaction a round; others wait for the endpoints. Any
number of processes may run a sender on one database.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue

from sqlalchemy import Connection

from dispatch.storage import deliveries, endpoints, outbox
from dispatch.storage.database import Database
from dispatch.storage.deliveries import DueDelivery
from dispatch.storage.errors import StorageError
from dispatch.webhooks.attempts import Attempts
from dispatch.webhooks.resting import Resting
from dispatch.webhooks.retrying import Became, Outcome

logger = logging.getLogger(__name__)

_EVENTS_A_ROUND = 500
_AFTER_FAILURE_S = 5.0
_SPARE_S = 15.0


@dataclass(frozen=True, slots=True)
class SenderRules:
    """How much is done at once.

    Attributes:
        workers: Deliveries under way at once.
        at_once_each: Of these to one endpoint.
        poll_s: Seconds between looks at the outbox when nobody wakes the sender.
    """

    workers: int = 8
    at_once_each: int = 4
    poll_s: float = 0.5


class Sender:
    """Sends what is in the outbox until it is stopped.

    Args:
        database: Where the outbox is.
        attempts: How deliveries are tried.
        rules: How much is done at once.
        observe: Told what became of every attempt, from the sender's thread.
    """

    def __init__(
        self,
        database: Database,
        attempts: Attempts,
        rules: SenderRules,
        observe: Callable[[Became], None],
    ) -> None:
        self._database = database
        self._attempts = attempts
        self._rules = rules
        self._observe = observe
        self._resting = Resting(rules.at_once_each)
        self._results: SimpleQueue[tuple[DueDelivery, Outcome]] = SimpleQueue()
        self._unkept: list[tuple[DueDelivery, Outcome]] = []
        self._under_way = 0
        self._woken = threading.Event()
        self._stopping = False
        self._workers = ThreadPoolExecutor(rules.workers, thread_name_prefix="webhook")
        self._thread = threading.Thread(target=self._run, name="webhook-sender", daemon=True)

    def start(self) -> None:
        """Begins to send."""
        self._thread.start()

    def wake(self) -> None:
        """Has the sender look at the outbox now."""
        self._woken.set()

    def stop(self) -> None:
        """Begins nothing more, and waits until what is under way has ended and is kept.

        That takes no longer than the time for one attempt, and for the database to answer.
        """
        self._stopping = True
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()
        self._workers.shutdown()

    def _run(self) -> None:
        wait_s = 0.0
        while not self._stopping or self._under_way:
            self._woken.wait(wait_s)
            self._woken.clear()
            wait_s = self._safe_round()
        self._keep_last()

    def _safe_round(self) -> float:
        """One round; seconds until the next one. A sender that dies tells nobody anything."""
        try:
            busy = self._round()
        except StorageError as error:
            logger.warning("webhooks wait for the database: %s", error)
            return _AFTER_FAILURE_S
        except Exception:
            logger.exception("a round of the webhook sender failed")
            return _AFTER_FAILURE_S
        return 0.0 if busy else self._rules.poll_s

    def _round(self) -> bool:
        """Keeps what has ended and begins what is due; whether there is more to do at once."""
        self._gather()
        now = self._attempts.clock()
        if not self._unkept and not self._anything_to_do(now):
            return False
        with self._database.write() as tx:
            self._keep(tx, self._unkept, now)
            fanned_out = 0
            claimed: list[DueDelivery] = []
            if not self._stopping:
                fanned_out = outbox.fan_out(tx, at=now, limit=_EVENTS_A_ROUND)
                claimed = self._claim(tx, now)
        self._unkept.clear()
        for due in claimed:
            self._begin(due)
        return fanned_out == _EVENTS_A_ROUND

    def _gather(self) -> None:
        """Takes in the outcomes of attempts that have ended."""
        while True:
            try:
                due, outcome = self._results.get_nowait()
            except Empty:
                return
            self._under_way -= 1
            reached = outcome.status is not None and outcome.status < 500
            now = self._attempts.clock()
            self._resting.ended(due.endpoint.id, reached=reached, at=now)
            self._observe(outcome.became)
            self._unkept.append((due, outcome))

    def _anything_to_do(self, now: datetime) -> bool:
        if self._stopping:
            return False
        with self._database.read() as tx:
            return outbox.anything_new(tx) or bool(self._open_to(tx, now))

    def _open_to(self, tx: Connection, now: datetime) -> dict[str, int]:
        """Endpoints to which something is due, with how many deliveries may be begun to each."""
        free = {one: self._resting.free(one, now) for one in deliveries.endpoints_due(tx, at=now)}
        return {endpoint_id: count for endpoint_id, count in free.items() if count > 0}

    def _claim(self, tx: Connection, now: datetime) -> list[DueDelivery]:
        spare = self._rules.workers - self._under_way
        claimed: list[DueDelivery] = []
        for endpoint_id, count in self._open_to(tx, now).items():
            limit = min(count, spare - len(claimed))
            if limit <= 0:
                break
            lease_s = self._attempts.timeout_s + _SPARE_S
            claimed += deliveries.claim(tx, endpoint_id, at=now, limit=limit, lease_s=lease_s)
        return claimed

    def _begin(self, due: DueDelivery) -> None:
        self._under_way += 1
        self._resting.begun(due.endpoint.id)
        self._workers.submit(self._attempt, due)

    def _attempt(self, due: DueDelivery) -> None:
        try:
            outcome = self._attempts.make(due)
        except Exception as error:
            logger.exception("delivery %s failed in a way that was not foreseen", due.delivery.id)
            outcome = self._attempts.broken(due, error)
        self._results.put((due, outcome))
        self._woken.set()

    def _keep(
        self, tx: Connection, ended: Sequence[tuple[DueDelivery, Outcome]], now: datetime
    ) -> None:
        for due, outcome in ended:
            if outcome.became is Became.DELIVERED:
                deliveries.succeed(tx, due.delivery, at=now, status=outcome.status or 0)
                continue
            deliveries.fail(
                tx,
                due.delivery,
                status=outcome.status,
                error=outcome.error or "",
                next_attempt_at=outcome.next_attempt_at,
            )
            if outcome.became is Became.GONE:
                reason = outcome.error or ""
                endpoints.disable(tx, due.endpoint.id, reason=reason, at=now)
                deliveries.give_up_all(tx, due.endpoint.id, error=reason)

    def _keep_last(self) -> None:
        """What could not be kept is tried again by whoever starts next."""
        if not self._unkept:
            return
        try:
            with self._database.write() as tx:
                self._keep(tx, self._unkept, self._attempts.clock())
        except StorageError as error:
            logger.warning("outcomes of %d deliveries are lost: %s", len(self._unkept), error)
