"""What became of an event."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """The ways an event can end; only ``APPLIED`` changes what is known of the day."""

    APPLIED = "applied"
    REPEATED = "repeated"
    LATE = "late"
    KEPT = "kept"
    UNKNOWN = "unknown"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one event.

    Attributes:
        outcome: ``REPEATED`` was known already, ``LATE`` is older than what is known, ``KEPT``
            waits for the booking it belongs to, ``UNKNOWN`` names an id there is not,
            ``REFUSED`` cannot be true, or not any more.
        why: In words; empty where everything was as expected.
        request_ids: Requests of which something is different now, sorted.
        courier_ids: Couriers of which something is different now, sorted.
    """

    outcome: Outcome
    why: str = ""
    request_ids: tuple[str, ...] = ()
    courier_ids: tuple[str, ...] = ()
