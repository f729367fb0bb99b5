"""Endpoints that do not answer are left in peace for a while, so that others are served.

Each delivery has its own retries; this keeps thousands of them, all to one dead endpoint, from
taking every worker's time. It is a circuit breaker: after some failures in a row the endpoint
rests, then one delivery probes it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

_FAILURES = 3
_FIRST_REST_S = 5.0
_LONGEST_REST_S = 300.0


@dataclass(slots=True)
class _Record:
    failures: int = 0
    rests_until: datetime | None = None
    under_way: int = 0


@dataclass(slots=True)
class Resting:
    """How the endpoints have been doing in this process.

    Attributes:
        at_once: Most deliveries under way to one endpoint.
    """

    at_once: int
    _records: dict[str, _Record] = field(default_factory=dict)

    def free(self, endpoint_id: str, at: datetime) -> int:
        """How many more deliveries may be begun."""
        record = self._records.get(endpoint_id)
        if record is None:
            return self.at_once
        if record.rests_until is None:
            return self.at_once - record.under_way
        if at < record.rests_until or record.under_way:
            return 0
        return 1

    def begun(self, endpoint_id: str) -> None:
        """A delivery is under way."""
        self._records.setdefault(endpoint_id, _Record()).under_way += 1

    def ended(self, endpoint_id: str, *, reached: bool, at: datetime) -> None:
        """A delivery is over; ``reached`` if the endpoint took it."""
        record = self._records[endpoint_id]
        record.under_way -= 1
        if reached:
            record.failures = 0
            record.rests_until = None
            if not record.under_way:
                del self._records[endpoint_id]
            return
        record.failures += 1
        if record.failures >= _FAILURES:
            rest_s = min(_LONGEST_REST_S, _FIRST_REST_S * 2 ** min(record.failures - _FAILURES, 10))
            record.rests_until = at + timedelta(seconds=rest_s)
