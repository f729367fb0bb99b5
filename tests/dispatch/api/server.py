"""A real server process, for tests."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx

_COMMAND = "from dispatch.cli.serve import serve_command; serve_command()"
_PATIENCE_S = 120.0

Found = TypeVar("Found")


class Server:
    """A process that serves.

    Attributes:
        process: The process.
        url: Where it listens.
        key: A key for everything; empty where the database had cities already.
    """

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.key = ""
        self.url = ""
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"dsp_\S+", line):
                self.key = found.group()
            if found := re.search(r"http://\S+", line):
                self.url = found.group()
                break

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/ready", timeout=30).status_code == 200
        except httpx.HTTPError:
            return False


@contextmanager
def serving(database_url: str, folder: Path, *, port: int = 0, **settings: str) -> Iterator[Server]:
    """A server that is ready, ended at the end."""
    environment = os.environ | {
        "DISPATCH_DATABASE_URL": database_url,
        "DISPATCH_SOLVE_WORKERS": "0",
        **settings,
    }
    with (
        (folder / "log.jsonl").open("a") as log,
        subprocess.Popen(
            [sys.executable, "-u", "-c", _COMMAND, "--port", str(port)],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            server = Server(process)
            wait_for(server.is_ready, bool)
            yield server
        finally:
            process.terminate()


def wait_for(look: Callable[[], Found], is_so: Callable[[Found], bool]) -> Found:
    """What is looked at, as soon as it is so; fails after two minutes."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        found = look()
        if is_so(found):
            return found
        time.sleep(0.05)
    raise AssertionError(f"still {look()} after {_PATIENCE_S:g} s")
