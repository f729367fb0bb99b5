"""How far a pickup has come, as clients are told."""

from enum import StrEnum

from dispatch.live.records import RequestStatus


class PickupStatus(StrEnum):
    """The steps of a pickup."""

    BOOKED = "booked"
    ASSIGNED = "assigned"
    UNDERWAY = "underway"
    AT_DOOR = "at_door"
    COLLECTED = "collected"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN_STATUSES = frozenset(
    {PickupStatus.BOOKED, PickupStatus.ASSIGNED, PickupStatus.UNDERWAY, PickupStatus.AT_DOOR}
)
"""Those that still take a place."""

WAITING = frozenset({PickupStatus.BOOKED, PickupStatus.ASSIGNED})
"""Nobody is on the way yet."""

OF_LEDGER = {
    RequestStatus.OPEN: PickupStatus.BOOKED,
    RequestStatus.UNDERWAY: PickupStatus.UNDERWAY,
    RequestStatus.AT_DOOR: PickupStatus.AT_DOOR,
    RequestStatus.COLLECTED: PickupStatus.COLLECTED,
    RequestStatus.CANCELLED: PickupStatus.CANCELLED,
    RequestStatus.FAILED: PickupStatus.FAILED,
}
"""What the ledger's statuses are called; an open one may be assigned too."""
