"""Where and when things happen."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point in WGS84 degrees."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, both ends inclusive and aware.

    For a pickup it bounds the start of service: the courier rings the bell inside it.
    """

    start_at: datetime
    end_at: datetime
