"""What holds for a whole city on one day: calendar, speeds, service times and prices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from dispatch.domain.requests import PickupClass


class TravelKind(StrEnum):
    """Where travel times come from."""

    STRAIGHT_LINE = "straight_line"
    ROADS = "roads"
    OSRM = "osrm"


class DrivesAs(StrEnum):
    """The vehicle classes that street networks know."""

    EBIKE = "ebike"
    VAN = "van"


@dataclass(frozen=True, slots=True, kw_only=True)
class OsrmServer:
    """A routing server for one vehicle class.

    Attributes:
        url: Where it listens.
        profile: Its profile, the part of the path after ``/v1/``.
    """

    url: str
    profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelSettings:
    """Where travel times come from.

    Attributes:
        kind: The source.
        roads: Street network, for ``ROADS``.
        speeds: Road speeds by hour of the week; ``None`` for those of Chinese cities.
        max_access_m: Metres from a street beyond which a place is out of reach.
        osrm: Servers by vehicle class, for ``OSRM``.
        osrm_table_size: Places a side that the servers take in one table.
        straight_if_down: Whether straight lines may stand in for servers that do not answer.
    """

    kind: TravelKind = TravelKind.STRAIGHT_LINE
    roads: Path | None = None
    speeds: Path | None = None
    max_access_m: float = 300.0
    osrm: Mapping[str, OsrmServer] = field(default_factory=dict)
    osrm_table_size: int = 100
    straight_if_down: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleClassSettings:
    """How a vehicle class moves.

    Attributes:
        name: Such as ``ebike`` or ``van``.
        speeds_kmh: One speed, or 24 for the hours of the day.
        detour: Length of the way over the straight line, 1.0 or more.
        drives_as: Whose streets and road speeds it has on a street network.
    """

    name: str
    speeds_kmh: tuple[float, ...]
    detour: float
    drives_as: DrivesAs = DrivesAs.VAN


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
        travel: Where travel times come from.
    """

    city: str
    date: date
    timezone: ZoneInfo
    vehicle_classes: Mapping[str, VehicleClassSettings]
    service_times: Mapping[PickupClass, ServiceTimes]
    prices: PriceSettings
    service_area: str | None = None
    travel: TravelSettings = TravelSettings()
