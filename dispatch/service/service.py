"""All cities that this process writes for, and taking over those that nobody does."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from pydantic import ValidationError

from dispatch.files import DayError
from dispatch.service.clock import Clock
from dispatch.service.config import CityConfig
from dispatch.service.errors import Code, ServiceError, not_found
from dispatch.service.live_city import LiveCity
from dispatch.service.observer import Observer
from dispatch.service.slot_ids import SlotSigner
from dispatch.service.ticking import Heart
from dispatch.storage import cities, leases, secrets
from dispatch.storage.cities import CityRecord
from dispatch.storage.database import Database
from dispatch.storage.errors import StorageError, StorageUnavailableError
from dispatch.storage.fencing import Lease
from dispatch.storage.ids import new_id

log = logging.getLogger(__name__)

LEASE_S = 8.0
_ROUND_S = 2.0
_OPENERS = 2


@dataclass(frozen=True, slots=True)
class _Served:
    """A city that is open here, and what keeps it going."""

    city: LiveCity
    heart: Heart
    record: CityRecord


class Service:
    """Serves cities from a database, beside other processes that serve others of it.

    A thread of it takes leases that nobody holds, keeps those it has, and opens and closes cities
    accordingly.

    Args:
        database: At the version of the tables that this program works with.
        clock: Tells the time.
        observer: Is told what happens.
        instance: Name of the process's place, such as ``host:port``. A process that starts there
            takes over at once from one that was there before, so no two may have the same.

    Attributes:
        signer: Makes and reads slot ids.
    """

    def __init__(
        self, database: Database, clock: Clock, observer: Observer, *, instance: str
    ) -> None:
        self.database = database
        self.clock = clock
        self.observer = observer
        self._instance = instance
        self._holder = f"{instance}#{new_id('run')}"
        self._leases: dict[str, Lease] = {}
        self._served: dict[str, _Served] = {}
        self._known: dict[str, CityRecord] = {}
        self._faulty: dict[str, CityRecord] = {}
        self._stopped = threading.Event()
        self._woken = threading.Event()
        self._is_stopping = False
        self._keeper = threading.Thread(target=self._keep, name="keeper of leases", daemon=True)
        self._changed = threading.Condition()
        self._openers = ThreadPoolExecutor(_OPENERS, thread_name_prefix="opener")
        with database.write() as tx:
            self.signer = SlotSigner(secrets.ensure(tx, "slot ids", at=clock.now()))

    # Life.

    def start(self) -> None:
        """Begins to take and keep leases."""
        self._keeper.start()

    def stop(self) -> None:
        """Finishes what is under way, and gives up the leases, so that nobody has to wait."""
        self._is_stopping = True
        self._stopped.set()
        self._woken.set()
        if self._keeper.is_alive():
            self._keeper.join()
        self._openers.shutdown()
        for served in self._served.values():
            served.city.close()
            served.heart.stop()
        for lease in self._leases.values():
            try:
                leases.release(self.database, lease)
            except StorageError as error:
                log.warning("the lease of %s runs out by itself: %s", lease.city, error)
        self._served.clear()

    def look_for_cities(self) -> None:
        """Takes in at once which cities there are and how they are configured."""
        with self.database.read() as tx:
            self._known = {record.id: record for record in cities.list_all(tx)}
        self._woken.set()

    @property
    def is_stopping(self) -> bool:
        """Whether it has been told to end."""
        return self._is_stopping

    def announce_stop(self) -> None:
        """Tells those who follow a city, and those who ask for readiness, that it will end soon."""
        self._is_stopping = True

    # Cities.

    def city(self, city_id: str) -> LiveCity:
        """A city that is open here.

        Raises:
            ServiceError: There is no such city, or it is not open here.
        """
        served = self._served.get(city_id)
        if served is not None and served.city.is_ready:
            return served.city
        if city_id not in self._known and self._read(city_id) is None:
            raise not_found("city", city_id)
        raise ServiceError(
            Code.CITY_NOT_READY,
            f"{city_id} is being opened, or another process serves it",
            "try again in some seconds",
            retry_after_s=round(_ROUND_S),
        )

    def record(self, city_id: str) -> CityRecord:
        """A city as it is kept, open here or not.

        Raises:
            ServiceError: There is no such city.
        """
        record = self._read(city_id)
        if record is None:
            raise not_found("city", city_id)
        return record

    def states(self) -> dict[str, bool]:
        """Every city, by id, and whether it is open here."""
        return {
            city_id: city_id in self._served and self._served[city_id].city.is_ready
            for city_id in sorted(self._known)
        }

    @property
    def is_ready(self) -> bool:
        """Whether every city is open here."""
        states = self.states()
        return not self._is_stopping and bool(states) and all(states.values())

    def wait_until_ready(self, timeout_s: float) -> bool:
        """Waits until every city is open here; whether they are by then."""
        return self.wait_until(lambda: self.is_ready, timeout_s)

    def wait_until(self, is_so: Callable[[], bool], timeout_s: float) -> bool:
        """Waits until something is so, looking whenever a city was opened; whether it is."""
        with self._changed:
            return self._changed.wait_for(is_so, timeout_s)

    def _read(self, city_id: str) -> CityRecord | None:
        with self.database.read() as tx:
            return cities.get(tx, city_id)

    # Leases.

    def _keep(self) -> None:
        while not self._stopped.is_set():
            try:
                self._round()
            except StorageUnavailableError as error:
                log.warning("leases cannot be kept: %s", error)
            except Exception:
                log.exception("leases cannot be kept")
            self._woken.wait(_ROUND_S)
            self._woken.clear()

    def _round(self) -> None:
        with self.database.read() as tx:
            self._known = {record.id: record for record in cities.list_all(tx)}
        for city_id, lease in list(self._leases.items()):
            if not leases.renew(self.database, lease, ttl_s=LEASE_S):
                self._give_up(city_id)
        if self._must_wait():
            return
        for city_id, record in self._known.items():
            served = self._served.get(city_id)
            if served is not None and served.record != record:
                self._give_up(city_id)
            if city_id not in self._leases and self._faulty.get(city_id) != record:
                self._take(record)

    def _must_wait(self) -> bool:
        """Whether another process serves; then this one has nothing, so that it can take over all.

        Where two began at once and each has some, one of them gives its own up.
        """
        others = leases.other_holders(self.database, known_dead=f"{self._instance}#")
        if not others or (self._leases and self._holder < min(others)):
            return False
        for city_id, lease in list(self._leases.items()):
            self._give_up(city_id)
            leases.release(self.database, lease)
        return True

    def _take(self, record: CityRecord) -> None:
        lease = leases.acquire(
            self.database, record.id, self._holder, ttl_s=LEASE_S, known_dead=f"{self._instance}#"
        )
        if lease is not None:
            self._leases[record.id] = lease
            self._openers.submit(self._open, record, lease)

    def _open(self, record: CityRecord, lease: Lease) -> None:
        try:
            config = CityConfig.model_validate(record.config)
            city = LiveCity(self.database, lease, config, self.clock, self.observer)
        except (ValidationError, DayError, ValueError) as error:
            log.error("%s cannot be opened until its configuration is mended: %s", record.id, error)
            self._faulty[record.id] = record
            self._leases.pop(record.id, None)
            return
        except Exception:
            log.exception("%s cannot be opened", record.id)
            self._leases.pop(record.id, None)
            return
        heart = Heart(city, self.clock)
        self._served[record.id] = _Served(city, heart, record)
        heart.start()
        with self._changed:
            self._changed.notify_all()

    def _give_up(self, city_id: str) -> None:
        self._leases.pop(city_id, None)
        served = self._served.pop(city_id, None)
        if served is not None:
            served.city.close()
            self._openers.submit(served.heart.stop)
