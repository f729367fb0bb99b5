"""Many simulated days on all cores, kept on disk as they end.

Each day's figures lie in a file named after its content and the code that simulates, so that
what was run once is not run again, and an interrupted run goes on where it was. A worker that is
killed costs the days it was at: they are run again. joblib's backends decide where days run.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from joblib import Parallel, delayed
from joblib.externals.loky.process_executor import TerminatedWorkerError

from dispatch.capacity.validate.days import DayFigures, DaysFigures, StaffedDays, simulate

_DECIDING = ("simulation", "sampling", "live")
"""Packages that decide how a simulated day goes."""

_TRIES = 3


class DayRuns:
    """Simulated days, from disk or run now.

    Args:
        folder: Where figures are kept; made if it is not there.
        jobs: Processes, as joblib counts them: -1 for all cores.
        on_progress: Told how many of how many days are there.
    """

    def __init__(
        self, folder: Path, *, jobs: int = -1, on_progress: Callable[[int, int], None]
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._jobs = jobs
        self._on_progress = on_progress

    def figures(self, days: Iterable[StaffedDays]) -> Mapping[StaffedDays, DaysFigures]:
        """Figures of all days, in any order.

        Raises:
            TerminatedWorkerError: Workers were killed again and again.
        """
        wanted = list(dict.fromkeys(days))
        for attempt in range(_TRIES):
            missing = [day for day in wanted if not self._path(day).exists()]
            self._on_progress(len(wanted) - len(missing), len(wanted))
            if not missing:
                break
            try:
                self._run(missing, len(wanted))
            except TerminatedWorkerError:
                if attempt == _TRIES - 1:
                    raise
        return {day: self._read(day) for day in wanted}

    def _run(self, missing: Sequence[StaffedDays], total: int) -> None:
        results = Parallel(n_jobs=self._jobs, return_as="generator_unordered")(
            delayed(_simulate_into)(day, self._path(day)) for day in missing
        )
        for number, _ in enumerate(results, start=1):
            self._on_progress(total - len(missing) + number, total)

    def _path(self, day: StaffedDays) -> Path:
        content = json.dumps([code_fingerprint(), day.content()], sort_keys=True)
        return self._folder / f"{hashlib.sha256(content.encode()).hexdigest()[:24]}.json"

    def _read(self, day: StaffedDays) -> DaysFigures:
        figures = json.loads(self._path(day).read_text(encoding="utf-8"))["figures"]
        return DaysFigures(tuple(DayFigures(**one) for one in figures["days"]))


def _simulate_into(days: StaffedDays, path: Path) -> None:
    figures = simulate(days)
    text = json.dumps({"days": days.content(), "figures": asdict(figures)}, indent=1)
    # A name of its own until it is whole: a run killed here leaves no half file behind.
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


@cache
def code_fingerprint() -> str:
    """A digest of the source that decides how a simulated day goes."""
    digest = hashlib.sha256()
    for package in _DECIDING:
        for file in sorted(_sources(resources.files("dispatch") / package), key=str):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _sources(folder: Traversable) -> Iterable[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith(".py"):
            yield entry
