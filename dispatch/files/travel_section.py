"""The part of the city file that says where travel times come from."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dispatch.domain.city import OsrmServer, TravelKind, TravelSettings
from dispatch.files.issues import DayIssue
from dispatch.files.rows import Name, Number, Whole

_NEEDS = {TravelKind.ROADS: "roads", TravelKind.OSRM: "osrm"}
_BELONGS_TO = {
    "roads": TravelKind.ROADS,
    "speeds": TravelKind.ROADS,
    "osrm": TravelKind.OSRM,
    "osrm_table_size": TravelKind.OSRM,
    "fallback": TravelKind.OSRM,
}


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class OsrmSection(_Section):
    """A routing server for one vehicle class."""

    url: Annotated[str, Field(min_length=1)]
    profile: Annotated[str, Field(min_length=1)] = "driving"


class TravelSection(_Section):
    """The source of travel times, and what belongs to it."""

    source: TravelKind = TravelKind.STRAIGHT_LINE
    roads: Annotated[str, Field(min_length=1)] | None = None
    speeds: Annotated[str, Field(min_length=1)] | None = None
    max_access_m: Annotated[Number, Field(ge=1, le=5_000)] = 300.0
    osrm: dict[Name, OsrmSection] = Field(default_factory=dict)
    osrm_table_size: Annotated[Whole, Field(ge=1, le=100_000)] = 100
    fallback: Literal["straight_line"] | None = None


def travel_settings(
    file: str,
    section: TravelSection,
    folder: Path,
    vehicle_classes: Sequence[str],
    issues: list[DayIssue],
) -> TravelSettings:
    """Settings of a section; files are looked for in ``folder`` unless their path is absolute.

    What is missing for the source, or belongs to another one, is added to ``issues``.
    """

    def note(field: str, cause: str, action: str) -> None:
        issues.append(
            DayIssue(
                code="city.travel", file=file, field=f"travel.{field}", cause=cause, action=action
            )
        )

    needed = _NEEDS.get(section.source)
    if needed is not None and not getattr(section, needed):
        note(needed, f"is missing, and the source is {section.source}", "give it")
    for name in sorted(section.model_fields_set & _BELONGS_TO.keys()):
        if section.source is not _BELONGS_TO[name]:
            note(
                name,
                f"means nothing where the source is {section.source}",
                f'take it out, or give source = "{_BELONGS_TO[name]}"',
            )
    unknown = sorted(set(section.osrm) - set(vehicle_classes))
    for name in unknown:
        note(
            f"osrm.{name}",
            "is no vehicle class of the city",
            f"give one of {', '.join(vehicle_classes)}",
        )
    return TravelSettings(
        kind=section.source,
        roads=None if section.roads is None else folder / section.roads,
        speeds=None if section.speeds is None else folder / section.speeds,
        max_access_m=section.max_access_m,
        osrm={name: OsrmServer(url=s.url, profile=s.profile) for name, s in section.osrm.items()},
        osrm_table_size=section.osrm_table_size,
        straight_if_down=section.fallback is not None,
    )


def travel_lines(settings: TravelSettings) -> Mapping[str, Mapping[str, str | float]]:
    """Sections and settings that read back as ``settings``; empty for the defaults."""
    if settings.kind is TravelKind.STRAIGHT_LINE:
        return {}
    values: dict[str, str | float] = {
        "source": settings.kind.value,
        "max_access_m": settings.max_access_m,
    }
    if settings.kind is TravelKind.ROADS:
        for name, path in (("roads", settings.roads), ("speeds", settings.speeds)):
            if path is not None:
                values[name] = str(path.absolute())
        return {"travel": values}
    values["osrm_table_size"] = settings.osrm_table_size
    if settings.straight_if_down:
        values["fallback"] = "straight_line"
    servers = {
        f"travel.osrm.{json.dumps(name, ensure_ascii=False)}": {
            "url": server.url,
            "profile": server.profile,
        }
        for name, server in settings.osrm.items()
    }
    return {"travel": values} | servers
