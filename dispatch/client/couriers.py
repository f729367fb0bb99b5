"""What courier apps need."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import AwareDatetime

from dispatch.client.transport import Transport, path_of
from dispatch.client.types import ContactShown, Received, Window, moment

Happening = Literal[
    "shift_started",
    "shift_ended",
    "position",
    "departed",
    "arrived",
    "collected",
    "failed",
    "refused",
    "unloaded",
    "break_started",
    "break_ended",
    "broken_down",
    "load_recovered",
]


class Verdict(Received):
    """What became of what was told: ``applied``, ``repeated``, ``late`` or ``kept``, and why."""

    outcome: str
    why: str


class Task(Received):
    """One thing to do."""

    kind: str
    committed: bool
    start_at: AwareDatetime
    end_at: AwareDatetime
    pickup_id: str | None = None
    hub_id: str | None = None
    courier_id: str | None = None
    lon: float | None = None
    lat: float | None = None
    promise: Window | None = None
    contact: ContactShown | None = None


class Tasks(Received):
    """What a courier does next, in order."""

    courier_id: str
    date: date
    status: str
    tasks: tuple[Task, ...]
    revision: int


class CourierClient:
    """One courier of a city, on one day.

    Args:
        transport: To the service.
        city: Of the courier.
        courier_id: As in the city's configuration.
        day: Of the shift; ``None`` for today.
    """

    def __init__(self, transport: Transport, city: str, courier_id: str, day: date | None) -> None:
        self._transport = transport
        self._path = path_of("cities", city, "couriers", courier_id)
        self._date = None if day is None else day.isoformat()

    def tasks(self) -> Tasks:
        """What to set out for by now, and what comes after it."""
        answer = self._transport.get(f"{self._path}/tasks", {"date": self._date})
        return Tasks.model_validate(answer)

    def tell(self, happening: Happening, *, at: datetime | None = None, **fields: Any) -> Verdict:
        """Tells what happened; telling it twice does no harm.

        Args:
            happening: What.
            at: When it happened; now if left out.
            **fields: What goes with it, such as ``pickup_id`` and ``weight_g``.
        """
        body = {"type": happening, "at": moment(at), "date": self._date, **fields}
        return Verdict.model_validate(self._transport.post(f"{self._path}/events", body))
