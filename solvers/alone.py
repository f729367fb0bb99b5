"""Could a stop be served by some vehicle that has nothing else to do?"""

from solvers.inherited import route_violations
from solvers.insertions import insertions
from solvers.model import Problem
from solvers.replay import replay


def can_be_served_alone(problem: Problem, stop: int) -> bool:
    """Whether some vehicle, after its committed prefix, could serve ``stop`` and nothing else.

    Rules that the committed prefix breaks by itself are not held against it.
    """
    return any(serves_alone(problem, vehicle, stop) for vehicle in range(len(problem.vehicles)))


def serves_alone(problem: Problem, vehicle: int, stop: int) -> bool:
    """Whether ``vehicle``, after its committed prefix, could serve ``stop`` and nothing else.

    It may unload once before the stop and once after it, and take its break where it likes.
    """
    owner, asked = problem.vehicles[vehicle], problem.stops[stop]
    allowed = asked.allowed_vehicles is None or vehicle in asked.allowed_vehicles
    if not allowed or vehicle in asked.excluded_vehicles or not asked.skills <= owner.skills:
        return False
    return any(
        not route_violations(problem, replay(problem, vehicle, visits))
        for visits in insertions(problem, vehicle, owner.committed, stop)
    )
