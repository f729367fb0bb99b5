"""Putting service and door together, and running them in this process."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from dispatch.api.app import ApiOptions, create_app
from dispatch.api.logs import log_as_json
from dispatch.api.metrics import Metrics
from dispatch.service.clock import WallClock
from dispatch.service.demo import DEMO_CITY, demo_config
from dispatch.service.service import Service
from dispatch.settings import Settings
from dispatch.storage import cities, keys
from dispatch.storage.database import Database, open_database
from dispatch.storage.keys import Scope
from dispatch.storage.migrating import require_latest, revision_of, upgrade

log = logging.getLogger(__name__)

_DEMO_CLIENT = "demo"
_GRACE_S = 10


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
    database: Database, settings: Settings, listening: socket.socket, *, instance: str
) -> None:
    """Serves until the process is told to end; what is under way is finished first.

    Args:
        database: At the version of the tables that this program works with.
        settings: Of the service.
        listening: A socket that listens.
        instance: Name of the process's place; no other process may have it at the same time.
    """
    log_as_json(settings.log_level)
    metrics = Metrics()
    service = Service(database, clock_of(settings), metrics, instance=instance)

    @contextmanager
    def beside() -> Iterator[None]:
        yield

    app = create_app(service, metrics, _options(settings), beside)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        database.close()


def _options(settings: Settings) -> ApiOptions:
    return ApiOptions(
        per_s=settings.requests_per_s,
        burst=settings.requests_burst,
        most_bytes=settings.body_bytes_max,
        origins=settings.cors_origins,
        threads=settings.request_threads,
    )
