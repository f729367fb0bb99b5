"""A VROOM problem as ours, with what the answer needs beyond it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from solvers.formats.vroom.prices import exact_rates
from solvers.formats.vroom.schema import VroomInput, VroomVehicle
from solvers.model import Problem
from solvers.replay import Schedule
from solvers.solution import Solution

Table = npt.NDArray[np.int64]
LonLat = tuple[float, float]

TravelFromPlaces = Callable[[str, Sequence[LonLat]], tuple[npt.ArrayLike, npt.ArrayLike]]
"""Durations (s) and distances (m), each (n, n), of a profile between longitudes and latitudes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VroomCase:
    """A VROOM problem read.

    Stop ``i`` is ``given.jobs[i]`` and vehicle ``i`` is ``given.vehicles[i]``.

    Attributes:
        given: The file's content.
        problem: The same as ours; its seconds are hundredths where ``time_scale`` is 100, and
            its metres are costs where a matrix of costs is given.
        time_scale: Units of time in the problem per second of the file.
        cost_scale: Units of cost in the problem per unit of VROOM's cost.
        unserved_unit: Every price of leaving a job out is a multiple of this, and it is more
            than any plan's vehicles and driving cost.
        distances: Metres by profile, where the file gives any.
        loads_deliveries: Loads are delivered, not collected: they leave the start with the
            vehicle.
        start: Routes given as a start, if any.
        notes: What a user should be told about the reading.
    """

    given: VroomInput
    problem: Problem
    time_scale: int
    cost_scale: int
    unserved_unit: int
    distances: dict[str, Table]
    loads_deliveries: bool
    start: Solution | None
    notes: tuple[str, ...]

    def route_cost(self, schedule: Schedule) -> int:
        """VROOM's cost of a route, rounded to its whole unit as VROOM's plan mode does."""
        if not schedule.visits:
            return 0
        vehicle = self.given.vehicles[schedule.vehicle]
        rates = exact_rates(
            vehicle, hundredths=self.time_scale > 1, has_costs=has_costs(self.given, vehicle)
        )
        exact = rates.fixed + rates.per_time * schedule.drive_s + rates.per_m * schedule.distance_m
        return int(exact + Fraction(1, 2))

    def search_cost(self, cost: int) -> float:
        """The part of a cost of the problem that is no price of jobs left out, as VROOM counts."""
        return cost % self.unserved_unit / self.cost_scale

    def seconds(self, time: int) -> int:
        """A time of the problem in whole seconds of the file, rounded down."""
        return time // self.time_scale


def has_costs(given: VroomInput, vehicle: VroomVehicle) -> bool:
    """Whether the vehicle's profile comes with a matrix of costs."""
    matrices = given.matrices.get(vehicle.profile)
    return matrices is not None and matrices.costs is not None
