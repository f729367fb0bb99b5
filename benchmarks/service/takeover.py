"""A second process takes over from one that is killed: how soon, and is anything lost?"""

from datetime import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic

import click

from benchmarks.measuring import heading
from benchmarks.service.books import Books, ask_again, differences, load_and_kill
from benchmarks.service.city import at, draw_town, settle
from benchmarks.service.databases import database_at
from benchmarks.service.filling import fill
from benchmarks.service.server import Server


@click.command("takeover")
@click.option("--times", default=5, show_default=True)
@click.option("--pickups", default=1_000, show_default=True, help="Open before the first kill.")
@click.option("--seed", default=1, show_default=True)
@click.option("--database", default="sqlite", show_default=True,
              type=click.Choice(["sqlite", "postgresql"]))  # fmt: skip
def takeover_command(times: int, pickups: int, seed: int, database: str) -> None:
    """Kill the server that serves while another waits, and time until that one serves."""
    click.echo(heading())
    town = draw_town(max(60, pickups * 2 // 3), seed=seed)
    chance = Random(seed)
    after_s: list[float] = []
    wrong: list[str] = []
    with TemporaryDirectory() as folder, database_at(database, Path(folder)) as url:
        token = settle(url, town)
        serving, waiting = (Server(url, start_at=at(time(6, 30))) for _ in range(2))
        serving.start()
        try:
            with serving.client(token) as client:
                booked = fill(client, town.errands, pickups, seed)
            books = Books(booked={pickup_id: pickup_id for pickup_id in booked})
            for _ in range(times):
                waiting.launch()
                waiting.wait_until_live()
                with serving.client(token, tries=1) as hasty:
                    killed_s = load_and_kill(serving, hasty, town.errands, books, chance)
                waiting.wait_until_ready()
                after_s.append(monotonic() - killed_s)
                serving, waiting = waiting, serving
                with serving.client(token) as client:
                    ask_again(client, books)
                    wrong += differences(client, books)
                click.echo(f"served again after {after_s[-1]:.1f} s", err=True)
        finally:
            serving.stop()
            waiting.stop()
    _report(database, len(booked), books, after_s, wrong)


def _report(
    database: str, before: int, books: Books, after_s: list[float], wrong: list[str]
) -> None:
    click.echo()
    click.echo(
        "| database | open before | times | booked under load | wrong "
        "| served again after s: shortest | longest |"
    )
    click.echo("|---|---|---|---|---|---|---|")
    click.echo(
        f"| {database} | {before} | {len(after_s)} | {len(books.booked) - before} | {len(wrong)} "
        f"| {min(after_s):.1f} | {max(after_s):.1f} |"
    )
    for one in wrong[:20]:
        click.echo(f"- {one}")
    if wrong:
        raise SystemExit(1)
