"""What time it is for the service."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time, and waits in it."""

    def now(self) -> datetime:
        """The moment, aware."""
        ...

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Waits until the event is set or ``seconds`` of this clock are over; whether it is set."""
        ...


class WallClock:
    """The computer's clock, or one that began elsewhere and runs faster.

    Args:
        start_at: What it shows at first; ``None`` for the real time.
        speed: Its seconds per real second.

    Raises:
        ValueError: ``start_at`` has no time zone, or the speed is not above 0.
    """

    def __init__(self, start_at: datetime | None = None, speed: float = 1.0) -> None:
        if start_at is not None and start_at.utcoffset() is None:
            raise ValueError(f"the clock's start {start_at.isoformat()} has no offset; give one")
        if speed <= 0:
            raise ValueError(f"the clock's speed is {speed}; give more than 0")
        self._is_real = start_at is None and speed == 1.0
        self._start_at = start_at or datetime.now(UTC)
        self._speed = speed
        self._began_s = time.monotonic()

    def now(self) -> datetime:
        """The moment in UTC."""
        if self._is_real:
            return datetime.now(UTC)
        passed_s = (time.monotonic() - self._began_s) * self._speed
        return self._start_at.astimezone(UTC) + timedelta(seconds=passed_s)

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Waits until the event is set or ``seconds`` of this clock are over; whether it is set."""
        return event.wait(seconds / self._speed)
