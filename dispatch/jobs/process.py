"""A worker process as the server sees it."""

import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import IO, Any, Self

_TAIL_BYTES = 2_000
_COMMAND = (sys.executable, "-m", "dispatch.jobs.worker")


class WorkerProcess:
    """Solves one day; a context manager, at whose end the process is gone.

    Args:
        day: As ``dispatch.files.read_day_document`` takes it.
        options: Fields of ``JobOptions``.
    """

    def __init__(self, day: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        self._job = json.dumps({"day": day, "options": options}) + "\n"
        self._said: queue.Queue[Mapping[str, Any] | None] = queue.Queue()

    def __enter__(self) -> Self:
        """Starts the process."""
        self._errors: IO[bytes] = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
            # Ctrl-C at the terminal is for the server, which then ends its workers in order.
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        # A thread of its own, since a process that dies at once would not read a large day.
        self._writer = threading.Thread(target=self._write, args=(self._job,), daemon=True)
        self._writer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Ends the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._writer.join()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                _close(stream)

    def next(self, timeout_s: float) -> tuple[str, Any] | None:
        """What the process says next, as kind and content; ``None`` if nothing in that time.

        The last is ``ended``, with what the process wrote to standard error.
        """
        try:
            said = self._said.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if said is None:
            return "ended", self._told_at_end()
        return next(iter(said.items()))

    def stop(self) -> None:
        """Asks the process to end with its best plan so far."""
        self._writer.join()
        self._write("stop\n")

    def _write(self, text: str) -> None:
        stream = self._process.stdin
        try:
            if stream is not None:
                stream.write(text)
                stream.flush()
        except (BrokenPipeError, ValueError):
            # It has ended, which its reader tells.
            return

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._said.put(json.loads(line))
        self._said.put(None)

    def _told_at_end(self) -> str:
        status = self._process.wait()
        size = self._errors.seek(0, 2)
        self._errors.seek(max(0, size - _TAIL_BYTES))
        tail = self._errors.read().decode(errors="replace")
        return f"exit status {status}\n{tail}".strip()


def _close(stream: IO[Any]) -> None:
    try:
        stream.close()
    except BrokenPipeError:
        # What was still to be written is for nobody.
        return
