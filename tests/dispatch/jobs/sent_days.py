"""The tiny day as a program sends it."""

import csv
import json
import tomllib
from pathlib import Path
from typing import Any

TINY_DAY = Path(__file__).parents[2] / "data" / "tiny_day"


def tiny_document() -> dict[str, Any]:
    def rows(name: str) -> list[dict[str, str]]:
        with (TINY_DAY / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return [{k: v for k, v in row.items() if v} for row in csv.DictReader(file)]

    city = tomllib.loads((TINY_DAY / "city.toml").read_text(encoding="utf-8"))
    tables = {name: rows(name) for name in ("requests", "couriers", "hubs")}
    sent: dict[str, Any] = json.loads(json.dumps({"city": city} | tables, default=str))
    return sent
