"""The kept results of simulated days: JSON lines, gone on with where they stopped.

A line of kind ``run`` is written whenever the command begins, as in ``benchmarks.static.results``;
a line of kind ``day`` for every simulated day.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.dynamic.trials import Outcome, Trial
from benchmarks.static.results import ResultsFileError, end_cut_line, heading_of, run_facts


def read_outcomes(path: Path) -> tuple[list[str], list[Outcome]]:
    """Headings and outcomes of a file; of outcomes of the same trial the last counts.

    Raises:
        ResultsFileError: A line is not understood; a last line cut short is left out.
    """
    headings: list[str] = []
    found: dict[Trial, Outcome] = {}
    lines = path.read_text().splitlines(keepends=True)
    for number, line in enumerate(lines, start=1):
        try:
            given = json.loads(line)
            if given["kind"] == "run":
                headings.append(heading_of(given))
            else:
                outcome = Outcome.of_line(given)
                found[outcome.trial] = outcome
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if number == len(lines) and not line.endswith("\n"):
                break
            raise ResultsFileError(
                f"{path}, line {number}: not a line of simulated days ({error}); "
                "remove it, or give another file"
            ) from error
    return headings, list(found.values())


class OutcomesFile:
    """A file that outcomes are added to, one line at a time.

    Args:
        path: Of the file; gone on with if it exists.
        arguments: Of the command.
        version: Of the code; outcomes of other versions are not used.
    """

    def __init__(self, path: Path, arguments: Sequence[str], version: str) -> None:
        self.path = path
        self._known: dict[Trial, Outcome] = {}
        if path.exists():
            _, kept = read_outcomes(path)
            self._known = {one.trial: one for one in kept if one.version == version}
            end_cut_line(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._write({"kind": "run"} | run_facts(arguments))

    def get(self, trial: Trial) -> Outcome | None:
        """What came of a trial, if that is known."""
        return self._known.get(trial)

    def add(self, outcome: Outcome) -> None:
        """Keep an outcome; it is on the disk when this returns."""
        self._write(outcome.as_line())
        self._known[outcome.trial] = outcome

    def _write(self, line: Mapping[str, Any]) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
