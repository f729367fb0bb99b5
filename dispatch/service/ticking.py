"""The heartbeat of a city: holds expire, days come and go, plans are searched and published."""

import logging
import threading
from time import perf_counter, sleep

from dispatch.live.tasks import Collect
from dispatch.service.clock import Clock
from dispatch.service.day_plan import DayPlan
from dispatch.service.errors import ServiceError
from dispatch.service.following import news_of, tell_news
from dispatch.service.holding import expire
from dispatch.service.live_city import LiveCity
from dispatch.storage import day_events
from dispatch.storage.errors import StorageError
from solvers.engines.protocol import Limits

log = logging.getLogger(__name__)

_SWEEP_S = 1.0
_AT_ONCE = 50
_TOLD_AT_ONCE = 10


class Heart:
    """Beats for one city until it is stopped.

    Args:
        city: Which.
        clock: Tells the time.
    """

    def __init__(self, city: LiveCity, clock: Clock) -> None:
        self._city = city
        self._clock = clock
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heart of {city.id}", daemon=True)

    def start(self) -> None:
        """Begins to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Beats no more, once what is under way is done."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _beat(self) -> None:
        next_tick_at = self._clock.now()
        while not self._stopped.is_set():
            try:
                sweep(self._city)
                if self._clock.now() >= next_tick_at:
                    began = self._clock.now()
                    tick(self._city)
                    next_tick_at = began + self._city.tick_every
            except (ServiceError, StorageError) as error:
                log.warning("%s: %s", self._city.id, error)
            except Exception:
                log.exception("a tick of %s failed", self._city.id)
            if self._clock.wait(self._stopped, _SWEEP_S):
                return


def sweep(city: LiveCity) -> None:
    """Frees the places of holds whose time is over; opens and closes days."""
    city.roll()
    due = city.expired_holds(city.clock.now())
    for start in range(0, len(due), _AT_ONCE):
        with city.command() as command:
            for hold_id in due[start : start + _AT_ONCE]:
                expire(command, hold_id)


def tick(city: LiveCity) -> None:
    """Searches and publishes the plans in which anything has changed."""
    now = city.clock.now()
    today = city.today(now)
    for plan in city.days():
        if plan.date <= today:
            with city.alone():
                plan.tick(now)
        if plan.changed:
            _search_and_publish(city, plan, is_live=plan.date <= today)


def _search(city: LiveCity, plan: DayPlan, limits: Limits) -> None:
    """Searches; once more where a promise would be broken that was not before."""
    plan.dispatcher.search(limits)
    with city.alone():
        breaks_promises = plan.dispatcher.breaks_promises()
    if breaks_promises:
        plan.dispatcher.search(limits)


def _search_and_publish(city: LiveCity, plan: DayPlan, *, is_live: bool) -> None:
    began = perf_counter()
    # The first plan is published as it is: couriers wait for it, and another start goes on with it.
    if city.config.planning.search_s and plan.revision is not None:
        _search(city, plan, Limits(seconds=city.config.planning.search_s))
    with city.alone():
        plan.changed = False
        revision = plan.dispatcher.decide()
        plan.publish(revision)
        news = news_of(city, plan, revision) if is_live else []
    for start in range(0, len(news), _TOLD_AT_ONCE):
        begun_s = perf_counter()
        with city.command() as command:
            for one in news[start : start + _TOLD_AT_ONCE]:
                tell_news(command, one)
        # After a search hundreds of times may be new: who asks meanwhile gets its share.
        sleep(perf_counter() - begun_s)
    with city.command() as command:
        command.keep_routes(plan)
        day_events.put_positions(command.tx, plan.take_positions())
    if is_live:
        planned = revision.pickups()
        late = sum(1 for _, task in planned.values() if task.late_s)
        late += sum(1 for task in revision.left_out if isinstance(task, Collect))
        city.observer.tick(
            city.id,
            seconds=perf_counter() - began,
            open_pickups=len(planned),
            late=late,
            cost_milli_fen=plan.dispatcher.cost_milli_fen,
        )
