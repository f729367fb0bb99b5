"""One day's work as a planner has it in hand."""

from dataclasses import dataclass

from dispatch.domain.city import CitySettings
from dispatch.domain.couriers import Courier
from dispatch.domain.hubs import Hub
from dispatch.domain.requests import PickupRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Requests, couriers and hubs of one city on one day.

    Attributes:
        settings: What holds for the whole city.
        requests: In the order of the input.
        couriers: In the order of the input.
        hubs: In the order of the input.
        fingerprint: SHA-256 of the input files, hexadecimal.
    """

    settings: CitySettings
    requests: tuple[PickupRequest, ...]
    couriers: tuple[Courier, ...]
    hubs: tuple[Hub, ...]
    fingerprint: str
