"""``kill -9`` under load: is anything lost that was acknowledged, or done twice?"""

import threading
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import sleep

import click
import numpy as np

from benchmarks.measuring import heading
from benchmarks.service.city import CITY, Errand, at, draw_town, settle
from benchmarks.service.databases import database_at
from benchmarks.service.filling import fill
from benchmarks.service.hooks import ALLOWED, Hooks, receiving
from benchmarks.service.judging import faults_of_plans
from benchmarks.service.server import Server
from dispatch.client import ApiError, DispatchClient, NoAnswerError, Pickup, PickupStatus

_CLIENTS = 6
_LONGEST_LOAD_S = 3.0
_CANCELLED_SHARE = 0.1
_DELIVERED_WITHIN_S = 180.0
_IN_DOUBT = 500


@dataclass(frozen=True, slots=True)
class Order:
    """A booking as it was asked for, to be asked for again where the answer was lost."""

    slot_id: str
    ref: str
    key: str


@dataclass(slots=True)
class Books:
    """What the clients know.

    Attributes:
        booked: Acknowledged pickups, by the reference they were booked under.
        cancelled: Acknowledged cancellations.
        doubtful: Bookings without an answer.
        doubtful_ends: Cancellations without an answer.
        refused: References of bookings that were refused.
    """

    booked: dict[str, str] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    doubtful: list[Order] = field(default_factory=list)
    doubtful_ends: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)


@click.command("kill")
@click.option("--kills", default=50, show_default=True)
@click.option("--pickups", default=5_000, show_default=True, help="Open before the first kill.")
@click.option("--seed", default=1, show_default=True)
@click.option("--database", default="sqlite", show_default=True,
              type=click.Choice(["sqlite", "postgresql"]))  # fmt: skip
