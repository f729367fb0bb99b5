"""A real ``dispatch serve`` process, that can be killed and started again."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

from dispatch.client import DispatchClient
from dispatch.client.transport import Patience

_STARTS_WITHIN_S = 900.0
_POLL_S = 0.02
_KEPT_LINES = 200
_OK = 200


class ServerError(Exception):
    """The server did not start, or ended by itself."""


class Server:
    """One server on one port and one database, over all its lives.

    Its clock begins at ``start_at`` and goes on over kills, as clocks do.

    Args:
        url: Of the database, with its tables.
        start_at: What its clock shows at first.
        speed: Seconds of its clock per second.
        settings: Further settings, as environment variables.
    """

    def __init__(
        self,
        url: str,
        *,
        start_at: datetime,
        speed: float = 1.0,
        settings: dict[str, str] | None = None,
    ) -> None:
        self._port = _free_port()
        self.base_url = f"http://127.0.0.1:{self._port}"
        self._start_at = start_at
        self._speed = speed
        self._began_s = monotonic()
        self._environment = {
            **os.environ,
            "DISPATCH_DATABASE_URL": url,
            "DISPATCH_CLOCK_SPEED": str(speed),
            "DISPATCH_REQUESTS_PER_S": "100000",
            "DISPATCH_REQUESTS_BURST": "100000",
            **(settings or {}),
        }
        self._process: subprocess.Popen[str] | None = None
        self._launched_s = 0.0
        self.log: deque[str] = deque(maxlen=_KEPT_LINES)

    @property
    def now(self) -> datetime:
        """What its clock shows."""
        passed_s = (monotonic() - self._began_s) * self._speed
        return self._start_at + timedelta(seconds=passed_s)

    def seconds_until(self, moment: datetime) -> float:
        """Real seconds until its clock shows a moment; below 0 once it has."""
        return (moment - self.now).total_seconds() / self._speed

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        if self._process is None:
            raise ServerError("the server does not run")
        return self._process.pid

    def start(self) -> float:
        """Starts it and waits until it is ready; seconds that took, from the start of the process.

        Raises:
            ServerError: It ends, or is not ready in time.
        """
        self.launch()
        return self.wait_until_ready()

    def launch(self) -> None:
        """Starts it."""
        self._launched_s = monotonic()
        self._process = self._spawn()
        threading.Thread(target=self._read_log, args=(self._process,), daemon=True).start()

    def wait_until_ready(self) -> float:
        """Waits until it serves every city; seconds since it was started.

        Raises:
            ServerError: It ends, or is not ready in time.
        """
        self._wait_for("/health/ready")
        return monotonic() - self._launched_s

    def wait_until_live(self) -> None:
        """Waits until it answers, though another process may serve the cities.

        Raises:
            ServerError: It ends, or does not answer in time.
        """
        self._wait_for("/health/live")

    def _wait_for(self, path: str) -> None:
        until_s = monotonic() + _STARTS_WITHIN_S
        while monotonic() < until_s:
            if self._process is None or self._process.poll() is not None:
                raise ServerError("the server ended:\n" + "\n".join(self.log))
            if self._answers(path):
                return
            sleep(_POLL_S)
        self.kill()
        raise ServerError("the server is not ready in time:\n" + "\n".join(self.log))

    def kill(self) -> None:
        """``kill -9``: no time for last words."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Asks it to end, and waits until it has."""
        self._end(signal.SIGTERM)

    def client(self, token: str, *, tries: int = 4) -> DispatchClient:
        """A client of it."""
        return DispatchClient(self.base_url, token, patience=Patience(timeout_s=30.0, tries=tries))

    def memory_mb(self) -> float:
        """Resident memory of the process."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def cpu_s(self) -> float:
        """Processor seconds the process has used, of all its threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _spawn(self) -> "subprocess.Popen[str]":
        program = Path(sys.executable).with_name("dispatch")
        return subprocess.Popen(
            [program, "serve", "--no-demo", "--port", str(self._port)],
            env=self._environment | {"DISPATCH_CLOCK_START": self.now.isoformat()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _answers(self, path: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == _OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        self._process.wait()
        self._process = None

    def _read_log(self, process: subprocess.Popen[str]) -> None:
        if process.stderr is not None:
            with process.stderr:
                self.log.extend(line.rstrip() for line in process.stderr)


def _free_port() -> int:
    """A port nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
