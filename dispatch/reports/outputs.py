"""All files of a plan in one folder, whole or not at all."""

import json
import os
import shutil
import tempfile
from pathlib import Path

from dispatch.domain.day import Day
from dispatch.domain.plans import Plan
from dispatch.figures import figures_of
from dispatch.reports.plan_geojson import geojson_text
from dispatch.reports.plan_html import html_text
from dispatch.reports.plan_json import plan_text
from dispatch.reports.run_sheet import run_sheet_text
from geo.zones import Zones

PLAN = "plan.json"
PREVIOUS = "plan.previous.json"
GEOJSON = "plan.geojson"
RUN_SHEET = "routes.csv"
PAGE = "plan.html"


def write_outputs(out: Path, plan: Plan, day: Day, zones: Zones | None = None) -> None:
    """Write ``plan.json``, ``plan.geojson``, ``routes.csv`` and ``plan.html`` to folder ``out``.

    Everything is made and flushed to disk in a hidden folder inside ``out`` before the first
    file there is replaced, so that a full disk or a kill leaves no half-written file under one
    of these names. ``plan.json`` is replaced last: where it is new, all of them are. A
    ``plan.json`` that was there is kept as ``plan.previous.json``.

    Raises:
        OSError: The folder or a file cannot be written; the files of ``out`` are as before,
            unless it happens while they are being renamed.
    """
    figures = figures_of(plan, day)
    features = [] if zones is None else json.loads(zones.to_geojson())["features"]
    texts = {
        GEOJSON: geojson_text(plan, day, features),
        RUN_SHEET: run_sheet_text(plan, day),
        PAGE: html_text(plan, day, figures, features),
        PLAN: plan_text(plan, figures),
    }
    out.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".writing-", dir=out))
    try:
        for name, text in texts.items():
            _write_through(beside / name, text)
        if (out / PLAN).is_file():
            shutil.copy2(out / PLAN, beside / PREVIOUS)
            (beside / PREVIOUS).replace(out / PREVIOUS)
        for name in texts:
            (beside / name).replace(out / name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write_through(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
