"""All files of a roll-out in one folder, whole or not at all."""

import json
from pathlib import Path
from typing import Any

from dispatch.capacity.rollout.report import tables, words
from dispatch.capacity.rollout.report.page import page_text
from dispatch.capacity.rollout.study import Rollout
from dispatch.reports.writing import write_all
from dispatch.versions import deciding_versions

RESULT = "rollout.json"
PAGE = "rollout.html"


def write_rollout(out: Path, rollout: Rollout) -> None:
    """Write the tables, the page and ``rollout.json`` to folder ``out``, the last one last.

    Raises:
        OSError: The folder or a file cannot be written; the files of ``out`` are as before,
            unless it happens while they are being renamed.
    """
    texts = {
        "verdicts.csv": tables.csv_text(tables.verdict_rows(rollout)),
        "actions.csv": tables.csv_text(tables.action_rows(rollout), tables.ACTION_COLUMNS),
        "curves.csv": tables.csv_text(tables.curve_rows(rollout)),
        "weeks.csv": tables.csv_text(tables.week_rows(rollout)),
        "peak.csv": tables.csv_text(tables.peak_rows(rollout), tables.PEAK_COLUMNS),
        PAGE: page_text(rollout),
        RESULT: json_text(rollout),
    }
    write_all(out, {name: text.encode("utf-8") for name, text in texts.items()})


def json_text(rollout: Rollout) -> str:
    """Everything there is to say, for programs; names and units as in ``docs/rollout.md``."""
    plan, solved = rollout.plan, rollout.solved
    value: dict[str, Any] = {
        "title": plan.title,
        "headline": words.headline(rollout),
        "deadline": plan.deadline.isoformat(),
        "demand": plan.level.value,
        "readiness": plan.readiness,
        "targets": len(plan.targets),
        "targets_met": len(plan.targets) - len(rollout.unmet),
        "cost_yuan": rollout.lived.cost_yuan,
        "proven": rollout.proven,
        "interrupted": solved.interrupted,
        "goals": [
            {
                "goal": stage.goal,
                "value": stage.value,
                "bound": stage.bound,
                "proven": stage.proven,
                "gap": stage.gap,
                "seconds": round(stage.seconds, 3),
            }
            for stage in solved.stages
        ],
        "verdicts": tables.verdict_rows(rollout),
        "remedies": _remedies(rollout),
        "actions": tables.action_rows(rollout),
        "weeks": tables.week_rows(rollout),
        "curves": tables.curve_rows(rollout),
        "peak": tables.peak_rows(rollout),
        "notes": list(plan.notes),
        "versions": deciding_versions(),
    }
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _remedies(rollout: Rollout) -> dict[str, Any] | None:
    remedies = rollout.remedies
    if remedies is None:
        return None
    return {
        "sets": [
            {
                "least": remedy.least,
                "extras": [
                    {
                        "limit": limit.kind.value,
                        "resource": None if limit.resource is None else limit.resource.value,
                        "extra": amount,
                        "text": words.extra_text(limit, amount),
                    }
                    for limit, amount in remedy.extras.items()
                ],
            }
            for remedy in remedies.found
        ],
        "complete": remedies.complete,
        "out_of_reach": [
            {"city": service.city, "class": service.kind.value} for service in remedies.out_of_reach
        ],
        "note": words.remedy_note(rollout),
    }
