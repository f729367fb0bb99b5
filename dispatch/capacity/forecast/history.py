"""History files: requests of days gone by, one row each; ``docs/capacity.md`` has the columns."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from pydantic import Field

from dispatch.capacity.forecast.demand import WindowShare
from dispatch.capacity.forecast.wishes import window_shares
from dispatch.defaults import TIMEZONE
from dispatch.domain.requests import PickupClass
from dispatch.files.issues import DayError, DayIssue
from dispatch.files.rows import Moment, Name, Number, Row, columns_of, validated
from dispatch.files.tables import Record, read_table
from dispatch.files.times import Calendar
from geo.cities import City, find_city
from geo.coordinates import great_circle_m
from geo.errors import GeoError
from geo.service_area import served_districts

LONGEST_DAYS = 3_660
_FIRST_YEAR = 2000
_CITY_WIDE = "city"


class HistoryRow(Row):
    """One request of the past."""

    city: Name
    pickup_class: PickupClass = Field(alias="class")
    zone: Name | None = None
    lon: Number | None = None
    lat: Number | None = None
    asked_at: Moment
    window_start: Moment
    window_end: Moment


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """What was asked for in one city and class.

    Attributes:
        city: English name in the catalogue.
        kind: The class.
        first: The first day of ``counts``.
        counts: Requests on each day, by the day their window begins, shape (n,); not a number on
            days of which the file knows nothing in this city.
        windows: What was asked for.
        zones: Share of the requests by zone.
    """

    city: str
    kind: PickupClass
    first: date
    counts: npt.NDArray[np.float64]
    windows: tuple[WindowShare, ...]
    zones: Mapping[str, float]

    @property
    def days(self) -> list[date]:
        """The days of ``counts``."""
        return [self.first + timedelta(days=number) for number in range(len(self.counts))]


def read_history(path: Path) -> tuple[History, ...]:
    """Histories by city and class, in the order of the catalogue's names in the file.

    Raises:
        DayError: With everything that is wrong with the file.
        OSError: It cannot be read.
    """
    issues: list[DayIssue] = []
    table = read_table(path.name, path.read_bytes(), columns_of(HistoryRow), issues)
    calendar = Calendar(date(1970, 1, 1), ZoneInfo(TIMEZONE))
    rows = validated(HistoryRow, table, calendar, issues)
    cities = _cities(path.name, rows, issues)
    for record, row in rows:
        issues.extend(_row_issues(path.name, record, row, calendar))
    issues.extend(_span_issues(path.name, rows))
    if not rows and not issues:
        issues.append(_empty(path.name))
    if issues:
        raise DayError(issues)
    return _histories([row for _, row in rows], cities, calendar)


def _cities(
    file: str, rows: Iterable[tuple[Record, HistoryRow]], issues: list[DayIssue]
) -> dict[str, City]:
    """Cities by the names the file has for them; each unknown name is one issue."""
    found: dict[str, City] = {}
    unknown: set[str] = set()
    for record, row in rows:
        if row.city in found or row.city in unknown:
            continue
        try:
            found[row.city] = find_city(row.city)
        except GeoError as error:
            unknown.add(row.city)
            issues.append(
                DayIssue(
                    code="history.city",
                    file=file,
                    row=record.row,
                    field="city",
                    value=row.city,
                    cause="is not in the catalogue",
                    action=error.action,
                )
            )
    return found


def _row_issues(
    file: str, record: Record, row: HistoryRow, calendar: Calendar
) -> Iterable[DayIssue]:
    if row.window_end <= row.window_start:
        yield DayIssue(
            code="history.window",
            file=file,
            row=record.row,
            field="window_end",
            value=calendar.text(row.window_end),
            cause="is not after window_start",
            action="give the window's end",
        )
    if row.window_start.year < _FIRST_YEAR:
        yield DayIssue(
            code="history.date",
            file=file,
            row=record.row,
            field="window_start",
            value=str(record.values["window_start"]),
            cause="names no day, or one before 2000",
            action="give date and time, as 2025-11-03T09:00",
        )
    if row.asked_at > row.window_end:
        yield DayIssue(
            code="history.asked",
            file=file,
            row=record.row,
            field="asked_at",
            value=calendar.text(row.asked_at),
            cause="is after the window's end",
            action="give the time the shopper asked",
        )
    if (row.lon is None) != (row.lat is None):
        yield DayIssue(
            code="history.place",
            file=file,
            row=record.row,
            field="lon" if row.lon is None else "lat",
            cause="is missing beside the other coordinate",
            action="give both lon and lat, or a zone",
        )


def _span_issues(file: str, rows: Iterable[tuple[Record, HistoryRow]]) -> Iterable[DayIssue]:
    """A year mistyped makes a history of centuries."""
    dated = sorted((row.window_start.date(), record.row) for record, row in rows)
    if dated and (dated[-1][0] - dated[0][0]).days > LONGEST_DAYS:
        yield DayIssue(
            code="history.span",
            file=file,
            row=dated[0][1],
            field="window_start",
            value=str(dated[0][0]),
            cause=f"lies more than {LONGEST_DAYS} days before the last day, {dated[-1][0]}",
            action="check the year",
        )


def _empty(file: str) -> DayIssue:
    return DayIssue(
        code="history.empty", file=file, cause="has no rows", action="give one row for each request"
    )


def _histories(
    rows: Iterable[HistoryRow], cities: Mapping[str, City], calendar: Calendar
) -> tuple[History, ...]:
    grouped: dict[str, dict[PickupClass, list[HistoryRow]]] = {}
    for row in rows:
        of_city = grouped.setdefault(cities[row.city].name, {})
        of_city.setdefault(row.pickup_class, []).append(row)
    return tuple(
        _history(find_city(name), kind, of_city, calendar)
        for name, of_city in grouped.items()
        for kind in PickupClass
        if kind in of_city
    )


def _history(
    city: City,
    kind: PickupClass,
    of_city: Mapping[PickupClass, list[HistoryRow]],
    calendar: Calendar,
) -> History:
    def day_of(row: HistoryRow) -> date:
        return row.window_start.astimezone(calendar.timezone).date()

    known = {day_of(row) for rows in of_city.values() for row in rows}
    own = Counter(day_of(row) for row in of_city[kind])
    first, last = min(own), max(own)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    zones = Counter(_zone(row, city) for row in of_city[kind])
    return History(
        city=city.name,
        kind=kind,
        first=first,
        counts=np.array([own[day] if day in known else np.nan for day in days], dtype=np.float64),
        windows=window_shares(_window_s(row, calendar) for row in of_city[kind]),
        zones={zone: count / zones.total() for zone, count in zones.most_common()},
    )


def _window_s(row: HistoryRow, calendar: Calendar) -> tuple[int, int]:
    start_at = row.window_start.astimezone(calendar.timezone)
    start_s = start_at.hour * 3_600 + start_at.minute * 60
    return start_s, start_s + round((row.window_end - row.window_start).total_seconds())


def _zone(row: HistoryRow, city: City) -> str:
    """The zone given, or else the district whose label is nearest to the place."""
    if row.zone is not None:
        return row.zone
    if row.lon is None or row.lat is None:
        return _CITY_WIDE
    districts = served_districts(city)
    labels = [(one.label_lon, one.label_lat) for one in districts]
    return districts[int(np.argmin(great_circle_m(labels, (row.lon, row.lat))))].name_zh
