"""A small city and a clock that stands still, for tests of the service and its door."""

import threading
from datetime import datetime, timedelta
from typing import Any

from dispatch.service.config import CityConfig
from dispatch.service.requests import Asked

CITY = "hangzhou"
NINE = datetime.fromisoformat("2026-06-10T09:00:00+08:00")
CENTRE = (120.155, 30.274)


class StandingClock:
    """Shows what it is set to."""

    def __init__(self, now: datetime = NINE) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now

    def advance(self, **passed: float) -> None:
        self._now += timedelta(**passed)

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return event.wait(0.05 if seconds else 0.0)


def city_config(couriers: int = 2, **sections: Any) -> CityConfig:
    """Couriers on e-bikes from eight to eight, a van from ten to six, one hub."""
    lon, lat = CENTRE
    around = [[lon - 0.1, lat - 0.1], [lon + 0.1, lat - 0.1], [lon + 0.1, lat + 0.1]]
    ring = [*around, [lon - 0.1, lat + 0.1], [lon - 0.1, lat - 0.1]]
    riders = [
        {
            "id": f"E{number}",
            "vehicle": "ebike",
            "shift_start": "08:00",
            "shift_end": "20:00",
            "start_lon": lon,
            "start_lat": lat,
        }
        for number in range(1, couriers + 1)
    ]
    van = {**riders[0], "id": "V1", "vehicle": "van", "shift_start": "10:00", "shift_end": "18:00"}
    return CityConfig.model_validate(
        {
            "name": "Hangzhou",
            "day": {
                "city": {"schema": 1, "city": "Hangzhou"},
                "couriers": [*riders, van],
                "hubs": [{"id": "H1", "lon": lon, "lat": lat}],
                "service_area": {"type": "Polygon", "coordinates": [ring]},
            },
            "slots": {"days_ahead": 1},
            "planning": {"search_s": 0},
            **sections,
        }
    )


def parcel(**changes: Any) -> Asked:
    """A parcel at a door near the middle."""
    lon, lat = CENTRE
    usual = {"lon": lon + 0.01, "lat": lat, "weight_g": 1_500, "volume_ml": 6_000}
    return Asked.model_validate(usual | changes)
