"""A city that this process writes for: its days, and commands on them one after another."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

from dispatch.service.clock import Clock
from dispatch.service.command import Command
from dispatch.service.config import CityConfig
from dispatch.service.day_plan import DayPlan
from dispatch.service.days import build_day
from dispatch.service.errors import Code, ServiceError
from dispatch.service.observer import Observer
from dispatch.service.told import Told
from dispatch.storage import cities, day_events, day_routes, holds, pickups, stop_sales
from dispatch.storage.database import Database
from dispatch.storage.errors import LeaseLostError, StorageUnavailableError
from dispatch.storage.fencing import Lease
from dispatch.storage.pickups import PickupFilter
from dispatch.storage.stop_sales import StopSale

log = logging.getLogger(__name__)

_KEPT_AFTER_LAST_SHIFT = timedelta(hours=2)
_RETRY_AFTER_S = 2


class LiveCity:
    """The plans of a city in memory, and the only way to change them.

    Commands come one after another. What one tells the dispatchers is written in its transaction;
    where that fails, the plans are built anew from the database, which is always right.

    Attributes:
        id: Of the city.
        config: As it was when the city was opened.
        zone: Its time zone.
        stops: Where and when nothing is sold now.

    Args:
        database: Where everything is kept.
        lease: The right to write for the city.
        config: Of the city.
        clock: Tells the time.
        observer: Is told what happens.

    Raises:
        DayError: The day of the configuration cannot be used.
        StorageError: The database cannot be read.
    """

    def __init__(
        self,
        database: Database,
        lease: Lease,
        config: CityConfig,
        clock: Clock,
        observer: Observer,
    ) -> None:
        self.id = lease.city
        self.config = config
        self.clock = clock
        self.observer = observer
        self.database = database
        self.stops: tuple[StopSale, ...] = ()
        self._lease = lease
        self._lock = threading.RLock()
        self._days: dict[date, DayPlan] = {}
        self._told: dict[str, Told] = {}
        self._hold_expiries: dict[str, datetime] = {}
        self._is_down = False
        self._is_stale = True
        self.zone: ZoneInfo = build_day(config, None, clock.now().date()).settings.timezone
        with self._lock:
            self._rebuild()

    # State.

    @property
    def lease(self) -> Lease:
        """The right to write, as it was given."""
        return self._lease

    @property
    def is_ready(self) -> bool:
        """Whether it can be asked and told."""
        return not (self._is_down or self._is_stale)

    def close(self) -> None:
        """Takes no more commands, once the one under way is done."""
        with self._lock:
            self._is_down = True

    @property
    def tick_every(self) -> timedelta:
        """How often the plan is searched and published."""
        return timedelta(seconds=self.config.planning.tick_s)

    def today(self, now: datetime) -> date:
        """The local date."""
        return now.astimezone(self.zone).date()

    def dates(self, now: datetime) -> list[date]:
        """Today and the days ahead that can be booked."""
        first = self.today(now)
        return [first + timedelta(days=ahead) for ahead in range(self.config.slots.days_ahead + 1)]

    def day(self, day: date) -> DayPlan:
        """The plan of a day.

        Raises:
            ServiceError: There is none, or the city is not ready.
        """
        self.refuse_unless_ready()
        plan = self._days.get(day)
        if plan is None:
            raise ServiceError(
                Code.WRONG_STATE,
                f"{day.isoformat()} is not among the days that are planned",
                f"choose one of {', '.join(one.isoformat() for one in sorted(self._days))}",
            )
        return plan

    def days(self) -> list[DayPlan]:
        """The plans there are, by date."""
        return [plan for _, plan in sorted(self._days.items())]

    def told(self, pickup_id: str) -> Told | None:
        """What was last said of a pickup's courier and time."""
        return self._told.get(pickup_id)

    def refuse_unless_ready(self) -> None:
        """Raises :class:`ServiceError` unless the city can be asked."""
        if not self.is_ready:
            raise ServiceError(
                Code.CITY_NOT_READY,
                f"{self.id} is being opened, or another process serves it",
                "try again in some seconds",
                retry_after_s=_RETRY_AFTER_S,
            )

    # Commands.

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps commands out, for what changes the plans but is not written by itself.

        Raises:
            ServiceError: The city is not ready.
        """
        with self._lock:
            self.refuse_unless_ready()
            yield

    @contextmanager
    def command(self) -> Iterator[Command]:
        """One change, done whole and lastingly when the block ends, or not at all.

        Raises:
            ServiceError: The city is not ready.
            StorageUnavailableError: The database does not answer; nothing has changed here.
        """
        with self._lock:
            if self._is_stale and not self._is_down:
                self._rebuild()
            self.refuse_unless_ready()
            command: Command | None = None
            try:
                with self.database.write(self._lease) as tx:
                    command = Command(self, tx, self._moment())
                    yield command
                    command.write_log()
            except BaseException as error:
                self._step_back(command, error)
                raise
            command.has_ended_well()
            self._told.update(command.said)
            self._hold_expiries.update(command.holds_taken)
            for hold_id in command.holds_gone:
                self._hold_expiries.pop(hold_id, None)
            if command.stops_changed:
                self._read_stops()

    def _moment(self) -> datetime:
        """Now, as exactly as the database keeps it."""
        now = self.clock.now()
        return now.replace(microsecond=now.microsecond // 1_000 * 1_000)

    def _step_back(self, command: Command | None, error: BaseException) -> None:
        """After a failed command: what the plans were told is not in the database."""
        if isinstance(error, LeaseLostError):
            log.warning("another process writes for %s now", self.id)
            self._is_down = True
        elif command is not None and command.has_told:
            self._is_stale = True
            if isinstance(error, StorageUnavailableError):
                return
            self._rebuild()

    def expired_holds(self, now: datetime) -> list[str]:
        """Holds whose time is over, the longest over first."""
        due = [(at, hold_id) for hold_id, at in list(self._hold_expiries.items()) if at <= now]
        return [hold_id for _, hold_id in sorted(due)]

    # Days.

    def roll(self) -> None:
        """Opens the days that have come within reach, and closes those that are over."""
        now = self.clock.now()
        wanted = self.dates(now)
        with self._lock:
            if not self.is_ready:
                return
            for day in wanted:
                if day not in self._days:
                    self._days[day] = self._open_day(day)
            for day, plan in list(self._days.items()):
                if day not in wanted and plan.ends_at + _KEPT_AFTER_LAST_SHIFT < now:
                    del self._days[day]
                    self._told = {key: one for key, one in self._told.items() if one.date != day}

    def _rebuild(self) -> None:
        """Builds everything from the database.

        Raises:
            StorageUnavailableError: The database does not answer.
        """
        began = perf_counter()
        self._is_stale = True
        now = self.clock.now()
        yesterday = self.today(now) - timedelta(days=1)
        days = {day: self._open_day(day) for day in [yesterday, *self.dates(now)]}
        if days[yesterday].ends_at + _KEPT_AFTER_LAST_SHIFT < now:
            del days[yesterday]
        with self.database.read() as tx:
            rows = [
                row for day in days for row in pickups.find(tx, PickupFilter(city=self.id, day=day))
            ]
            kept = holds.of_city(tx, self.id)
        self._days = days
        self._told = {row.id: Told.of(row) for row in rows}
        self._hold_expiries = {hold.id: hold.expires_at for hold in kept}
        self._read_stops()
        self._is_stale = False
        seconds = perf_counter() - began
        self.observer.rebuilt(self.id, seconds=seconds)
        log.info("opened %s: %d pickups, %d holds, %.1f s", self.id, len(rows), len(kept), seconds)

    def _open_day(self, day: date) -> DayPlan:
        with self.database.read() as tx:
            override = cities.get_day(tx, self.id, day)
            events = day_events.of_day(tx, self.id, day)
            positions = day_events.positions_of(tx, self.id, day)
            routes = day_routes.of_day(tx, self.id, day)
        plan = DayPlan(self.id, build_day(self.config, override, day), self.config.rules.rules())
        plan.restore(events, positions, routes)
        if day <= self.today(self.clock.now()):
            plan.tick(self.clock.now())
        return plan

    def _read_stops(self) -> None:
        with self.database.read() as tx:
            self.stops = tuple(stop_sales.in_force(tx, self.id, at=self.clock.now()))
