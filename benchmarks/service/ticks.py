"""Ticks of a server, as its figures tell."""

from time import monotonic, sleep

import httpx

from benchmarks.service.server import Server

_TO_SETTLE = 2
_SETTLED_WITHIN_S = 180.0


def ticks(server: Server, token: str) -> tuple[float, float]:
    """Ticks so far, and seconds they took."""
    text = httpx.get(
        f"{server.base_url}/metrics", headers={"authorization": f"Bearer {token}"}, timeout=30
    ).text
    values = {"count": 0.0, "sum": 0.0}
    for line in text.splitlines():
        for name in values:
            if line.startswith(f"dispatch_tick_seconds_{name}"):
                values[name] += float(line.rpartition(" ")[2])
    return values["count"], values["sum"]


def settle_plans(server: Server, token: str) -> None:
    """Waits until pickups are planned and their times told: in life they come one by one."""
    count, _ = ticks(server, token)
    until_s = monotonic() + _SETTLED_WITHIN_S
    while ticks(server, token)[0] < count + _TO_SETTLE and monotonic() < until_s:
        sleep(1.0)
