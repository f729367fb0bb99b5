"""OR-Tools' search under our limits: clock, stop signal and progress."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from ortools.util import optional_boolean_pb2

from solvers.engines.ortools.model import RoutingModel
from solvers.engines.protocol import StopSignal

_CALLS_PER_LOOK = 64
"""OR-Tools asks some 100,000 times a second whether to go on; the clock is read this seldom."""

_STOP_EVERY_S = 0.05
_REPORT_EVERY_S = 0.25
_UNLIMITED = 2**62

_LEFT_OUT = (
    "use_exchange_pair",
    "use_exchange_subtrip",
    "use_global_cheapest_insertion_path_lns",
    "use_global_cheapest_insertion_visit_types_lns",
    "use_light_relocate_pair",
    "use_lin_kernighan",
    "use_local_cheapest_insertion_path_lns",
    "use_local_cheapest_insertion_visit_types_lns",
    "use_relocate_expensive_chain",
    "use_relocate_pair",
    "use_relocate_path_global_cheapest_insertion_insert_unperformed",
    "use_relocate_subtrip",
    "use_shortest_path_swap_active",
    "use_shortest_path_two_opt",
    "use_swap_active_chain",
)
"""Moves that cost more time than they are worth with tight windows and seconds to search, or
that are for pickup-and-delivery pairs, which this model does not have."""

_LONGEST_S = 7 * 24 * 3600
"""Stands for no limit: guided local search warns about searches without one."""

Report = Callable[[int, list[list[int]] | None], None]
"""Told the number of solutions so far and the routes of a better one, if there is one."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search ended with.

    Attributes:
        routes: Nodes per vehicle of the best solution; ``None`` if there was no time for one.
        solutions: Solutions visited.
        stopped: The stop signal ended the search.
    """

    routes: list[list[int]] | None
    solutions: int
    stopped: bool


def parameters() -> pywrapcp.DefaultRoutingSearchParameters:
    """How to search; chosen by measurement, see ``docs/engines.md``."""
    chosen = pywrapcp.DefaultRoutingSearchParameters()
    strategy = routing_enums_pb2.FirstSolutionStrategy
    chosen.first_solution_strategy = strategy.PARALLEL_CHEAPEST_INSERTION
    heuristic = routing_enums_pb2.LocalSearchMetaheuristic
    chosen.local_search_metaheuristic = heuristic.GUIDED_LOCAL_SEARCH
    chosen.disable_scheduling_beware_this_may_degrade_performance = True
    for operator in _LEFT_OUT:
        setattr(chosen.local_search_operators, operator, optional_boolean_pb2.BOOL_FALSE)
    return chosen


def search(
    model: RoutingModel,
    *,
    warm_routes: list[list[int]] | None,
    deadline: float | None,
    max_solutions: int | None,
    stop: StopSignal | None,
    report: Report | None,
) -> Found:
    """Search until a limit.

    Args:
        model: What to solve.
        warm_routes: Nodes per vehicle to begin with, ignored where the model refuses them.
        deadline: On the clock of ``time.monotonic``.
        max_solutions: Solutions to visit at most.
        stop: Asked whether to end.
        report: Told about better solutions, and now and then without one.
    """
    chosen = parameters()
    if max_solutions is not None:
        chosen.solution_limit = max_solutions
    _set_time(chosen, deadline)
    watch = _Watch(model, deadline=deadline, stop=stop, report=report)
    model.routing.CloseModelWithParameters(chosen)
    start = model.assignment(warm_routes) if warm_routes is not None else None
    _set_time(chosen, deadline)
    limit = model.routing.solver().CustomLimit(watch.must_end)
    model.routing.AddSearchMonitor(limit)
    model.routing.AddAtSolutionCallback(watch.at_solution)
    try:
        if start is None:
            best = model.routing.SolveWithParameters(chosen)
        else:
            best = model.routing.SolveFromAssignmentWithParameters(start, chosen)
    finally:
        watch.let_go()
    routes = model.routes_of(best) if best is not None else None
    return Found(routes, watch.solutions, watch.stopped)


def _set_time(chosen: pywrapcp.DefaultRoutingSearchParameters, deadline: float | None) -> None:
    left_s = _LONGEST_S if deadline is None else deadline - time.monotonic()
    left_ms = max(1, int(min(left_s, _LONGEST_S) * 1000))
    chosen.time_limit.FromMilliseconds(left_ms)
    # It also ends the reading of a warm start, 0.1 s by default: too short on a busy machine.
    chosen.lns_time_limit.FromMilliseconds(left_ms)


class _Watch:
    """Looks at the clock and the stop signal, and passes better solutions on."""

    def __init__(
        self,
        model: RoutingModel,
        *,
        deadline: float | None,
        stop: StopSignal | None,
        report: Report | None,
    ) -> None:
        self.solutions = 0
        self.stopped = False
        self._model = model
        self._deadline = deadline
        self._stop = stop
        self._report = report
        self._calls = 0
        self._best = _UNLIMITED
        self._better: list[list[int]] | None = None
        self._next_stop = 0.0
        self._next_report = 0.0

    def must_end(self) -> bool:
        """Whether the search must end now."""
        self._calls += 1
        if self._calls % _CALLS_PER_LOOK:
            return self.stopped
        now = time.monotonic()
        if now >= self._next_stop:
            self._next_stop = now + _STOP_EVERY_S
            self.stopped = self.stopped or (self._stop is not None and self._stop())
        if now >= self._next_report:
            self._pass_on(now)
        return self.stopped or (self._deadline is not None and now >= self._deadline)

    def at_solution(self) -> None:
        """Remember the routes of a better solution once it is time to report one."""
        self.solutions += 1
        cost = self._model.routing.CostVar().Max()
        if self._report is None or cost >= self._best:
            return
        self._best = cost
        self._better = self._model.routes()

    def let_go(self) -> None:
        """Forget the model, which holds on to this watch: neither would ever be freed."""
        del self._model

    def _pass_on(self, now: float) -> None:
        self._next_report = now + _REPORT_EVERY_S
        if self._report is not None:
            self._report(self.solutions, self._better)
            self._better = None
