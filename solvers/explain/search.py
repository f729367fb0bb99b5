"""The nearest insertion of a stop into a set of routes, exactly."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from solvers.explain.nearness import Distance, Tried, try_route
from solvers.insertions import Visits, insertions
from solvers.model import Problem
from solvers.objective import route_cost
from solvers.replay import replay

if TYPE_CHECKING:
    from solvers.explain.compiled import Compiled


class Insertions:
    """Every insertion into the given routes.

    Args:
        problem: The problem.
        routes: One for each vehicle; each begins with the vehicle's committed visits and breaks
            no rule behind them.
        compiled: The problem as ``compiled_of`` makes it; without it every insertion is replayed
            in turn, which takes far longer.
    """

    def __init__(
        self, problem: Problem, routes: Sequence[Visits], compiled: "Compiled | None"
    ) -> None:
        self._problem = problem
        self._routes = routes
        self._costs = [
            route_cost(problem, replay(problem, vehicle, visits)).total
            for vehicle, visits in enumerate(routes)
        ]
        self._search = None if compiled is None else compiled.into(routes)

    def cost_of(self, vehicle: int) -> int:
        """What the vehicle's route costs as it is, milli-fen."""
        return self._costs[vehicle]

    def nearest(self, stop: int) -> Tried:
        """The insertion of ``stop`` that breaks least, then costs least.

        Ties go to the vehicle with the lower index, then to the visits that sort first.

        Raises:
            ValueError: There is no route to insert into.
        """
        if not self._routes:
            raise ValueError("there is no vehicle to insert into; give at least one")
        if self._search is not None:
            return self._try(*self._search.nearest(stop))
        return min(
            (
                self._try(vehicle, visits)
                for vehicle, route in enumerate(self._routes)
                for visits in insertions(self._problem, vehicle, route, stop)
            ),
            key=rank,
        )

    def _try(self, vehicle: int, visits: Visits) -> Tried:
        return try_route(self._problem, vehicle, visits, self._costs[vehicle])


def compiled_of(problem: Problem) -> "Compiled | None":
    """The problem for a fast search.

    ``None`` where the native engine's kernel is not installed, or where the problem's numbers
    are beyond those it computes with.
    """
    try:
        from solvers.explain.compiled import Compiled  # needs the compiled kernel

        return Compiled(problem)
    except (ImportError, ValueError):
        return None


def rank(tried: Tried) -> tuple[Distance, int, list[tuple[str, int]]]:
    """The order of insertions, the nearest first; no two are equal."""
    return tried.distance, tried.vehicle, [(visit.kind, visit.index) for visit in tried.visits]
