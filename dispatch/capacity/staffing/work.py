"""From a day's demand to work by the hour: pickups, minutes at doors, and drives."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dispatch.capacity.errors import CapacityError
from dispatch.capacity.forecast.demand import WindowShare
from dispatch.capacity.staffing.spread import Spread
from dispatch.domain.city import CitySettings
from dispatch.domain.requests import PickupClass, PickupRequest
from dispatch.domain.service import door_time_s, setup_time_s

Hours = npt.NDArray[np.float64]

HOUR_S = 3_600
HOURS = 24
VEHICLE_OF = {PickupClass.PARCEL: "ebike", PickupClass.BULKY: "van"}


@dataclass(frozen=True, slots=True, eq=False)
class DayWork:
    """The work of one class on one day, by the hour of the day, each of shape (24,).

    Attributes:
        pickups: Due in the hour, if those of a window are spread evenly over it.
        near_s: Seconds of drive between nearest neighbours among the pickups one may choose from.
        door_s: Seconds at a door.
        far_s: Seconds of drive between any two places of the city.
    """

    pickups: Hours
    near_s: Hours
    door_s: float
    far_s: float

    def couriers(self, ways: float) -> Hours:
        """Couriers busy in each hour, if a pickup takes so many nearest drives."""
        busy: Hours = self.pickups * (self.door_s + ways * self.near_s) / HOUR_S
        return busy


def day_work(
    kind: PickupClass,
    requests: float,
    windows: Sequence[WindowShare],
    *,
    spread: Spread,
    door_s: float,
    settings: CitySettings,
    served_s: tuple[int, int],
) -> DayWork:
    """The work of a day.

    Args:
        kind: The class.
        requests: Mean number on the day, 0 or more.
        windows: What is asked for.
        spread: How near to each other places are.
        door_s: Mean seconds at a door, set-up included.
        settings: For speeds and detour.
        served_s: Seconds since midnight between which couriers serve; windows are cut to them.

    Raises:
        CapacityError: A window lies outside these hours.
    """
    pickups = np.zeros(HOURS)
    choice = np.zeros(HOURS)
    for window in windows:
        inside = _inside(window, served_s)
        pickups += requests * window.share * inside / inside.sum()
        choice += requests * window.share * (inside > 0)
    vehicle = settings.vehicle_classes[VEHICLE_OF[kind]]
    speed = np.resize(np.array(vehicle.speeds_kmh, dtype=np.float64), HOURS) / 3.6
    seconds_a_metre = vehicle.detour / speed
    return DayWork(
        pickups=pickups,
        near_s=spread.at(choice) * seconds_a_metre,
        door_s=door_s,
        far_s=float(spread.at(2.0) * seconds_a_metre[pickups > 0].mean()) if requests else 0.0,
    )


def mean_door_s(requests: Sequence[PickupRequest], settings: CitySettings) -> float:
    """Mean seconds at a door, set-up included."""
    return float(
        np.mean([door_time_s(one, settings) + setup_time_s(one, settings) for one in requests])
    )


def _inside(window: WindowShare, served_s: tuple[int, int]) -> Hours:
    """Seconds of each hour inside a window."""
    first_s, last_s = max(window.start_s, served_s[0]), min(window.end_s, served_s[1])
    if first_s >= last_s:
        raise CapacityError(
            f"{window.share:.1%} of requests ask for {_clock(window.start_s)} to "
            f"{_clock(window.end_s)}, outside the hours served ({_clock(served_s[0])} to "
            f"{_clock(served_s[1])}); serve longer or leave these requests out"
        )
    starts = np.arange(HOURS) * HOUR_S
    overlap = np.minimum(starts + HOUR_S, last_s) - np.maximum(starts, first_s)
    inside: Hours = np.maximum(overlap, 0).astype(np.float64)
    return inside


def _clock(second: int) -> str:
    return f"{second // HOUR_S:02d}:{second % HOUR_S // 60:02d}"
