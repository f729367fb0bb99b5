"""What can be told, and the CloudEvents body it is told in.

CloudEvents 1.0, JSON format: https://github.com/cloudevents/spec. ``sequence`` is the documented
extension of that name: events are delivered in any order, and it says what came first.
"""

import json
from datetime import UTC, datetime
from enum import StrEnum

from dispatch.storage.outbox import OutboxEvent

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
_SEQUENCE_DIGITS = 20


class EventType(StrEnum):
    """Everything a returns system can be told."""

    BOOKED = "pickup.booked"
    ASSIGNED = "pickup.assigned"
    ETA_CHANGED = "pickup.eta_changed"
    AT_RISK = "pickup.at_risk"
    COLLECTED = "pickup.collected"
    FAILED = "pickup.failed"
    RESCHEDULED = "pickup.rescheduled"
    CANCELLED = "pickup.cancelled"
    PROMISE_BROKEN = "pickup.promise_broken"


def body_of(event: OutboxEvent) -> bytes:
    """The body of a delivery, the same bytes at every attempt."""
    document = {
        "specversion": "1.0",
        "id": event.id,
        "source": f"/v1/cities/{event.city}",
        "type": event.type,
        "subject": event.subject,
        "time": _rfc3339(event.occurred_at),
        "sequence": f"{event.seq:0{_SEQUENCE_DIGITS}d}",
        "datacontenttype": "application/json",
        "data": dict(event.data),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
