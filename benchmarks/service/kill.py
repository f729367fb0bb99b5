"""``kill -9`` under load: is anything lost that was acknowledged, or done twice?"""

from datetime import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click
import numpy as np

from benchmarks.measuring import heading
from benchmarks.service.books import Books, ask_again, differences, load_and_kill
from benchmarks.service.city import at, draw_town, settle
from benchmarks.service.databases import database_at
from benchmarks.service.filling import fill
from benchmarks.service.hooks import ALLOWED, Hooks, receiving
from benchmarks.service.judging import faults_of_plans
from benchmarks.service.server import Server
from benchmarks.service.ticks import settle_plans

_DELIVERED_WITHIN_S = 180.0


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
                settle_plans(server, token)
                books.booked |= {pickup_id: pickup_id for pickup_id in before}
                wrong: list[str] = []
                for number in range(kills):
                    load_and_kill(server, hasty, town.errands, books, chance)
                    ready_s.append(server.start())
                    ask_again(client, books)
                    wrong = differences(client, books)
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
