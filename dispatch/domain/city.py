"""What holds for a whole city on one day: calendar, speeds, service times and prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from dispatch.domain.requests import PickupClass


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleClassSettings:
    """How a vehicle class moves.

    Attributes:
        name: Such as ``ebike`` or ``van``.
        speeds_kmh: One speed, or 24 for the hours of the day.
        detour: Length of the way over the straight line, 1.0 or more.
    """

    name: str
    speeds_kmh: tuple[float, ...]
    detour: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTimes:
    """Seconds at the door for one class of pickups.

    Attributes:
        setup_s: Parking and finding the door, once per run of stops at one address.
        base_s: Every pickup.
        per_extra_piece_s: Each piece beyond the first.
        per_floor_without_lift_s: Each floor away from the ground where there is no lift.
        disassembly_s: Where something must be taken apart.
    """

    setup_s: int
    base_s: int
    per_extra_piece_s: int
    per_floor_without_lift_s: int
    disassembly_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSettings:
    """What bad things cost, in fen.

    Attributes:
        unserved_fen: Leaving out a request, by class, before priority.
        priority_percent: Added to it per step of priority.
        late_fen_per_minute: Starting after the promised end.
        late_allowed_s: How long after the promised end a start is still possible at all.
        outside_home_zone_fen: A stop outside its courier's home zones.
    """

    unserved_fen: Mapping[PickupClass, int]
    priority_percent: int
    late_fen_per_minute: int
    late_allowed_s: int
    outside_home_zone_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CitySettings:
    """The settings of one day in one city.

    Attributes:
        city: Catalogue name of the city.
        date: The day.
        timezone: Of all times in the day's files that carry no offset.
        vehicle_classes: By name.
        service_times: By class of pickup.
        prices: What is paid for.
        service_area: GeoJSON geometry text of the planner's own service area, if any.
    """

    city: str
    date: date
    timezone: ZoneInfo
    vehicle_classes: Mapping[str, VehicleClassSettings]
    service_times: Mapping[PickupClass, ServiceTimes]
    prices: PriceSettings
    service_area: str | None = None
