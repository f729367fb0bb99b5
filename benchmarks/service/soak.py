"""A day at many times its speed: does memory stay level, and latency?"""

import threading
from collections import Counter
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click
import httpx

from benchmarks.measuring import heading
from benchmarks.service.city import CITY, Town, at, draw_town, settle
from benchmarks.service.databases import database_at
from benchmarks.service.diary import Diary
from benchmarks.service.riders import riders
from benchmarks.service.server import Server
from dispatch.client import ApiError, DispatchClient

_SHOPPERS = 4
_CHANGED_MINDS = 0.1
_SEARCH_S = 0.05
_MEMORY_EVERY = timedelta(minutes=10)


@click.command("soak")
@click.option("--hours", default=24.0, show_default=True, help="Of the served clock.")
@click.option("--speed", default=100.0, show_default=True)
@click.option("--requests", default=300, show_default=True, help="Shoppers of the day.")
@click.option("--seed", default=1, show_default=True)
@click.option("--database", default="sqlite", show_default=True,
              type=click.Choice(["sqlite", "postgresql"]))  # fmt: skip
def soak_command(hours: float, speed: float, requests: int, seed: int, database: str) -> None:
    """Play a day of shoppers and couriers over HTTP, faster than the clock."""
    click.echo(heading())
    town = draw_town(requests, seed=seed, search_s=_SEARCH_S)
    with TemporaryDirectory() as folder, database_at(database, Path(folder)) as url:
        token = settle(url, town)
        server = Server(url, start_at=at(time(6, 30)), speed=speed)
        server.start()
        diary = Diary(lambda: server.now)
        try:
            with server.client(token) as client:
                _play(client, server, diary, town, timedelta(hours=hours), Random(seed))
                statuses = Counter(one.status.value for one in client.pickups(city=CITY))
            promises = _promises(server, token)
        finally:
            server.stop()
    _report(diary, statuses, promises)


def _play(
    client: DispatchClient,
    server: Server,
    diary: Diary,
    town: Town,
    span: timedelta,
    chance: Random,
) -> None:
    """Shoppers and couriers at work until the time is over."""
    over = threading.Event()
    ends_at = server.now + span
    threads = [
        threading.Thread(target=rider.ride, args=_shift(row))
        for rider, row in zip(
            riders(client, server, diary, [row["id"] for row in _couriers(town)], over),
            _couriers(town),
            strict=True,
        )
    ]
    parts = [Random(chance.random()) for _ in range(_SHOPPERS)]
    threads += [
        threading.Thread(target=_shop, args=(client, server, diary, town, number, part, over))
        for number, part in enumerate(parts)
    ]
    for thread in threads:
        thread.start()
    while server.now < ends_at:
        diary.note_memory(server.memory_mb())
        over.wait(server.seconds_until(min(ends_at, server.now + _MEMORY_EVERY)))
    over.set()
    for thread in threads:
        thread.join()


def _shop(
    client: DispatchClient,
    server: Server,
    diary: Diary,
    town: Town,
    number: int,
    chance: Random,
    over: threading.Event,
) -> None:
    """Every so many-th shopper of the day asks at its time and takes the soonest window."""
    for errand in town.errands[number::_SHOPPERS]:
        if over.wait(max(0.0, server.seconds_until(errand.asked_at))):
            return
        try:
            with diary.request():
                found = client.slots(city=CITY, place=errand.place, items=errand.items)
            if not found.slots:
                continue
            with diary.request():
                pickup = client.book(slot_id=found.slots[0].id)
            if chance.random() < _CHANGED_MINDS:
                with diary.request():
                    client.cancel(pickup.id)
        except ApiError:
            continue  # counted in the diary


def _couriers(town: Town) -> list[dict[str, str]]:
    couriers: list[dict[str, str]] = town.config.day["couriers"]
    return couriers


def _shift(row: dict[str, str]) -> tuple[datetime, datetime]:
    starts_at = at(time.fromisoformat(row["shift_start"]))
    return starts_at, at(time.fromisoformat(row["shift_end"]))


def _promises(server: Server, token: str) -> dict[str, int]:
    """Doors reached within the promise, and after it."""
    text = httpx.get(
        f"{server.base_url}/metrics", headers={"authorization": f"Bearer {token}"}, timeout=30
    ).text
    lines = [line for line in text.splitlines() if line.startswith("dispatch_promises_total{")]
    return {
        outcome: round(sum(float(line.rpartition(" ")[2]) for line in lines if outcome in line))
        for outcome in ("kept", "broken")
    }


def _report(diary: Diary, statuses: Counter[str], promises: dict[str, int]) -> None:
    click.echo()
    diary.show()
    click.echo()
    click.echo(
        f"Promises kept {promises['kept']}, broken {promises['broken']}. Pickups at the end:"
    )
    click.echo(", ".join(f"{count} {status}" for status, count in sorted(statuses.items())) + ".")
    refused = ", ".join(f"{times} x {what}" for what, times in sorted(diary.refusals.items()))
    click.echo(f"Refused: {refused or 'nothing'}.")
