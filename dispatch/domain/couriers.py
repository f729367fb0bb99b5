"""Couriers on shift, with their vehicles."""

from dataclasses import dataclass
from datetime import timedelta

from dispatch.domain.places import Place, Window
from dispatch.domain.requests import Load


@dataclass(frozen=True, slots=True)
class Rest:
    """An unpaid break of ``length`` that starts inside ``window``."""

    window: Window
    length: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """One courier (or crew) and vehicle for one shift.

    Attributes:
        id: Unique in its day.
        vehicle_class: Name of a vehicle class of the city settings, such as ``ebike``.
        crew_size: People aboard; bulky pickups need two.
        shift: From when the courier may leave to when the route must have ended.
        start: Where the courier is at the start.
        end: Where the route must end; ``None`` ends with the last pickup.
        capacity: Most that can be carried between two unloadings.
        skills: What the courier offers beyond crew size.
        home_zones: Names of zones served without extra price; empty means all.
        cost_per_hour_fen: Per hour of paid time.
        cost_per_km_fen: Per kilometre driven.
        fixed_fen: If the courier is used at all.
        rest: The break, if one is taken.
        hub_ids: Hubs the courier may unload at.
    """

    id: str
    vehicle_class: str
    crew_size: int
    shift: Window
    start: Place
    end: Place | None
    capacity: Load
    skills: frozenset[str]
    home_zones: frozenset[str]
    cost_per_hour_fen: int
    cost_per_km_fen: int
    fixed_fen: int
    rest: Rest | None
    hub_ids: tuple[str, ...]
