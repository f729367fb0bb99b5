"""All files of a study in one folder, whole or not at all."""

import csv
import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dispatch.reports.writing import write_all
from dispatch.simulation.metrics import FIGURES, Kept, single_figures
from dispatch.simulation.report.page import page_text
from dispatch.simulation.report.words import travel
from dispatch.simulation.study import SimulatedDay, StudyResult
from dispatch.versions import deciding_versions

METRICS = "metrics.json"
TABLE = "metrics.csv"
PAGE = "report.html"


def write_study(out: Path, result: StudyResult) -> None:
    """Write ``metrics.csv``, ``report.html`` and ``metrics.json`` to folder ``out``.

    Raises:
        OSError: The folder or a file cannot be written.
    """
    texts = {TABLE: csv_text(result), PAGE: page_text(result), METRICS: json_text(result)}
    write_all(out, {name: text.encode("utf-8") for name, text in texts.items()})


def csv_text(result: StudyResult) -> str:
    """One row for each day; empty cells where a figure is undefined."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(["policy", "seed", *FIGURES])
    for day in result.days:
        table.writerow([day.policy, day.seed, *single_figures(day.metrics).values()])
    return stream.getvalue()


def json_text(result: StudyResult) -> str:
    """What was simulated, summaries by policy, and every day."""
    study = result.study
    value = {
        "city": study.city.settings.city,
        "date": study.city.settings.date.isoformat(),
        "scenario": asdict(study.scenario),
        "couriers": len(study.city.couriers),
        "tick_s": study.tick_s,
        "travel": travel(result),
        "hindsight_s": study.hindsight.seconds if study.hindsight else None,
        "seeds": list(study.seeds),
        "interrupted": result.interrupted,
        "versions": deciding_versions(),
        "policies": {
            policy: {name: one and asdict(one) for name, one in figures.items()}
            for policy, figures in result.summaries().items()
        },
        "differences": {
            f"{policy} less {study.names[0]}": {
                name: one and asdict(one)
                for name, one in result.differences(policy, study.names[0]).items()
            }
            for policy in study.names[1:]
        },
        "days": [_day(day) for day in result.days],
    }
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _day(day: SimulatedDay) -> dict[str, Any]:
    metrics = day.metrics
    return {
        "policy": day.policy,
        "seed": day.seed,
        **single_figures(metrics),
        "on_time_by_class": {kind.value: _kept(k) for kind, k in metrics.on_time_by_class.items()},
        "on_time_by_hour": {
            kind.value: {str(hour): _kept(kept) for hour, kept in by_hour.items()}
            for kind, by_hour in metrics.on_time_by_hour.items()
        },
        "asked_by_hour": {
            str(hour): dict(zip(("accepted", "moved", "refused"), row, strict=True))
            for hour, row in metrics.asked_by_hour.items()
        },
    }


def _kept(kept: Kept) -> dict[str, int]:
    return {"due": kept.due, "kept": kept.kept}
