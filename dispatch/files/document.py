"""A day as one JSON object, as programs send it, in the parts that a folder has as files."""

import json
from collections.abc import Mapping
from typing import Any

from dispatch.domain.city import TravelKind
from dispatch.files.folder import FORMS, SERVICE_AREA_FILE, Source
from dispatch.files.issues import DayIssue
from dispatch.files.tables import unknown_name

_FILE_OF = {part: forms[1] for part, forms in FORMS.items()} | {"service_area": SERVICE_AREA_FILE}


def document_sources(document: Mapping[str, Any], issues: list[DayIssue]) -> dict[str, Source]:
    """The parts of the document by what they are; what is wrong is added to ``issues``."""
    issues += [
        DayIssue(code="file.missing", file=_FILE_OF[part], cause="is missing", action="give it")
        for part in FORMS
        if document.get(part) is None
    ]
    issues += [
        unknown_name("day", None, name, list(_FILE_OF), "part of a day")
        for name in document
        if name not in _FILE_OF
    ]
    return {
        part: Source(file, json.dumps(document[part], ensure_ascii=False).encode())
        for part, file in _FILE_OF.items()
        if document.get(part) is not None
    }


def refuse_other_travel(city: Any, issues: list[DayIssue]) -> None:
    """Notes where a city travels by what only a folder can name: files, and other servers."""
    travel = city.get("travel") if isinstance(city, Mapping) else None
    if not isinstance(travel, Mapping):
        return
    for name, value in travel.items():
        if name in ("roads", "speeds", "osrm") or (
            name == "source" and value != TravelKind.STRAIGHT_LINE
        ):
            issues.append(
                DayIssue(
                    code="city.travel",
                    file=_FILE_OF["city"],
                    field=f"travel.{name}",
                    value=value if isinstance(value, str) else None,
                    cause="is not possible in a day that is sent",
                    action=f'take it out, or give source = "{TravelKind.STRAIGHT_LINE}"',
                )
            )
