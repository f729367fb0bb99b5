"""Times in a day's files: clock times of the day, or dates with times and offsets."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_DATED = re.compile(
    r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)?"
    r" ?(?:(Z)|([+-])(\d{2}):(\d{2}))?"
)
TIME_FORMS = "give HH:MM of the day (24:00 and later is the next day) or 2025-11-03T09:00:00+08:00"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns the texts of one day's files into moments, and back.

    Attributes:
        date: The day.
        timezone: Of times that carry no offset.
    """

    date: date
    timezone: ZoneInfo
    _known: dict[str, datetime] = field(default_factory=dict, repr=False, compare=False)

    @property
    def midnight_at(self) -> datetime:
        """When the day begins."""
        return datetime.combine(self.date, time(), self.timezone)

    def moment(self, text: str) -> datetime:
        """The moment a text names, in the day's time zone.

        Raises:
            ValueError: The text is no time.
        """
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._parse(text)
        return known

    def text(self, moment_at: datetime) -> str:
        """``HH:MM`` for whole minutes of the day, else RFC 3339."""
        local = moment_at.astimezone(self.timezone)
        if local.date() == self.date and not local.second and not local.microsecond:
            return f"{local:%H:%M}"
        return local.isoformat()

    def _parse(self, text: str) -> datetime:
        clock = _CLOCK.fullmatch(text)
        if clock:
            hour, minute, second = (int(part or 0) for part in clock.groups())
            if hour >= 48:
                raise ValueError(f"hour {hour} is beyond 47")
            day = self.date + timedelta(days=hour // 24)
            return datetime.combine(day, time(hour % 24, minute, second), self.timezone)
        dated = _DATED.fullmatch(text)
        if not dated:
            raise ValueError("is no time")
        year, month, day_of_month, hour, minute, second = (
            int(part or 0) for part in dated.group(1, 3, 4, 5, 6, 7)
        )
        naive = datetime(year, month, day_of_month, hour, minute, second)
        offset = _offset(dated)
        if offset is None:
            return naive.replace(tzinfo=self.timezone)
        return naive.replace(tzinfo=offset).astimezone(self.timezone)


def _offset(dated: re.Match[str]) -> timezone | None:
    utc, sign, hours, minutes = dated.groups()[7:]
    if utc:
        return UTC
    if sign is None:
        return None
    shift = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(shift if sign == "+" else -shift)
