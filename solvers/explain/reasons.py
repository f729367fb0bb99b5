"""What an explanation says: kind, code, by how much, and what would help.

``docs/reasons.md`` gives every kind, code and change its meaning. Units: seconds since the
problem's ``t0``, metres, load units, milli-fen.
"""

from dataclasses import dataclass
from enum import StrEnum

from solvers.model import Visit


class Kind(StrEnum):
    """How strong a claim the reason makes."""

    IMPOSSIBLE_ALONE = "impossible_alone"
    NOT_BESIDE_OTHERS = "not_beside_others"
    NOT_WORTH_ITS_PRICE = "not_worth_its_price"
    FITS = "fits"


class Code(StrEnum):
    """What stands in the way."""

    SKILLS = "skills"
    NOT_ALLOWED = "not_allowed"
    EXCLUDED = "excluded"
    CAPACITY = "capacity"
    WINDOW = "window"
    OTHER_WINDOW = "other_window"
    SHIFT_END = "shift_end"
    DISTANCE = "distance"
    DRIVE = "drive"
    DURATION = "duration"
    STOPS = "stops"
    UNLOADING = "unloading"
    BREAK = "break"
    UNREACHABLE = "unreachable"
    NO_VEHICLES = "no_vehicles"
    PRICE = "price"
    NOTHING = "nothing"


class ChangeKind(StrEnum):
    """What a remedy changes."""

    WINDOW_END = "window_end"
    HUB_END = "hub_end"
    BREAK_END = "break_end"
    SHIFT_END = "shift_end"
    LESS_LOAD = "less_load"
    MORE_CAPACITY = "more_capacity"
    MAX_STOPS = "max_stops"
    MAX_DISTANCE = "max_distance"
    MAX_DRIVE = "max_drive"
    MAX_DURATION = "max_duration"
    ADD_SKILLS = "add_skills"
    ALLOW_VEHICLE = "allow_vehicle"
    EXTRA_VEHICLE = "extra_vehicle"
    HIGHER_PRICE = "higher_price"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One rule that the nearest insertion breaks.

    Attributes:
        code: Which rule.
        amount: By how much, in ``unit``; the number of skills missing; 0 where it is all or
            nothing.
        unit: ``s``, ``m``, ``stops``, ``skills``, the name of a load dimension, or empty.
        stop: The stop where it shows, for windows, skills and lists.
        hub: The hub that would be closed, or may not be used.
    """

    code: Code
    amount: int
    unit: str
    stop: int | None = None
    hub: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change to the problem.

    Attributes:
        kind: What is changed.
        amount: By how much, in ``unit``; seconds later for ends, more for limits and prices.
        unit: ``s``, ``m``, ``stops``, the name of a load dimension, ``milli_fen``, or empty.
        vehicle: Whose limit, shift, break or skill; for an extra vehicle the one it is like.
        stop: Whose window, load, list or price.
        hub: Whose hours.
        skills: Skills to be added.
    """

    kind: ChangeKind
    amount: int = 0
    unit: str = ""
    vehicle: int | None = None
    stop: int | None = None
    hub: int | None = None
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """Changes that, all made together, were proven by replay to let the stop be served.

    Attributes:
        changes: All of them are needed.
        vehicle: Who would serve the stop then; for an extra vehicle the one it is like.
        visits: The whole route that would serve it.
        cost: By how much that route raises the plan's cost (the stop's own price not counted).
    """

    changes: tuple[Change, ...]
    vehicle: int
    visits: tuple[Visit, ...]
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why one stop is not served.

    Attributes:
        stop: Index of the stop.
        kind: How strong the claim is.
        code: What stands in the way: the code of the gravest failure, ``price`` or ``nothing``.
        vehicle: The vehicle that came nearest; ``None`` where there are no vehicles.
        position: Place of the stop among the visits of ``visits``.
        visits: The vehicle's route with the nearest insertion made.
        failures: Every rule that insertion breaks, the gravest first; empty where it is valid.
        cost: By how much a valid insertion raises the plan's cost (the stop's own price not
            counted); ``None`` where there is none.
        price: The stop's own price; ``None`` where it must be served.
        remedies: What would let it be served, each proven; empty where nothing was proven.
    """

    stop: int
    kind: Kind
    code: Code
    vehicle: int | None = None
    position: int | None = None
    visits: tuple[Visit, ...] = ()
    failures: tuple[Failure, ...] = ()
    cost: int | None = None
    price: int | None = None
    remedies: tuple[Remedy, ...] = ()

    @property
    def amount(self) -> int:
        """By how much the gravest rule is broken."""
        return self.failures[0].amount if self.failures else 0

    @property
    def unit(self) -> str:
        """Unit of ``amount``."""
        return self.failures[0].unit if self.failures else ""
