"""Putting service and door together, and running them in this process."""

import gc
import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from types import FrameType

import uvicorn

from dispatch.api.app import ApiOptions, create_app
from dispatch.api.logs import log_as_json
from dispatch.api.metrics import Metrics
from dispatch.api.routes.solves import Solving
from dispatch.jobs import JobLimits, JobRunner
from dispatch.service.clock import Clock, WallClock
from dispatch.service.demo import DEMO_CITY, demo_config
from dispatch.service.housekeeping import Housekeeper
from dispatch.service.service import Service
from dispatch.settings import Settings
from dispatch.storage import cities, keys
from dispatch.storage.database import Database, open_database
from dispatch.storage.keys import Scope
from dispatch.storage.migrating import require_latest, revision_of, upgrade
from dispatch.webhooks.addresses import AddressRules
from dispatch.webhooks.attempts import Attempts
from dispatch.webhooks.retrying import RetryRules
from dispatch.webhooks.sender import Sender, SenderRules

_DEMO_CLIENT = "demo"
_GRACE_S = 10
_WEBHOOK_TIMEOUT_S = 15.0
_SWITCH_S = 0.0005
"""A request changes threads some ten times and is not to wait 5 ms, which is Python's default, each
time that a tick works on a plan."""


def open_for_serving(settings: Settings) -> Database:
    """The database of the settings; an empty one is given its tables.

    Raises:
        StorageError: It cannot be opened, or its tables are of another version.
    """
    database = open_database(settings.database_url.get_secret_value())
    with database.read() as tx:
        is_empty = revision_of(tx) is None
    if is_empty:
        upgrade(database)
    require_latest(database)
    return database


def clock_of(settings: Settings) -> WallClock:
    """The clock of the settings."""
    return WallClock(settings.clock_start, settings.clock_speed)


def prepare_demo(database: Database, settings: Settings) -> str | None:
    """Makes a demo city and a key for everything where there is no city; the key's token."""
    now = clock_of(settings).now()
    with database.write() as tx:
        if cities.list_all(tx):
            return None
        cities.put(tx, DEMO_CITY, demo_config(now.date()).model_dump(mode="json"), at=now)
        issued = keys.issue(
            tx, name="demo", client_id=_DEMO_CLIENT, scopes=frozenset(Scope), at=now
        )
    return issued.token


def serve(
    database: Database,
    settings: Settings,
    listening: socket.socket,
    *,
    instance: str,
    clock: Clock | None = None,
) -> None:
    """Serves until the process is told to end; what is under way is finished first.

    Args:
        database: At the version of the tables that this program works with.
        settings: Of the service.
        listening: A socket that listens.
        instance: Name of the process's place; no other process may have it at the same time.
        clock: Tells the time; that of the settings if left out.
    """
    log_as_json(settings.log_level)
    sys.setswitchinterval(_SWITCH_S)
    metrics = Metrics()
    clock = clock or clock_of(settings)
    service = Service(database, clock, metrics, instance=instance)

    addresses = AddressRules(settings.webhook_allowed_networks)
    sender = _sender(database, addresses, metrics)
    runner = JobRunner(
        database,
        workers=settings.solve_workers,
        keep=timedelta(hours=settings.solve_keep_hours),
    )
    housekeeper = Housekeeper(database, clock, keep=timedelta(days=settings.keep_days))

    @contextmanager
    def beside() -> Iterator[None]:
        sender.start()
        runner.start()
        housekeeper.start()
        try:
            yield
        finally:
            housekeeper.stop()
            runner.stop()
            sender.stop()

    solving = Solving(
        limits=JobLimits(
            seconds=settings.solve_seconds_max,
            requests=settings.solve_requests_max,
            unfinished=settings.solve_queue_max,
        ),
        keep=timedelta(hours=settings.solve_keep_hours),
        wake=runner.wake,
    )
    app = create_app(service, metrics, _options(settings), addresses, solving, beside)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    # All that was imported stays: going through it for garbage would stop everybody for long.
    gc.freeze()
    try:
        _Server(config, service).run(sockets=[listening])
    finally:
        database.close()


class _Server(uvicorn.Server):
    """Tells the service at once that it is to end, so that those who follow it let go."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._service.announce_stop()
        super().handle_exit(sig, frame)


def _sender(database: Database, addresses: AddressRules, metrics: Metrics) -> Sender:
    """What sends webhooks; in real time, whatever the service's clock shows."""
    attempts = Attempts(
        addresses=addresses,
        retries=RetryRules(),
        timeout_s=_WEBHOOK_TIMEOUT_S,
        tls=ssl.create_default_context(),
        clock=lambda: datetime.now(UTC),
        chance=Random(),
    )
    return Sender(database, attempts, SenderRules(), metrics.delivery)


def _options(settings: Settings) -> ApiOptions:
    return ApiOptions(
        per_s=settings.requests_per_s,
        burst=settings.requests_burst,
        most_bytes=settings.body_bytes_max,
        origins=settings.cors_origins,
        threads=settings.request_threads,
    )
