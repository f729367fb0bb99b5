"""Slots at a steady rate against a live plan, while its ticks run."""

import json
import subprocess
import sys
from datetime import time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import click
import numpy as np

from benchmarks.measuring import heading
from benchmarks.service.city import CITY, Town, at, draw_town, settle
from benchmarks.service.databases import database_at
from benchmarks.service.filling import fill
from benchmarks.service.server import Server
from benchmarks.service.ticks import settle_plans, ticks

_BODIES = 500


@click.command("quotes")
@click.option("--pickups", default=1_000, show_default=True, help="Open in the plan.")
@click.option("--per-s", default=200.0, show_default=True, help="Requests for slots a second.")
@click.option("--seconds", default=60.0, show_default=True)
@click.option("--search-s", default=1.0, show_default=True, help="Search of each tick.")
@click.option("--seed", default=1, show_default=True)
@click.option("--database", default="sqlite", show_default=True,
              type=click.Choice(["sqlite", "postgresql"]))  # fmt: skip
def quotes_command(
    pickups: int, per_s: float, seconds: float, search_s: float, seed: int, database: str
) -> None:
    """Slots with five windows, at a steady rate, against a plan with open pickups."""
    click.echo(heading())
    town = draw_town(pickups * 3 // 2, seed=seed, days_ahead=0, search_s=search_s)
    with TemporaryDirectory() as folder, database_at(database, Path(folder)) as url:
        token = settle(url, town)
        server = Server(url, start_at=at(time(8, 5)))
        server.start()
        try:
            with server.client(token) as client:
                booked = fill(client, town.errands, pickups, seed)
            settle_plans(server, token)
            before, cpu_before_s = ticks(server, token), server.cpu_s()
            result = _drive(server, token, _bodies(town, server, seed), per_s, seconds)
            cpu_s = server.cpu_s() - cpu_before_s
            after = ticks(server, token)
        finally:
            server.stop()
    _report(len(booked), database, per_s, result, cpu_s, (before, after))


def _bodies(town: Town, server: Server, seed: int) -> list[str]:
    """Questions about five windows: the soonest and the next four of the grid."""
    chance = Random(seed)
    latest = server.now + timedelta(hours=8, minutes=30)
    return [
        json.dumps(
            {
                "city": CITY,
                "place": errand.place.body(),
                "items": [item.body() for item in errand.items],
                "latest": latest.isoformat(),
            }
        )
        for errand in chance.choices(town.errands, k=_BODIES)
    ]


def _drive(
    server: Server, token: str, bodies: list[str], per_s: float, seconds: float
) -> dict[str, Any]:
    asked = {
        "host": server.base_url.removeprefix("http://"),
        "token": token,
        "bodies": bodies,
        "per_s": per_s,
        "count": round(per_s * seconds),
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.service.load"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _report(
    booked: int,
    database: str,
    per_s: float,
    result: dict[str, Any],
    cpu_s: float,
    ticks: tuple[tuple[float, float], tuple[float, float]],
) -> None:
    ms = np.array(result["ms"])
    (count_before, sum_before), (count_after, sum_after) = ticks
    count = count_after - count_before
    tick_s = (sum_after - sum_before) / count if count else 0.0
    click.echo()
    click.echo(
        "| open pickups | database | asked a second | answers | slots each | p50 ms | p90 ms "
        "| p99 ms | most ms | not 200 | ticks | s each | processor ms each |"
    )
    click.echo("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    bad = len(ms) - result["statuses"].get("200", 0)
    p50, p90, p99 = np.percentile(ms, [50, 90, 99])
    click.echo(
        f"| {booked} | {database} | {per_s:g} | {len(ms)} | {result['slots'] / len(ms):.2f} "
        f"| {p50:.1f} | {p90:.1f} | {p99:.1f} | {ms.max():.0f} | {bad} | {count:.0f} "
        f"| {tick_s:.2f} | {cpu_s / len(ms) * 1_000:.2f} |"
    )
