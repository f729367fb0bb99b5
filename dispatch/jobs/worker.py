"""The process that solves one day: ``python -m dispatch.jobs.worker``.

Standard input has one line with the day and the options, then perhaps a line ``stop``; where it
ends, so does the process. Standard output has one JSON object a line: ``progress`` now and then,
at last ``result`` or ``failure``.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any, TextIO

from dispatch.figures import figures_of
from dispatch.files import DayError, read_day_document
from dispatch.jobs.options import JobOptions
from dispatch.reports.plan_json import plan_text
from dispatch.solving import InvalidPlanError, SolveOptions, StoppedEarlyError, solve_day
from dispatch.translation import TranslationError
from dispatch.zoning import default_zone_count, draw_zones
from geo.errors import GeoError
from solvers.engines.protocol import Progress
from solvers.errors import SolverError

PROGRESS_EVERY_S = 0.5
NICER = 10
"""Solving a day shall not slow down who answers shoppers."""


def main() -> None:
    """Solves the day on standard input."""
    os.nice(NICER)
    output = _own_output()
    job = json.loads(sys.stdin.readline())
    stop = threading.Event()
    threading.Thread(target=_listen, args=(stop,), daemon=True).start()
    said_at = -PROGRESS_EVERY_S

    def progress(reached: Progress) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= PROGRESS_EVERY_S:
            said_at = time.monotonic()
            _say(output, "progress", _progress(reached))

    kind, content = _outcome(job["day"], JobOptions(**job["options"]), progress, stop)
    _say(output, kind, content)
    # Not by the usual way, on which Python would wait for the thread that reads.
    os._exit(0)


def _outcome(
    document: Mapping[str, Any], options: JobOptions, progress: Any, stop: threading.Event
) -> tuple[str, Mapping[str, Any] | None]:
    """What there is to say in the end."""
    try:
        day = read_day_document(document)
        count = default_zone_count(len(day.requests)) if options.zones is None else options.zones
        zones = draw_zones(day, count) if count and day.requests else None
        search = SolveOptions(engine=options.engine, seconds=options.seconds, seed=options.seed)
        solved = solve_day(day, search, zones=zones, progress=progress, stop=stop.is_set)
    except StoppedEarlyError:
        return "result", None
    except InvalidPlanError as error:
        return "failure", {"code": "solve.invalid_plan", "detail": str(error)}
    except (DayError, GeoError, SolverError, TranslationError) as error:
        return "failure", {"code": "solve.not_solvable", "detail": str(error)}
    return "result", json.loads(plan_text(solved.plan, figures_of(solved.plan, day)))


def _progress(reached: Progress) -> Mapping[str, Any]:
    return {
        "phase": reached.phase,
        "elapsed_s": round(reached.elapsed_s, 1),
        "iterations": reached.iterations,
        "cost_fen": None if reached.cost is None else round(reached.cost / 1000),
        "unserved": reached.unserved,
    }


def _own_output() -> TextIO:
    """Standard output for this module alone: whatever else is printed goes to standard error."""
    own = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return own


def _listen(stop: threading.Event) -> None:
    for line in sys.stdin:
        if line.strip() == "stop":
            stop.set()
    # Whoever wanted the plan is gone.
    os._exit(1)


def _say(output: TextIO, kind: str, content: Mapping[str, Any] | None) -> None:
    output.write(json.dumps({kind: content}, ensure_ascii=False) + "\n")
    output.flush()


if __name__ == "__main__":
    main()
