"""Real processes: the walk-through of the docs, a kill, a takeover."""

import re
import signal
from pathlib import Path

import pytest

from dispatch.client import DispatchClient, Item, Place
from tests.dispatch.api.server import serving, wait_for

DOCS = Path(__file__).parents[3] / "docs" / "api.md"
NINE = "2026-06-10T09:00:00+08:00"
DOOR = Place(lon=120.155, lat=30.274)


def test_the_walk_through_does_what_it_says(sqlite_url: str, tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", DOCS.read_text(), flags=re.DOTALL)
    assert len(blocks) >= 6
    settings = {
        "DISPATCH_CLOCK_START": NINE,
        "DISPATCH_CLOCK_SPEED": "20",
        "DISPATCH_SOLVE_WORKERS": "1",
    }
    with serving(sqlite_url, tmp_path, **settings) as server:
        known = {"url": server.url, "api_key": server.key, "wait_for": wait_for}
        for block in blocks:
            exec(compile(block, str(DOCS), "exec"), known)
        known["client"].close()
    assert server.process.returncode in (0, -signal.SIGTERM)
    log = (tmp_path / "log.jsonl").read_text()
    assert "Li Wei" not in log
    assert "13800001234" not in log


def test_a_booking_survives_a_kill_and_the_next_process_takes_over(
    database_url: str, tmp_path: Path
) -> None:
    with serving(database_url, tmp_path, DISPATCH_CLOCK_START=NINE) as server:
        port = int(server.url.rpartition(":")[2])
        with DispatchClient(server.url, server.key) as client:
            slots = client.slots(city="hangzhou", place=DOOR, items=[Item(weight_g=900)]).slots
            pickup = client.book(slot_id=slots[1].id)
            held = client.hold(slots[2].id)
        server.process.kill()
        server.process.wait()
        key = server.key
    with (
        serving(database_url, tmp_path, port=port, DISPATCH_CLOCK_START=NINE) as again,
        DispatchClient(again.url, key) as client,
    ):
        assert again.key == ""
        assert client.pickup(pickup.id).promise == pickup.promise
        assert client.book(hold_id=held.id).promise == held.window
        listed = list(client.pickups(city="hangzhou"))
        assert [one.id for one in listed] == [pickup.id, listed[1].id]


def test_settings_and_ports_that_cannot_be_used_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from dispatch.cli.serve import serve_command

    monkeypatch.setenv("DISPATCH_DATABASE_URL", f"sqlite:///{tmp_path}/nowhere/x.sqlite")
    refused = CliRunner().invoke(serve_command, [])
    assert refused.exit_code == 2
    assert "does not exist" in refused.output
