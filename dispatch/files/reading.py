"""Reading a DAY folder, whole: either a sound day or every finding at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from dispatch.defaults import TIMEZONE
from dispatch.domain.couriers import Courier
from dispatch.domain.day import Day
from dispatch.domain.hubs import Hub
from dispatch.domain.places import Place
from dispatch.domain.requests import PickupRequest
from dispatch.files.building import RowIssues, build_courier, build_hub, build_request, by_id
from dispatch.files.city_file import CityFacts, read_city
from dispatch.files.cross_checks import (
    check_dates,
    check_ids,
    check_service,
)
from dispatch.files.document import document_sources, refuse_other_travel
from dispatch.files.folder import (
    FORMS,
    SERVICE_AREA_FILE,
    Source,
    fingerprint,
    in_order,
    read_sources,
)
from dispatch.files.issues import DayError, DayIssue
from dispatch.files.places import GivenPlace, read_places
from dispatch.files.rows import CourierRow, HubRow, RequestRow, Row, columns_of, validated
from dispatch.files.tables import Record, read_table
from dispatch.files.times import Calendar
from geo.errors import GeoError
from geo.service_area import ServiceArea

_ABOUT_HUBS = ("hub.unknown", "courier.no_start")

_FALLBACK = Calendar(date(2000, 1, 1), ZoneInfo(TIMEZONE))

AnyRow = TypeVar("AnyRow", bound=Row)
Rows = list[tuple[Record, AnyRow]]


@dataclass(frozen=True, slots=True)
class _Tables:
    """The rows that are sound by themselves, with the files they are from."""

    requests: Rows[RequestRow]
    couriers: Rows[CourierRow]
    hubs: Rows[HubRow]
    request_file: str
    courier_file: str
    hub_file: str


def read_day(folder: Path) -> Day:
    """Read and validate a DAY folder.

    Args:
        folder: Holds city, requests, couriers and hubs, each as one file; see
            ``docs/day-format.md``.

    Raises:
        DayError: Something is wrong; the error holds everything that is, in the order of files
            and rows. Where the city file itself is at fault, the rules that need its date, area
            and vehicle classes are left for the next reading.
    """
    issues: list[DayIssue] = []
    return _day_of(folder, read_sources(folder, issues), issues)


def read_day_document(document: Mapping[str, Any]) -> Day:
    """Read and validate a day that is one JSON object instead of a folder.

    Args:
        document: ``city``, ``requests``, ``couriers``, ``hubs`` and perhaps ``service_area``, each
            what the JSON file of that name would hold.

    Raises:
        DayError: Something is wrong; issues name the part as ``couriers.json`` and so on. Other
            files cannot be named in it, so that only straight lines can be travelled.
    """
    issues: list[DayIssue] = []
    sources = document_sources(document, issues)
    refuse_other_travel(document.get("city"), issues)
    if issues:
        raise DayError(in_order(issues))
    return _day_of(Path(), sources, issues)


def _day_of(folder: Path, sources: dict[str, Source], issues: list[DayIssue]) -> Day:
    area_text = _area_text(sources, issues)
    city = _read_city(folder, sources, area_text, issues)
    tables = _read_tables(sources, city, issues)
    parts = _build(tables, city, issues) if city is not None else None
    if issues or city is None or parts is None:
        raise DayError(in_order(issues))
    requests, couriers, hubs = parts
    return Day(
        settings=city.settings,
        requests=tuple(requests),
        couriers=tuple(couriers),
        hubs=tuple(hubs),
        fingerprint=fingerprint({source.name: source.content for source in sources.values()}),
    )


def _area_text(sources: dict[str, Source], issues: list[DayIssue]) -> str | None:
    """The planner's own service area as normalised GeoJSON text."""
    source = sources.get("service_area")
    if source is None:
        return None
    try:
        return ServiceArea.from_geojson(source.content.decode("utf-8-sig")).to_geojson()
    except UnicodeDecodeError as error:
        issues.append(
            DayIssue(
                code="file.encoding",
                file=SERVICE_AREA_FILE,
                cause=f"is not UTF-8 (byte {error.start})",
                action="save it as UTF-8",
            )
        )
    except GeoError as error:
        issues.append(
            DayIssue(
                code=error.code, file=SERVICE_AREA_FILE, cause=error.cause, action=error.action
            )
        )
    return None


def _read_city(
    folder: Path, sources: dict[str, Source], area_text: str | None, issues: list[DayIssue]
) -> CityFacts | None:
    source = sources.get("city")
    if source is None:
        return None
    return read_city(folder / source.name, source.content, area_text, issues)


