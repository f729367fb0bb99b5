"""What was last said of a pickup, so that only what is new is said."""

from dataclasses import dataclass
from datetime import date, datetime

from dispatch.storage.pickups import Pickup


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What clients know of a pickup.

    Attributes:
        date: The day it is planned on.
        status: How far it has come.
        courier_id: Who is to collect it.
        eta_at: When.
        at_risk: Whether it was said that the promise may break.
        late_s: Seconds after the promise that were said.
    """

    date: date
    status: str
    courier_id: str | None = None
    eta_at: datetime | None = None
    at_risk: bool = False
    late_s: int = 0

    @classmethod
    def of(cls, pickup: Pickup) -> "Told":
        """What stands in the pickup's row."""
        late_s = 0
        if pickup.eta_at is not None:
            late_s = max(0, int((pickup.eta_at - pickup.promise_end_at).total_seconds()))
        return cls(
            date=pickup.date,
            status=pickup.status,
            courier_id=pickup.courier_id,
            eta_at=pickup.eta_at,
            late_s=late_s,
        )
