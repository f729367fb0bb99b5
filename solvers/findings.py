"""What the checker finds: violations, lateness and inherited breaches."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How a finding counts.

    A violation makes the plan invalid. Lateness is valid and costs. An inherited breach is made
    unavoidable by the committed prefix or an already broken promise: reported, not held against
    the plan.
    """

    VIOLATION = "violation"
    LATENESS = "lateness"
    INHERITED = "inherited"


class Rule(StrEnum):
    """The rules a plan can break."""

    UNKNOWN_VEHICLE = "unknown_vehicle"
    UNKNOWN_STOP = "unknown_stop"
    UNKNOWN_HUB = "unknown_hub"
    VEHICLE_TWICE = "vehicle_twice"
    STOP_TWICE = "stop_twice"
    REQUIRED_UNSERVED = "required_unserved"
    WINDOW = "window"
    LATE = "late"
    HUB_CLOSED = "hub_closed"
    HUB_NOT_ALLOWED = "hub_not_allowed"
    CAPACITY = "capacity"
    UNREACHABLE = "unreachable"
    SHIFT_END = "shift_end"
    SKILLS = "skills"
    NOT_ALLOWED = "not_allowed"
    EXCLUDED = "excluded"
    BREAK_MISSING = "break_missing"
    BREAK_UNKNOWN = "break_unknown"
    BREAK_TWICE = "break_twice"
    BREAK_WINDOW = "break_window"
    BREAK_PLACE = "break_place"
    COMMITTED = "committed"
    MAX_STOPS = "max_stops"
    MAX_DISTANCE = "max_distance"
    MAX_DRIVE = "max_drive"
    MAX_DURATION = "max_duration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing the checker has to say about a plan.

    Attributes:
        severity: How it counts.
        rule: Which rule is broken.
        vehicle: Index of the vehicle; ``None`` where no route is concerned.
        stop: Index of the stop; ``None`` where no single stop is concerned.
        amount: By how much the rule is broken, in ``unit``; 0 where it is all or nothing.
        unit: ``s``, ``m``, ``stops``, or the name of a load dimension.
        message: One sentence with ids and amounts.
    """

    severity: Severity
    rule: Rule
    vehicle: int | None = None
    stop: int | None = None
    amount: int = 0
    unit: str = ""
    message: str


@dataclass(frozen=True, slots=True)
class Excess:
    """A rule broken on one route, before it is known whether that was avoidable.

    Attributes:
        rule: Which rule.
        position: Index of the visit where it shows; ``None`` for the route as a whole.
        stop: Index of the stop concerned, if one is.
        amount: By how much.
        unit: Of the amount.
        text: What happened, without the vehicle's name.
        key: Tells apart excesses of one rule on one route (the load dimension).
    """

    rule: Rule
    position: int | None
    stop: int | None
    amount: int
    unit: str
    text: str
    key: str = ""
