"""What chance has in store: for each request, each hour of traffic and each courier."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from dispatch.domain.couriers import Courier
from dispatch.simulation.scenarios import Scenario
from dispatch.simulation.streams import stream

_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What will happen to one request, whoever serves it and whenever.

    Attributes:
        drive_factor: Time of the drive to its door over the planned one, traffic aside.
        door_factor: Time at its door over the planned one.
        weight_factor: Its weight over what was said.
        nobody_home: Whether the door stays shut at the first try.
        refused: Whether the first courier sent refuses it.
        cancelled_after: When the shopper calls it off, as a share of the time from booking to
            the end of the promise; ``None`` if never.
    """

    drive_factor: float
    door_factor: float
    weight_factor: float
    nobody_home: bool
    refused: bool
    cancelled_after: float | None


def fate_of(request_id: str, scenario: Scenario, seed: int) -> Fate:
    """The fate of a request; all of it is drawn whether it applies or not."""
    chances = scenario.chances
    rng = stream(seed, "request", request_id)
    drive, door = rng.standard_normal(2).tolist()
    heavier, shut, refused, cancelled, when = rng.random(5).tolist()
    return Fate(
        drive_factor=_mean_one(drive, chances.drive_sigma),
        door_factor=scenario.door_factor * _mean_one(door, chances.door_sigma),
        weight_factor=chances.heavier_factor if heavier < chances.heavier else 1.0,
        nobody_home=shut < chances.nobody_home,
        refused=refused < chances.refused,
        cancelled_after=when if cancelled < chances.cancelled else None,
    )


def called_off_s(fate: Fate, answered_s: int, promise: tuple[int, int]) -> int | None:
    """When the shopper calls a promised pickup off, seconds since midnight, if ever."""
    if fate.cancelled_after is None:
        return None
    return max(answered_s + round(fate.cancelled_after * (promise[1] - answered_s)), answered_s)


def traffic_factors(scenario: Scenario, seed: int) -> tuple[float, ...]:
    """Driving time over the planned one by hour of the day, 24 values."""
    draws = stream(seed, "traffic").standard_normal(_HOURS).tolist()
    sigma = scenario.chances.traffic_sigma
    return tuple(scenario.travel_factor * _mean_one(draw, sigma) for draw in draws)


def breakdown_s(courier_id: str, scenario: Scenario, seed: int) -> float | None:
    """Seconds of shift after which a courier's vehicle breaks down; ``None`` if it never does."""
    rate = scenario.chances.breakdowns
    draw = stream(seed, "breakdown", courier_id).standard_exponential()
    return draw / rate * 3_600 if rate else None


def couriers_present(
    couriers: Sequence[Courier], scenario: Scenario, seed: int
) -> tuple[Courier, ...]:
    """Those who come to work: of each vehicle class, the missing share stays away."""
    missing: set[str] = set()
    for name in sorted({courier.vehicle_class for courier in couriers}):
        ids = sorted(courier.id for courier in couriers if courier.vehicle_class == name)
        count = round(len(ids) * scenario.missing_share)
        chosen = stream(seed, "missing", name).permutation(np.array(ids, dtype=object))[:count]
        missing.update(chosen.tolist())
    return tuple(courier for courier in couriers if courier.id not in missing)


def _mean_one(draw: float, sigma: float) -> float:
    """A log-normal factor of mean 1 from a standard normal draw."""
    return exp(sigma * draw - sigma**2 / 2)
