"""Which windows a shopper is asked to choose from."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dispatch.domain.places import Window
from dispatch.service.live_city import LiveCity


def soonest(city: LiveCity, now: datetime) -> Window:
    """From now on, as long as a window of the grid; in whole minutes of local time."""
    start_at = now.astimezone(city.zone).replace(second=0, microsecond=0)
    return Window(start_at, start_at + timedelta(minutes=city.config.slots.length_min))


def grid(city: LiveCity, now: datetime) -> Iterator[Window]:
    """The windows of all days that can be booked, as far as there is time to get to them."""
    slots = city.config.slots
    first_at = now + timedelta(minutes=slots.least_lead_min)
    for day in city.dates(now):
        for window in _of_day(day, city.zone, slots.starts, slots.length_min):
            if window.start_at >= first_at:
                yield window


@lru_cache(maxsize=256)
def _of_day(
    day: date, zone: ZoneInfo, starts: tuple[time, ...], length_min: int
) -> tuple[Window, ...]:
    """The windows of a day, in its local time."""
    found = []
    for start in starts:
        start_at = datetime.combine(day, start, zone)
        end_at = datetime.fromtimestamp(start_at.timestamp() + length_min * 60, zone)
        found.append(Window(start_at, end_at))
    return tuple(found)
