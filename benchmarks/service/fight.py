"""Many clients after few places: is any of them given to two?"""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import click

from benchmarks.measuring import heading
from benchmarks.service.city import CITY, Errand, at, draw_town, settle
from benchmarks.service.databases import database_at
from benchmarks.service.judging import faults_of_plans, open_pickups
from benchmarks.service.server import Server
from dispatch.client import ApiError, DispatchClient
from dispatch.storage import holds
from dispatch.storage.database import open_database

_HOLD_S = 10
_MISSED = frozenset({"slot_taken", "slot_used", "hold_expired", "slot_expired"})


@dataclass(slots=True)
class Tally:
    """What the clients came to, together."""

    counts: Counter[str] = field(default_factory=Counter)
    accepted: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, pickup_id: str | None = None) -> None:
        """Counts something, and keeps the pickup that was accepted."""
        with self._lock:
            self.counts[what] += 1
            if pickup_id is not None:
                self.accepted.add(pickup_id)


@click.command("fight")
@click.option("--clients", default=64, show_default=True)
@click.option("--seconds", default=120.0, show_default=True)
@click.option("--fleet-for", default=80, show_default=True, help="Pickups the fleet is sized for.")
@click.option("--seed", default=1, show_default=True)
@click.option("--database", default="sqlite", show_default=True,
              type=click.Choice(["sqlite", "postgresql"]))  # fmt: skip
def fight_command(clients: int, seconds: float, fleet_for: int, seed: int, database: str) -> None:
    """Clients fight for scarce places: hold, book, release, let holds expire."""
    click.echo(heading())
    town = draw_town(fleet_for, seed=seed, days_ahead=0, search_s=0.2, hold_s=_HOLD_S)
    with TemporaryDirectory() as folder, database_at(database, Path(folder)) as url:
        token = settle(url, town)
        server = Server(url, start_at=at(time(6, 30)))
        server.start()
        try:
            with server.client(token) as client:
                tally = _fight(client, town.errands, clients, seconds, seed)
                sleep(2 * _HOLD_S)
                faults = faults_of_plans(client)
                kept = {one.id for one in open_pickups(client)}
            left = _holds_left(url)
        finally:
            server.stop()
    _report(clients, database, tally, kept, faults, left)


def _fight(
    client: DispatchClient, errands: Sequence[Errand], clients: int, seconds: float, seed: int
) -> Tally:
    tally = Tally()
    until_s = monotonic() + seconds

    def work(number: int) -> None:
        chance = Random(seed * 1_000 + number)
        while monotonic() < until_s:
            try:
                _round(client, chance.choice(errands), chance, tally)
            except ApiError as error:
                missed = error.code in _MISSED
                tally.add(error.code if missed else f"unexpected {error.status} {error.code}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def _round(client: DispatchClient, errand: Errand, chance: Random, tally: Tally) -> None:
    """One shopper: looks, holds, and makes up its mind."""
    found = client.slots(city=CITY, place=errand.place, items=errand.items)
    tally.add("asked")
    if not found.slots:
        tally.add("nothing offered")
        return
    slot = chance.choice(found.slots)
    if chance.random() < 0.2:
        tally.add("booked at once", client.book(slot_id=slot.id).id)
        return
    hold = client.hold(slot.id)
    tally.add("held")
    mind = chance.random()
    if mind < 0.5:
        tally.add("booked from a hold", client.book(hold_id=hold.id).id)
    elif mind < 0.8:
        client.release(hold.id)
        tally.add("released")
    else:
        tally.add("left to expire")


def _holds_left(url: str) -> int:
    database = open_database(url)
    try:
        with database.read() as tx:
            return len(holds.of_city(tx, CITY))
    finally:
        database.close()


def _report(
    clients: int, database: str, tally: Tally, kept: set[str], faults: list[str], left: int
) -> None:
    click.echo()
    click.echo(f"{clients} clients on {database}:")
    click.echo()
    click.echo("| what | times |")
    click.echo("|---|---|")
    for what, times in sorted(tally.counts.items()):
        click.echo(f"| {what} | {times} |")
    click.echo(f"| accepted and lost | {len(tally.accepted - kept)} |")
    click.echo(f"| kept and never accepted | {len(kept - tally.accepted)} |")
    click.echo(f"| faults of the plan | {len(faults)} |")
    click.echo(f"| holds left | {left} |")
    for fault in faults[:20]:
        click.echo(f"- {fault}")
    unexpected = sum(n for what, n in tally.counts.items() if what.startswith("unexpected"))
    if faults or left or unexpected or kept != tally.accepted:
        raise SystemExit(1)
