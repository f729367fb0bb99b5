"""What a day's files leave out: the one place where default figures live.

The reader fills gaps from here, and sampled days are made with the same figures. None of them is
measured by us: they are assumptions a planner should replace, reasoned in ``docs/day-format.md``.
"""

from dataclasses import dataclass

from dispatch.domain.city import DrivesAs, PriceSettings, ServiceTimes, VehicleClassSettings
from dispatch.domain.requests import Load, PickupClass

TIMEZONE = "Asia/Shanghai"

DETOUR = 1.35
"""Way over straight line; street grids give 1.27 for a square one seen from all sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleDefaults:
    """What a courier of a vehicle class has where the files are silent.

    Attributes:
        settings: Speeds and detour.
        crew_size: People aboard.
        capacity: Most that can be carried between two unloadings.
        cost_per_hour_fen: Per hour of paid time.
        cost_per_km_fen: Per kilometre driven.
        fixed_fen: If the courier is used.
    """

    settings: VehicleClassSettings
    crew_size: int
    capacity: Load
    cost_per_hour_fen: int
    cost_per_km_fen: int
    fixed_fen: int


# Vans stand in traffic; e-bikes ride in lanes of their own at much the same speed all day.
_VAN_KMH_BY_HOUR = (
    *(36.0,) * 6,
    *(32.0, 24.0, 22.0, 24.0, 27.0, 27.0),
    *(28.0, 28.0, 27.0, 27.0, 25.0, 21.0),
    *(21.0, 25.0, 29.0, 32.0, 34.0, 36.0),
)

VEHICLES = {
    "ebike": VehicleDefaults(
        settings=VehicleClassSettings(
            name="ebike", speeds_kmh=(16.0,), detour=DETOUR, drives_as=DrivesAs.EBIKE
        ),
        crew_size=1,
        capacity=Load(weight_g=60_000, volume_ml=240_000, pieces=40),
        cost_per_hour_fen=3_200,
        cost_per_km_fen=15,
        fixed_fen=0,
    ),
    "van": VehicleDefaults(
        settings=VehicleClassSettings(name="van", speeds_kmh=_VAN_KMH_BY_HOUR, detour=1.4),
        crew_size=2,
        capacity=Load(weight_g=1_000_000, volume_ml=8_000_000, pieces=60),
        cost_per_hour_fen=7_500,
        cost_per_km_fen=120,
        fixed_fen=6_000,
    ),
}

SERVICE_TIMES = {
    PickupClass.PARCEL: ServiceTimes(
        setup_s=60,
        base_s=180,
        per_extra_piece_s=20,
        per_floor_without_lift_s=25,
        disassembly_s=300,
    ),
    PickupClass.BULKY: ServiceTimes(
        setup_s=240,
        base_s=1_200,
        per_extra_piece_s=240,
        per_floor_without_lift_s=120,
        disassembly_s=900,
    ),
}

PRICES = PriceSettings(
    unserved_fen={PickupClass.PARCEL: 10_000, PickupClass.BULKY: 50_000},
    priority_percent=50,
    late_fen_per_minute=200,
    late_allowed_s=0,
    outside_home_zone_fen=300,
)

LOADS = {
    PickupClass.PARCEL: Load(weight_g=2_000, volume_ml=10_000, pieces=1),
    PickupClass.BULKY: Load(weight_g=45_000, volume_ml=500_000, pieces=1),
}
"""Per piece, where a request states no weight or volume."""

HUB_UNLOAD_FIXED_S = 300
HUB_UNLOAD_PER_PIECE_S = 5

BREAK_MIN = 30
"""Length of a break whose window is given without a length, minutes."""
