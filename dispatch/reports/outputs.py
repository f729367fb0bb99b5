"""All files of a plan in one folder, whole or not at all."""

import json
from pathlib import Path

from dispatch.domain.day import Day
from dispatch.domain.plans import Plan
from dispatch.figures import figures_of
from dispatch.reports.plan_geojson import geojson_text
from dispatch.reports.plan_html import html_text
from dispatch.reports.plan_json import plan_text
from dispatch.reports.run_sheet import run_sheet_text
from dispatch.reports.writing import write_all
from dispatch.streets import NO_STREETS, StreetLines
from geo.zones import Zones

PLAN = "plan.json"
PREVIOUS = "plan.previous.json"
GEOJSON = "plan.geojson"
RUN_SHEET = "routes.csv"
PAGE = "plan.html"


def write_outputs(
    out: Path,
    plan: Plan,
    day: Day,
    zones: Zones | None = None,
    streets: StreetLines = NO_STREETS,
) -> None:
    """Write ``plan.json``, ``plan.geojson``, ``routes.csv`` and ``plan.html`` to folder ``out``.

    All of them are on disk before the first one takes its place, and ``plan.json`` is the last
    to do so: where it is new, all are. A ``plan.json`` that was there is kept as
    ``plan.previous.json``. Routes are drawn along ``streets``, else as straight lines.

    Raises:
        OSError: The folder or a file cannot be written; the files of ``out`` are as before,
            unless it happens while they are being renamed.
    """
    figures = figures_of(plan, day)
    features = [] if zones is None else json.loads(zones.to_geojson())["features"]
    texts = {
        GEOJSON: geojson_text(plan, day, features, streets),
        RUN_SHEET: run_sheet_text(plan, day),
        PAGE: html_text(plan, day, figures, features, streets),
        PLAN: plan_text(plan, figures),
    }
    contents = {name: text.encode("utf-8") for name, text in texts.items()}
    if (out / PLAN).is_file():
        contents = {PREVIOUS: (out / PLAN).read_bytes()} | contents
    write_all(out, contents)
