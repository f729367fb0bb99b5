"""The kept results of a comparison: JSON lines, the first of which says how they came about.

A line of kind ``run`` is written whenever the command begins, with its command line, date, machine
and versions; a line of kind ``result`` for every answer. A comparison that was interrupted goes on
where it stopped: what is in the file is not run again, unless the library has changed since.
"""

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_PACKAGES = ("pickup-dispatch", "numpy", "ortools", "pyvrp", "pyvroom")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What one configuration came to.

    Attributes:
        configuration: Its name.
        cost: As the checker counts it; ``None`` where there is no valid answer.
        unserved: Stops left out.
        problem: Why there is no valid answer.
        build_s: Seconds for matrices and the library's model.
        search_s: Seconds of search.
        peak_mb: Most memory of the process up to the end of the search.
        trace: Seconds of search and best cost then.
    """

    configuration: str
    cost: int | None = None
    unserved: int | None = None
    problem: str | None = None
    build_s: float | None = None
    search_s: float | None = None
    peak_mb: float | None = None
    trace: tuple[tuple[float, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an engine or peer came to on one instance with one budget and seed.

    Attributes:
        suite, instance, engine, seconds, seed: What was run.
        version: Of the engine's library.
        scale: Units of cost in one published unit.
        best_known: Published best cost; ``None`` where there is none.
        tried: Its configurations, of which the best answer counts.
        refused: Why the engine does not take part.
        is_peer: The engine is another project's library.
        side_by_side: The configurations ran at the same time.
    """

    suite: str
    instance: str
    engine: str
    seconds: float
    seed: int
    version: str
    scale: int = 1
    best_known: int | None = None
    tried: tuple[Tried, ...] = ()
    refused: str | None = None
    is_peer: bool = False
    side_by_side: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two results results of the same run."""
        return (self.suite, self.instance, self.engine, self.seconds, self.seed)

    @property
    def best(self) -> Tried | None:
        """The valid answer that costs least."""
        valid = [one for one in self.tried if one.cost is not None]
        return min(valid, key=lambda one: (one.cost, one.unserved), default=None)


class ResultsFileError(Exception):
    """The file cannot be read as kept results."""


def read_results(path: Path) -> tuple[list[str], list[Result]]:
    """Headings and results of a file; of results of the same run the last counts.

    Raises:
        ResultsFileError: A line is not understood; a last line cut short is left out.
    """
    headings: list[str] = []
    results: dict[tuple[object, ...], Result] = {}
    lines = path.read_text().splitlines(keepends=True)
    for number, line in enumerate(lines, start=1):
        try:
            given = json.loads(line)
            kind = given.pop("kind")
            if kind == "run":
                headings.append(heading_of(given))
            else:
                result = _result(given)
                results[result.key] = result
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if number == len(lines) and not line.endswith("\n"):
                break
            raise ResultsFileError(
                f"{path}, line {number}: not a line of kept results ({error}); "
                "remove it, or give another file"
            ) from error
    return headings, list(results.values())


class ResultsFile:
    """A file that results are added to, one line at a time."""

    def __init__(self, path: Path, arguments: Sequence[str]) -> None:
        self._path = path
        self._done: set[tuple[object, ...]] = set()
        if path.exists():
            _, kept = read_results(path)
            self._done = {(*result.key, result.version) for result in kept}
            end_cut_line(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._write({"kind": "run"} | run_facts(arguments))

    def holds(self, key: tuple[object, ...], engine_version: str) -> bool:
        """Whether this run has been made with this version."""
        return (*key, engine_version) in self._done

    def add(self, result: Result) -> None:
        """Keep a result; it is on the disk when this returns."""
        self._write({"kind": "result"} | asdict(result))
        self._done.add((*result.key, result.version))

    def _write(self, line: Mapping[str, Any]) -> None:
        with self._path.open("a") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())


def run_facts(arguments: Sequence[str]) -> dict[str, Any]:
    """What belongs beside every figure: command line, date, machine, versions."""
    return {
        "command": " ".join(["python -m benchmarks", *arguments]),
        "date": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "machine": f"{_processor()}, {os.cpu_count()} cores",
        "load_before": round(os.getloadavg()[0], 2),
        "versions": {"python": platform.python_version()} | dict(_versions(_PACKAGES)),
    }


def _versions(packages: Iterable[str]) -> Iterable[tuple[str, str]]:
    for package in packages:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            yield package, "not installed"


def _processor() -> str:
    """The processor's name where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def heading_of(given: Mapping[str, Any]) -> str:
    """A line of kind ``run`` for people."""
    versions = ", ".join(f"{name} {number}" for name, number in given["versions"].items())
    return (
        f"`{given['command']}` on {given['date']}, {given['machine']}, "
        f"load {given['load_before']} before; {versions}"
    )


def _result(given: dict[str, Any]) -> Result:
    tried = tuple(
        Tried(**one | {"trace": tuple((at_s, cost) for at_s, cost in one["trace"])})
        for one in given.pop("tried")
    )
    return Result(**given, tried=tried)


def end_cut_line(path: Path) -> None:
    """Drop a last line that was cut short, so that the next one stands alone."""
    text = path.read_bytes()
    if text and not text.endswith(b"\n"):
        path.write_bytes(text[: text.rfind(b"\n") + 1])
