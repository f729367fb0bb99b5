"""A LaDe-P file: pickups of couriers of Cainiao, one row each.

L. Wu and others, *LaDe: The First Comprehensive Last-mile Delivery Dataset from Industry*,
arXiv:2306.10675 (2023). Times have no year, and no time zone: they are read as the day's own.
"""

import csv
import io
import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.domain.places import Place, Window
from dispatch.files.issues import DayError, DayIssue

_ID = "order_id"
_ACCEPTED = "accept_time"
_WINDOW = ("time_window_start", "time_window_end")
_PLACE = ("lng", "lat")
_READ = (_ID, _ACCEPTED, *_WINDOW, *_PLACE)
_KNOWN = {
    *_READ,
    *("region_id", "city", "courier_id", "aoi_id", "aoi_type", "pickup_time", "ds"),
    *("pickup_gps_time", "pickup_gps_lng", "pickup_gps_lat"),
    *("accept_gps_time", "accept_gps_lng", "accept_gps_lat"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LadePickup:
    """What a row says about a request.

    Attributes:
        id: Order id.
        place: The door, as given.
        window: Promised to the shopper.
        asked_at: When a courier's app accepted the order: the nearest thing to being asked.
    """

    id: str
    place: Place
    window: Window
    asked_at: datetime


def read_lade(name: str, text: str, *, year: int, timezone: ZoneInfo) -> tuple[LadePickup, ...]:
    """The rows of a file, in its order.

    Args:
        name: Of the file, for messages.
        text: CSV.
        year: Of all its times.
        timezone: Of all its times.

    Raises:
        DayError: Holds every row that cannot be used, and why.
    """
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader, [])
    issues = list(_header_issues(name, header))
    if issues:
        raise DayError(issues)
    found: list[LadePickup] = []
    first_rows: dict[str, int] = {}
    for cells in reader:
        row = _Row(name, reader.line_num, issues)
        if len(cells) != len(header):
            cause = f"has {len(cells)} cells for {len(header)} columns"
            row.refuse("row.cells", None, None, cause, "complete the row")
            continue
        values = dict(zip(header, cells, strict=True))
        pickup = row.pickup(values, year, timezone)
        first = first_rows.setdefault(values[_ID], reader.line_num)
        if first != reader.line_num:
            cause = f"is already in row {first}"
            row.refuse("id.duplicate", _ID, values[_ID], cause, "keep one of the rows")
        elif pickup is not None:
            found.append(pickup)
    if issues:
        raise DayError(issues)
    return tuple(found)


def busiest_date(pickups: tuple[LadePickup, ...]) -> date:
    """The date on which most windows start; the earliest of several.

    Raises:
        ValueError: There are no pickups.
    """
    counts = Counter(pickup.window.start_at.date() for pickup in pickups)
    return max(counts, key=lambda day: (counts[day], -day.toordinal()))


def _header_issues(name: str, header: list[str]) -> list[DayIssue]:
    missing = [column for column in _READ if column not in header]
    unknown = [column for column in header if column not in _KNOWN]
    repeated = [column for column, count in Counter(header).items() if count > 1]
    issues = []
    for code, columns, cause, action in (
        ("column.missing", missing, "is missing", "give a LaDe-P pickup file"),
        ("column.unknown", unknown, "is no column of LaDe-P", "remove it"),
        ("column.repeated", repeated, "comes more than once", "keep one"),
    ):
        issues += [
            DayIssue(code=code, file=name, row=1, field=column, cause=cause, action=action)
            for column in columns
        ]
    return issues


class _Row:
    """One row being read; what is wrong with it goes to ``issues``."""

    def __init__(self, file: str, number: int, issues: list[DayIssue]) -> None:
        self._file = file
        self._number = number
        self._issues = issues

    def pickup(self, values: dict[str, str], year: int, timezone: ZoneInfo) -> LadePickup | None:
        """What the row says, or ``None`` with issues."""
        if not values[_ID].strip():
            self.refuse("field.missing", _ID, None, "is empty", "give every row its order id")
        lon, lat = (self._degrees(field, values[field]) for field in _PLACE)
        times = [
            self._time(field, values[field], year, timezone) for field in (_ACCEPTED, *_WINDOW)
        ]
        accepted_at, start_at, end_at = times
        if lon is None or lat is None or not accepted_at or not start_at or not end_at:
            return None
        # The file has no years: what seems to run backwards by half a year crosses New Year.
        half_a_year = timedelta(days=183)
        if accepted_at - start_at > half_a_year:
            accepted_at = accepted_at.replace(year=year - 1)
        if start_at - end_at > half_a_year:
            end_at = end_at.replace(year=year + 1)
        if end_at < start_at:
            cause = f"is before {_WINDOW[0]} {values[_WINDOW[0]]}"
            self.refuse("window.reversed", _WINDOW[1], values[_WINDOW[1]], cause, "correct it")
            return None
        return LadePickup(
            id=values[_ID].strip(),
            place=Place(lon=lon, lat=lat),
            window=Window(start_at, end_at),
            asked_at=accepted_at,
        )

    def refuse(
        self, code: str, field: str | None, value: str | None, cause: str, action: str
    ) -> None:
        """Note something wrong."""
        self._issues.append(
            DayIssue(
                code=code,
                file=self._file,
                row=self._number,
                field=field,
                value=value,
                cause=cause,
                action=action,
            )
        )

    def _degrees(self, field: str, text: str) -> float | None:
        most = 180 if field == _PLACE[0] else 90
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not abs(value) <= most:
            cause = f"is no number of degrees within {most}"
            self.refuse("place.range", field, text, cause, "give degrees")
            return None
        return value

    def _time(self, field: str, text: str, year: int, timezone: ZoneInfo) -> datetime | None:
        try:
            return datetime.strptime(f"{year}-{text}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone)
        except ValueError:
            self.refuse(
                "field.type",
                field,
                text,
                f"is no time of {year} in the form 05-01 13:00:00",
                "correct it, or name another year",
            )
            return None
