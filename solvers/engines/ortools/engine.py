"""The engine: problem in, plan out, OR-Tools in between."""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from solvers.engines.abilities import Ability
from solvers.engines.insertion import insert_unserved
from solvers.engines.ortools.model import RoutingModel
from solvers.engines.ortools.network import Network, build_network
from solvers.engines.ortools.search import Report, search
from solvers.engines.ortools.warm_start import warm_routes
from solvers.engines.protocol import EngineResult, Limits, Progress, ProgressCallback, StopSignal
from solvers.engines.registry import refuse_unsupported
from solvers.engines.repair import plan_from, rank, repaired
from solvers.model import Problem, Visit, VisitKind
from solvers.objective import cost_of
from solvers.solution import Solution

_FINISHING_S = 0.05
"""Kept back per hundred stops for turning the last solution into a plan."""


class OrToolsEngine:
    """OR-Tools' routing library: insertion, then guided local search.

    Every plan it returns has been replayed route by route; what the replay does not accept is
    dropped before. Refused by name are release times (the routing library knows no trips within
    a route that leave later than the load asks) and prices for a change of time (it has no cost
    with a free range on both sides of a moment). ``docs/engines.md`` says how each other feature
    is modelled.

    One iteration is one solution the local search moves to. The seed is not used: guided local
    search draws no random numbers, and is still not reproducible, as its moves depend on
    the clock.
    """

    name = "ortools"
    exact = frozenset(
        {
            Ability.TIME_WINDOWS,
            Ability.SEVERAL_WINDOWS,
            Ability.LATENESS,
            Ability.LOADS,
            Ability.SKILLS,
            Ability.COMMITTED,
            Ability.OPTIONAL_STOPS,
            Ability.HOME_ZONES,
            Ability.VEHICLE_CHANGE,
            Ability.UNREACHABLE_ARCS,
            Ability.PAID_TIME,
            Ability.DRIVE_TIME_COST,
            Ability.NO_START_PLACE,
        }
    )
    safe_side = frozenset(
        {
            Ability.UNLOADING,
            Ability.SETUP_SHARING,
            Ability.BREAKS,
            Ability.TRAVEL_BY_TIME,
            Ability.ROUTE_LIMITS,
        }
    )
    solves_large = False
    reproducible = False

    def solve(
        self,
        problem: Problem,
        *,
        limits: Limits,
        seed: int = 0,  # noqa: ARG002 - the library takes none
        warm_start: Solution | None = None,
        progress: ProgressCallback | None = None,
        stop: StopSignal | None = None,
    ) -> EngineResult:
        """Search until a limit or the stop signal ends it; see the engine protocol.

        Raises:
            UnsupportedProblemError: The problem has release times or prices for a change of time.
        """
        refuse_unsupported(self, problem)
        began = time.monotonic()
        wanted = repaired(problem, warm_start)
        best = plan_from(problem, wanted)
        network = build_network(problem)
        if limits.iterations == 0 or not network.visits or not network.departures:
            return EngineResult(solution=best, iterations=0, elapsed_s=time.monotonic() - began)
        kept_back = _FINISHING_S * (1 + len(network.visits) / 100)
        found = search(
            RoutingModel(network),
            warm_routes=None if warm_start is None else warm_routes(network, wanted),
            deadline=None if limits.seconds is None else began + limits.seconds - kept_back,
            max_solutions=limits.iterations,
            stop=stop,
            report=None if progress is None else _reporter(network, progress, began),
        )
        if found.routes is not None:
            ends_s = math.inf if limits.seconds is None else began + limits.seconds
            mended = _mended(network, found.routes, wanted, lambda: time.monotonic() > ends_s)
            best = min((*mended, best), key=lambda plan: rank(problem, plan))
        elapsed_s = time.monotonic() - began
        if progress is not None:
            progress(_progress(problem, best, elapsed_s, found.solutions))
        return EngineResult(
            solution=best,
            iterations=found.solutions,
            elapsed_s=elapsed_s,
            interrupted=found.stopped,
        )


def _visits(network: Network, routes: list[list[int]]) -> dict[int, list[Visit]]:
    return {
        departure.vehicle: [network.visits[node] for node in route]
        for departure, route in zip(network.departures, routes, strict=True)
    }


def _mended(
    network: Network,
    routes: list[list[int]],
    warm: Mapping[int, list[Visit]],
    must_end: Callable[[], bool],
) -> Iterator[Solution]:
    """Plans from the routes found: with stops left out put where they fit, or back.

    The model's numbers, on the safe side, may have no room for what really fits.
    """
    problem, visits = network.problem, _visits(network, routes)
    plan = plan_from(problem, visits)
    left_out = plan.unserved(problem)
    yield insert_unserved(problem, plan, must_end=must_end)
    if left_out and warm and not must_end():
        back = plan_from(problem, _put_back(visits, warm, left_out))
        yield insert_unserved(problem, back, must_end=must_end)


def _put_back(
    visits: Mapping[int, list[Visit]], warm: Mapping[int, list[Visit]], left_out: Sequence[int]
) -> dict[int, list[Visit]]:
    """The routes with those of the warm start that hold stops now left out.

    The model's numbers, on the safe side, may have no room for what really fits. Other stops that
    such a route had been given are left out then.
    """
    lost = {Visit.stop(index) for index in left_out}
    back = {vehicle: route for vehicle, route in warm.items() if not lost.isdisjoint(route)}
    held = {visit for route in back.values() for visit in route if visit.kind is VisitKind.STOP}
    kept = {
        vehicle: [visit for visit in route if visit not in held]
        for vehicle, route in visits.items()
    }
    return kept | back


def _reporter(network: Network, progress: ProgressCallback, began: float) -> Report:
    """Tells about better solutions as the plans they would become."""
    latest: list[Progress] = []

    def report(solutions: int, routes: list[list[int]] | None) -> None:
        elapsed_s = time.monotonic() - began
        if routes is not None:
            plan = plan_from(network.problem, _visits(network, routes))
            latest[:] = [_progress(network.problem, plan, elapsed_s, solutions)]
        best = latest[0] if latest else None
        progress(
            Progress(
                elapsed_s=elapsed_s,
                iterations=solutions,
                cost=best.cost if best else None,
                unserved=best.unserved if best else None,
            )
        )

    return report


def _progress(problem: Problem, plan: Solution, elapsed_s: float, solutions: int) -> Progress:
    return Progress(
        elapsed_s=elapsed_s,
        iterations=solutions,
        cost=cost_of(problem, plan).total,
        unserved=len(plan.unserved(problem)),
    )