def _read_tables(
    sources: dict[str, Source], city: CityFacts | None, issues: list[DayIssue]
) -> _Tables:
    calendar = _FALLBACK
    if city is not None:
        calendar = Calendar(city.settings.date, city.settings.timezone)

    def rows(part: str, model: type[AnyRow]) -> tuple[str, Rows[AnyRow]]:
        source = sources.get(part)
        if source is None:
            return FORMS[part][0], []
        table = read_table(source.name, source.content, columns_of(model), issues)
        sound = validated(model, table, calendar, issues)
        return source.name, sound

    request_file, requests = rows("requests", RequestRow)
    courier_file, couriers = rows("couriers", CourierRow)
    hub_file, hubs = rows("hubs", HubRow)
    check_ids(request_file, ((record, row.id) for record, row in requests), issues)
    check_ids(courier_file, ((record, row.id) for record, row in couriers), issues)
    check_ids(hub_file, ((record, row.id) for record, row in hubs), issues)
    return _Tables(requests, couriers, hubs, request_file, courier_file, hub_file)


def _build(
    tables: _Tables, city: CityFacts, issues: list[DayIssue]
) -> tuple[list[PickupRequest], list[Courier], list[Hub]]:
    area = (
        ServiceArea.of_city(city.city)
        if city.settings.service_area is None
        else ServiceArea.from_geojson(city.settings.service_area)
    )
    calendar = Calendar(city.settings.date, city.settings.timezone)
    hubs = _hubs(tables, city, area, issues)
    hubs_sound = not any(issue.file == tables.hub_file for issue in issues)
    couriers = _couriers(tables, by_id([hub for _, hub in hubs]), city, area, issues)
    if not hubs_sound:
        # Couriers are not to blame for hubs that could not be read.
        issues[:] = [issue for issue in issues if issue.code not in _ABOUT_HUBS]
    requests = _requests(tables, city, area, issues)
    for file, name, entries in (
        (tables.request_file, "window_start", [(r, request.windows) for r, request in requests]),
        (tables.courier_file, "shift_start", [(r, (courier.shift,)) for r, courier in couriers]),
        (tables.hub_file, "opens", [(r, hub.hours) for r, hub in hubs]),
    ):
        check_dates(file, name, entries, calendar, issues)
    shifts = [courier for _, courier in couriers]
    # Without all couriers nobody knows what the fleet can do.
    if hubs_sound and not any(issue.file == tables.courier_file for issue in issues):
        check_service(requests, tables.request_file, shifts, tables.courier_file, issues)
    return [request for _, request in requests], shifts, [hub for _, hub in hubs]


def _hubs(
    tables: _Tables, city: CityFacts, area: ServiceArea, issues: list[DayIssue]
) -> list[tuple[Record, Hub]]:
    given = [GivenPlace(record, row.lon, row.lat) for record, row in tables.hubs]
    places = read_places(tables.hub_file, "lon", given, city, area, issues, inside=False)
    return [
        (record, build_hub(row, place, RowIssues(tables.hub_file, record, issues)))
        for (record, row), place in zip(tables.hubs, places, strict=True)
        if place is not None
    ]


def _requests(
    tables: _Tables, city: CityFacts, area: ServiceArea, issues: list[DayIssue]
) -> list[tuple[Record, PickupRequest]]:
    given = [GivenPlace(record, row.lon, row.lat) for record, row in tables.requests]
    places = read_places(tables.request_file, "lon", given, city, area, issues, inside=True)
    return [
        (record, build_request(row, place, RowIssues(tables.request_file, record, issues)))
        for (record, row), place in zip(tables.requests, places, strict=True)
        if place is not None
    ]


def _couriers(
    tables: _Tables,
    hubs: dict[str, Hub],
    city: CityFacts,
    area: ServiceArea,
    issues: list[DayIssue],
) -> list[tuple[Record, Courier]]:
    ends: dict[str, list[GivenPlace]] = {"start": [], "end": []}
    for record, row in tables.couriers:
        for which, lon, lat in (
            ("start", row.start_lon, row.start_lat),
            ("end", row.end_lon, row.end_lat),
        ):
            if lon is not None and lat is not None:
                ends[which].append(GivenPlace(record, lon, lat))
            elif (lon is None) != (lat is None):
                lacking = f"{which}_lon" if lon is None else f"{which}_lat"
                RowIssues(tables.courier_file, record, issues).add(
                    "place.half", lacking, "is missing beside the other", "give both, or neither"
                )
    place_of: dict[str, dict[int, Place | None]] = {}
    for which, given in ends.items():
        places = read_places(
            tables.courier_file, f"{which}_lon", given, city, area, issues, inside=False
        )
        place_of[which] = {
            entry.record.row: place for entry, place in zip(given, places, strict=True)
        }
    built = []
    for record, row in tables.couriers:
        start, end = (place_of[which].get(record.row) for which in ("start", "end"))
        row_issues = RowIssues(tables.courier_file, record, issues)
        courier = build_courier(row, start, end, hubs, city, row_issues)
        if courier is not None:
            built.append((record, courier))
    return built
