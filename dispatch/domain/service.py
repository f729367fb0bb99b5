"""How long a pickup takes at the door."""

from dispatch.domain.city import CitySettings
from dispatch.domain.requests import PickupRequest


def door_time_s(request: PickupRequest, settings: CitySettings) -> int:
    """Seconds at the door by the city's service times, without set-up."""
    times = settings.service_times[request.pickup_class]
    extra_pieces = max(0, request.load.pieces - 1)
    climbed = 0 if request.lift else abs(request.floor)
    return (
        times.base_s
        + extra_pieces * times.per_extra_piece_s
        + climbed * times.per_floor_without_lift_s
        + (times.disassembly_s if request.disassembly else 0)
    )


def setup_time_s(request: PickupRequest, settings: CitySettings) -> int:
    """Seconds for parking and finding the door, once per run of pickups at one address."""
    return settings.service_times[request.pickup_class].setup_s
