"""An instance with what its file knows beyond the problem."""

from dataclasses import dataclass, replace
from fractions import Fraction

from solvers.formats.cvrplib.rounding import Rounding
from solvers.model import Problem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """A public instance as a problem.

    The cost of the problem is the distance driven plus the prizes left behind, in units of which
    ``rounding.scale`` make one of the instance's own; seconds and metres of the problem are the
    same units. Stop ``i`` is client ``i + 1`` of the solution files.

    Attributes:
        name: As the file says.
        problem: What is to be solved.
        rounding: The convention the numbers follow.
        publishes_scaled: Published costs of this kind count scaled units (tenths, thousandths).
    """

    name: str
    problem: Problem
    rounding: Rounding
    publishes_scaled: bool

    @property
    def vehicles_differ(self) -> bool:
        """Whether it matters which vehicle drives a route: route k then belongs to vehicle k."""
        kinds = {replace(vehicle, id="any") for vehicle in self.problem.vehicles}
        restricted = any(stop.allowed_vehicles is not None for stop in self.problem.stops)
        return len(kinds) > 1 or restricted

    def published_cost(self, cost: int) -> Fraction:
        """A cost of the problem in the units in which this kind of instance is published."""
        return Fraction(cost, 1 if self.publishes_scaled else self.rounding.scale)

    def cost_text(self, cost: int) -> str:
        """The published cost as a decimal number without trailing zeros."""
        value = self.published_cost(cost)
        if value.denominator == 1:
            return str(value.numerator)
        whole, rest = divmod(cost, self.rounding.scale)
        digits = len(str(self.rounding.scale)) - 1
        return f"{whole}.{rest:0{digits}d}".rstrip("0")

    @property
    def unit(self) -> str:
        """What one unit of a published cost is, in words."""
        if not self.publishes_scaled or self.rounding.scale == 1:
            return "the instance's own units"
        return f"1/{self.rounding.scale} of the instance's own unit"
