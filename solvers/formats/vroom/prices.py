"""Costs and prices that put VROOM's order of plans into one number.

VROOM prefers the plan with the higher sum of priorities served, then the one with more jobs
served, then the cheaper one. With ``bound`` above any cost of driving, leaving a job out costs
``bound`` for the job and ``(jobs + 1) * bound`` more for each step of its priority.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from solvers.formats.vroom.schema import VroomVehicle
from solvers.travel import UNREACHABLE, MatrixTravel


@dataclass(frozen=True, slots=True)
class Rates:
    """Costs of one vehicle in units of the problem: if used, per unit of time, per metre."""

    fixed: int
    per_time: int
    per_m: int


@dataclass(frozen=True, slots=True)
class ExactRates:
    """Costs of one vehicle as VROOM counts them, exactly; the same three parts."""

    fixed: Fraction
    per_time: Fraction
    per_m: Fraction

    def times(self, scale: int) -> Rates:
        """The costs in units of which ``scale`` make one of VROOM's, rounded."""
        return Rates(*(round(part * scale) for part in (self.fixed, self.per_time, self.per_m)))


def scales(rates: Sequence[ExactRates]) -> list[int]:
    """Units per unit of VROOM's cost: the exact one first, then ever coarser ones."""
    parts = [part for rate in rates for part in (rate.fixed, rate.per_time, rate.per_m)]
    exact = lcm(*(part.denominator for part in parts)) if parts else 1
    coarser = [exact]
    while coarser[-1] > 1:
        coarser.append(max(1, coarser[-1] // 10))
    return coarser


def exact_rates(vehicle: VroomVehicle, *, hundredths: bool, has_costs: bool) -> ExactRates:
    """Costs of ``vehicle`` per unit of time and distance of the problem.

    Args:
        vehicle: The vehicle.
        hundredths: Whether the problem counts hundredths of a second.
        has_costs: Whether a matrix of costs stands in for distances.
    """
    costs = vehicle.costs
    if has_costs:
        return ExactRates(Fraction(costs.fixed), Fraction(0), Fraction(1))
    return ExactRates(
        Fraction(costs.fixed),
        Fraction(costs.per_hour, 3600 * (100 if hundredths else 1)),
        Fraction(costs.per_km, 1000),
    )


def time_factor(vehicle: VroomVehicle, *, hundredths: bool) -> int:
    """Units of time the vehicle takes per second of the matrix."""
    return round(100 / vehicle.speed_factor) if hundredths else 1


def cost_bound(
    rates: Sequence[Rates], sources: Sequence[MatrixTravel], profile_of: Sequence[int], jobs: int
) -> int:
    """More than any plan's driving and vehicles can cost."""
    longest = [_longest(source) for source in sources]
    leg = max(
        (
            rate.per_time * longest[profile][0] + rate.per_m * longest[profile][1]
            for rate, profile in zip(rates, profile_of, strict=True)
        ),
        default=0,
    )
    return 1 + sum(rate.fixed for rate in rates) + leg * (jobs + min(jobs, len(rates)))


def price(priority: int, bound: int, jobs: int) -> int:
    """Price of leaving out a job of ``priority``."""
    return bound * (1 + priority * (jobs + 1))


def _longest(source: MatrixTravel) -> tuple[int, int]:
    parts = []
    for values in (source.durations, source.distances):
        open_ways = values[values != UNREACHABLE]
        parts.append(int(open_ways.max()) if open_ways.size else 0)
    return parts[0], parts[1]
