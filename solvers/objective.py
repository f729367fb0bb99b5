"""What a plan costs, in milli-fen, with a breakdown that adds up."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from solvers.model import Problem, Stop, Vehicle, VisitKind
from solvers.replay import Schedule, replay
from solvers.solution import Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class CostBreakdown:
    """Cost by part, milli-fen.

    Attributes:
        fixed: Vehicles in use.
        time: Paid time.
        driving: Driving time, where it has a price of its own.
        distance: Metres driven.
        lateness: Seconds of service starts after their due times.
        unserved: Stops left out.
        outside_home_zone: Stops outside their vehicle's home zones.
        vehicle_change: Stops given to another vehicle than in the previous plan.
        time_change: Stops moved by more than the tolerance from the previous plan.
    """

    fixed: int = 0
    time: int = 0
    driving: int = 0
    distance: int = 0
    lateness: int = 0
    unserved: int = 0
    outside_home_zone: int = 0
    vehicle_change: int = 0
    time_change: int = 0

    @property
    def total(self) -> int:
        """Sum of all parts."""
        return sum(self.parts().values())

    def parts(self) -> dict[str, int]:
        """Every part by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __add__(self, other: "CostBreakdown") -> "CostBreakdown":
        mine, theirs = self.parts(), other.parts()
        return CostBreakdown(**{name: mine[name] + theirs[name] for name in mine})


def route_cost(problem: Problem, schedule: Schedule) -> CostBreakdown:
    """Cost of one replayed route; nothing for an unused vehicle."""
    if not schedule.visits:
        return CostBreakdown()
    vehicle = problem.vehicles[schedule.vehicle]
    served = [
        (problem.stops[times.visit.index], times.start_s)
        for times in schedule.visits
        if times.visit.kind is VisitKind.STOP
    ]
    prices = problem.prices
    outside = sum(_is_outside_home(vehicle, stop) for stop, _ in served)
    other_vehicle = sum(stop.previous_vehicle not in (None, schedule.vehicle) for stop, _ in served)
    moved = sum(_is_moved(stop, start_s, prices.time_tolerance_s) for stop, start_s in served)
    return CostBreakdown(
        fixed=vehicle.fixed_cost,
        time=vehicle.cost_per_s * schedule.paid_s,
        driving=vehicle.cost_per_drive_s * schedule.drive_s,
        distance=vehicle.cost_per_m * schedule.distance_m,
        lateness=sum(late_s(stop, start_s) * stop.late_cost_per_s for stop, start_s in served),
        outside_home_zone=prices.outside_home_zone * outside,
        vehicle_change=prices.vehicle_change * other_vehicle,
        time_change=prices.time_change * moved,
    )


def unserved_cost(problem: Problem, unserved: Iterable[int]) -> CostBreakdown:
    """Price of the stops left out; a stop that must be served has none."""
    return CostBreakdown(
        unserved=sum(problem.stops[index].unserved_price or 0 for index in unserved)
    )


def cost_of(problem: Problem, solution: Solution) -> CostBreakdown:
    """Cost of a whole solution, whether or not it keeps the rules."""
    total = unserved_cost(problem, solution.unserved(problem))
    for route in solution.routes:
        total += route_cost(problem, replay(problem, route.vehicle, route.visits))
    return total


def late_s(stop: Stop, start_s: int) -> int:
    """Seconds by which a service start comes after the stop's due time."""
    return 0 if stop.due_s is None else max(0, start_s - stop.due_s)


def _is_outside_home(vehicle: Vehicle, stop: Stop) -> bool:
    if stop.zone is None or vehicle.home_zones is None:
        return False
    return stop.zone not in vehicle.home_zones


def _is_moved(stop: Stop, start_s: int, tolerance_s: int) -> bool:
    return stop.previous_start_s is not None and (
        abs(start_s - stop.previous_start_s) > tolerance_s
    )