def kill_command(kills: int, pickups: int, seed: int, database: str) -> None:
    """Kill the server at random moments under load, and compare it with what it acknowledged."""
    click.echo(heading())
    town = draw_town(max(60, pickups * 2 // 3), seed=seed)
    chance = Random(seed)
    books = Books()
    ready_s: list[float] = []
    with (
        TemporaryDirectory() as folder,
        database_at(database, Path(folder)) as url,
        receiving() as hooks,
    ):
        token = settle(url, town)
        server = Server(url, start_at=at(time(6, 30)), settings=ALLOWED)
        server.start()
        try:
            with server.client(token) as client, server.client(token, tries=1) as hasty:
                hooks.secret = client.webhooks.add(hooks.url).secret or ""
                before = fill(client, town.errands, pickups, seed)
                books.booked |= {pickup_id: pickup_id for pickup_id in before}
                wrong: list[str] = []
                for number in range(kills):
                    _load_and_kill(server, hasty, town.errands, books, chance)
                    ready_s.append(server.start())
                    _ask_again(client, books)
                    wrong = _differences(client, books)
                    _tell(number, ready_s[-1], books, wrong)
                    if wrong:
                        break
                wrong += faults_of_plans(client)
                wrong += _untold(hooks, books)
        finally:
            server.stop()
    _report(database, len(before), books, ready_s, hooks, wrong)


def _tell(number: int, ready_s: float, books: Books, wrong: list[str]) -> None:
    click.echo(
        f"kill {number + 1}: ready after {ready_s:.1f} s, {len(books.booked)} booked, "
        f"{len(books.cancelled)} cancelled, {len(wrong)} wrong",
        err=True,
    )


def _load_and_kill(
    server: Server, client: DispatchClient, errands: Sequence[Errand], books: Books, chance: Random
) -> None:
    """Clients book and cancel; after a random while the server is killed."""
    over = threading.Event()
    threads = [
        threading.Thread(target=_shop, args=(client, errands, books, Random(chance.random()), over))
        for _ in range(_CLIENTS)
    ]
    for thread in threads:
        thread.start()
    sleep(chance.uniform(0.1, _LONGEST_LOAD_S))
    server.kill()
    over.set()
    for thread in threads:
        thread.join()


def _shop(
    client: DispatchClient,
    errands: Sequence[Errand],
    books: Books,
    chance: Random,
    over: threading.Event,
) -> None:
    """Books until the server is gone. What is in doubt is written down before it is asked for."""
    while not over.is_set():
        errand = chance.choice(errands)
        try:
            found = client.slots(city=CITY, place=errand.place, items=errand.items)
        except (ApiError, NoAnswerError):
            continue
        if not found.slots:
            continue
        order = Order(chance.choice(found.slots).id, f"c-{uuid.uuid4().hex}", uuid.uuid4().hex)
        try:
            pickup = _book(client, order)
        except NoAnswerError:
            books.doubtful.append(order)
            continue
        except ApiError as error:
            if error.status >= _IN_DOUBT:
                books.doubtful.append(order)
            else:
                books.refused.add(order.ref)
            continue
        books.booked[order.ref] = pickup.id
        if chance.random() < _CANCELLED_SHARE:
            _cancel(client, pickup.id, books)


def _book(client: DispatchClient, order: Order) -> Pickup:
    return client.book(slot_id=order.slot_id, customer_ref=order.ref, idempotency_key=order.key)


def _cancel(client: DispatchClient, pickup_id: str, books: Books) -> None:
    try:
        client.cancel(pickup_id)
        books.cancelled.add(pickup_id)
    except (NoAnswerError, ApiError):
        books.doubtful_ends.add(pickup_id)


def _ask_again(client: DispatchClient, books: Books) -> None:
    """Asks again for what is in doubt, under the same keys."""
    while books.doubtful:
        order = books.doubtful.pop()
        try:
            books.booked[order.ref] = _book(client, order).id
        except ApiError:
            books.refused.add(order.ref)
    for pickup_id in list(books.doubtful_ends):
        client.cancel(pickup_id)
        books.cancelled.add(pickup_id)
        books.doubtful_ends.remove(pickup_id)


def _differences(client: DispatchClient, books: Books) -> list[str]:
    """Where the server and its clients do not know the same."""
    kept = list(client.pickups(city=CITY))
    by_id = {one.id: one for one in kept}
    refs = Counter(one.customer_ref for one in kept if one.customer_ref)
    wrong = [f"lost: {one}" for one in books.booked.values() if one not in by_id]
    wrong += [f"doubled: {ref}" for ref, times in refs.items() if times > 1]
    wrong += [f"refused and booked: {ref}" for ref in books.refused if ref in refs]
    acknowledged = set(books.booked.values())
    wrong += [f"booked by nobody: {one}" for one in by_id.keys() - acknowledged]
    for pickup_id in acknowledged & by_id.keys():
        is_cancelled = by_id[pickup_id].status is PickupStatus.CANCELLED
        if is_cancelled != (pickup_id in books.cancelled):
            wrong.append(f"{pickup_id} is {by_id[pickup_id].status}")
    return wrong


def _untold(hooks: Hooks, books: Books) -> list[str]:
    """Events that were never delivered, and deliveries that were not the server's."""
    booked = set(books.booked.values())
    missing = hooks.wait_for("pickup.booked", booked, _DELIVERED_WITHIN_S)
    untold = [f"never told of: {one}" for one in missing]
    missing = hooks.wait_for("pickup.cancelled", books.cancelled, _DELIVERED_WITHIN_S)
    return untold + [f"end never told of: {one}" for one in missing] + hooks.forged


def _report(
    database: str, before: int, books: Books, ready_s: list[float], hooks: Hooks, wrong: list[str]
) -> None:
    p50, p90 = np.percentile(ready_s, [50, 90])
    click.echo()
    click.echo(
        "| database | open before | kills | booked under load | refused | cancelled | wrong "
        "| events told | of them more than once | ready again after s: p50 | p90 | most |"
    )
    click.echo("|---|---|---|---|---|---|---|---|---|---|---|---|")
    click.echo(
        f"| {database} | {before} | {len(ready_s)} | {len(books.booked) - before} "
        f"| {len(books.refused)} | {len(books.cancelled)} | {len(wrong)} | {len(hooks.events)} "
        f"| {hooks.repeated} | {p50:.1f} | {p90:.1f} | {max(ready_s):.1f} |"
    )
    for one in wrong[:20]:
        click.echo(f"- {one}")
    if wrong:
        raise SystemExit(1)
