"""Which windows a shopper is asked to choose from."""

from collections.abc import Iterator
from datetime import datetime, timedelta

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
        for start in slots.starts:
            start_at = datetime.combine(day, start, city.zone)
            end_at = datetime.fromtimestamp(start_at.timestamp() + slots.length_min * 60, city.zone)
            if start_at >= first_at:
                yield Window(start_at, end_at)
