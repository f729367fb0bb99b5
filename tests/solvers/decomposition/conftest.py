"""A made-up day of pickups, shaped like the real ones."""

from collections.abc import Callable
from math import ceil

import numpy as np
import pytest

from solvers.model import Break, Hub, Problem, Stop, TimeWindow, Vehicle
from solvers.travel import PlanarTravel

HOUR = 3600
OPENINGS = (9, 11, 13, 15, 17)
SHARES = (0.34, 0.2, 0.16, 0.16, 0.14)
EBIKE, VAN = 0, 1
PARCELS_PER_COURIER = 44
BULKY_PER_VAN = 9


def pickup_day(
    parcels: int,
    bulky: int,
    *,
    zones: int,
    seed: int = 7,
    side_m: int = 22_000,
    breaks: bool = False,
    parcels_per_courier: float = PARCELS_PER_COURIER,
) -> Problem:
    """Clustered places, two-hour windows, e-bikes and vans; t0 is midnight.

    Zones are the cells of a k-means run over the places of the stops.
    """
    draw = np.random.default_rng(seed)
    total = parcels + bulky
    centres = draw.normal(side_m / 2, side_m / 5, (max(3, total // 25), 2))
    places = centres[draw.integers(0, len(centres), total)] + draw.normal(0, 900, (total, 2))
    zone_of, middles = _cells(places, zones, draw)
    stops = [
        _stop(draw, index, int(zone_of[index]), is_bulky=index >= parcels) for index in range(total)
    ]
    hubs_xy = middles[:: max(1, zones // 4)]
    hubs = tuple(
        Hub(id=f"H{n}", location=total + n, windows=(TimeWindow(8 * HOUR, 20 * HOUR),), fixed_s=600)
        for n in range(len(hubs_xy))
    )
    couriers = max(zones, ceil(parcels / parcels_per_courier))
    vans = ceil(bulky / BULKY_PER_VAN)
    vehicles, starts = [], []
    for n in range(couriers):
        place = places[draw.integers(0, parcels)] + draw.normal(0, 500, 2)
        starts.append(place)
        vehicles.append(_ebike(n, total + len(hubs) + n, tuple(range(len(hubs))), breaks=breaks))
    vehicles += [_van(n, total + n % len(hubs), tuple(range(len(hubs)))) for n in range(vans)]
    xy = np.concatenate([places, hubs_xy, np.array(starts)]).astype(np.int64)
    return Problem(
        stops=tuple(stops),
        vehicles=tuple(vehicles),
        hubs=hubs,
        dimensions=("weight_g", "volume_ml"),
        vehicle_classes=("ebike", "van"),
        travel=(
            PlanarTravel(xy, detour_permille=1300, speeds_mm_s=(4167,)),
            PlanarTravel(xy, detour_permille=1350, speeds_mm_s=(6944,)),
        ),
    )


def _cells(
    places: np.ndarray, zones: int, draw: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    middles = places[draw.choice(len(places), zones, replace=False)]
    for _ in range(20):
        gaps = ((places[:, None] - middles[None]) ** 2).sum(axis=2)
        cell = gaps.argmin(axis=1)
        middles = np.array(
            [
                places[cell == z].mean(axis=0) if (cell == z).any() else middles[z]
                for z in range(zones)
            ]
        )
    return cell, middles


def _stop(draw: np.random.Generator, index: int, zone: int, *, is_bulky: bool) -> Stop:
    opening = int(draw.choice(OPENINGS, p=SHARES)) * HOUR
    minutes = int(draw.integers(20, 41))
    weight = int(draw.integers(20_000, 90_000)) if is_bulky else int(draw.gamma(2, 900)) + 100
    return Stop(
        id=f"{'B' if is_bulky else 'P'}{index}",
        location=index,
        windows=(TimeWindow(opening, opening + 2 * HOUR),),
        service_s=(minutes * 60, minutes * 60) if is_bulky else (240, 240),
        load=(weight, weight * 6 if is_bulky else weight * 5),
        unserved_price=20_000_000 if is_bulky else 5_000_000,
        skills=frozenset({"bulky"}) if is_bulky else frozenset(),
        zone=zone,
    )


def _ebike(number: int, start: int, hubs: tuple[int, ...], *, breaks: bool) -> Vehicle:
    return Vehicle(
        id=f"E{number}",
        vehicle_class=EBIKE,
        profile=EBIKE,
        start=start,
        available_s=8 * HOUR + 1800,
        shift_end_s=19 * HOUR + 1800,
        capacity=(60_000, 300_000),
        hubs=hubs,
        cost_per_s=833,
        cost_per_m=30,
        rest=Break(TimeWindow(11 * HOUR, 13 * HOUR), 1800) if breaks else None,
    )


def _van(number: int, start: int, hubs: tuple[int, ...]) -> Vehicle:
    return Vehicle(
        id=f"V{number}",
        vehicle_class=VAN,
        profile=VAN,
        start=start,
        available_s=8 * HOUR,
        shift_end_s=20 * HOUR,
        capacity=(1_000_000, 8_000_000),
        skills=frozenset({"bulky"}),
        hubs=hubs,
        fixed_cost=5_000_000,
        cost_per_s=2_000,
        cost_per_m=120,
    )


@pytest.fixture
def make_day() -> Callable[..., Problem]:
    """Builds made-up days: parcels, bulky pickups, zones, seed."""
    return pickup_day
