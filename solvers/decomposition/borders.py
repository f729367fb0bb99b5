"""The last pass: neighbouring routes planned again together, whatever zone they belong to."""

import time
from dataclasses import dataclass

from solvers.decomposition.neighbours import Rotation
from solvers.decomposition.parts import Part, SubProblem
from solvers.decomposition.rounds import LISTEN_S, STOP_GRACE_S, Clock
from solvers.decomposition.workers import Report, Task, Workers
from solvers.engines.protocol import EngineResult, Limits
from solvers.engines.repair import rank
from solvers.model import Problem
from solvers.solution import Solution

_SECONDS_EACH = 4.0
_SHORTEST_S = 0.5
"""A group is not begun with less time than this."""

_ANSWER_S = 0.1
"""Kept back for sending a group to a worker and its routes back."""


@dataclass(frozen=True, slots=True)
class _Started:
    """A group under way: what it is, and the rank of its routes as they stand."""

    sub: SubProblem
    rank: tuple[int, int]


class BorderPass:
    """Plans groups of neighbouring routes again, from the plan as it stands.

    A group's new routes are taken only if they leave out no more stops that must be served and
    cost less, so the plan never gets worse.

    Attributes:
        iterations: Search steps done.
    """

    def __init__(
        self,
        problem: Problem,
        plan: Solution,
        workers: Workers,
        *,
        clock: Clock,
        parts: int,
        seed: int,
    ) -> None:
        self.iterations = 0
        self._problem = problem
        self._routes = {route.vehicle: route for route in plan.routes}
        self._workers = workers
        self._clock = clock
        self._parts = parts
        self._seed = seed
        self._rotation = Rotation(problem)
        self._started: dict[int, _Started] = {}
        self._count = 0

    def run(self) -> Solution:
        """Mend until the time is over; at once the given plan where no time was given."""
        give_up: float | None = None
        while True:
            if self._clock.must_stop() and give_up is None:
                self._workers.stop_all()
                give_up = time.monotonic() + STOP_GRACE_S
            while self._workers.idle and self._start_one():
                pass
            if not self._started or (give_up is not None and time.monotonic() > give_up):
                return self._plan()
            for report in self._workers.reports(LISTEN_S):
                self._take(report)

    def _plan(self) -> Solution:
        return Solution(tuple(self._routes[vehicle] for vehicle in sorted(self._routes)))

    def _start_one(self) -> bool:
        if self._clock.stopped or self._clock.limits.seconds is None:
            return False
        left_s = self._clock.deadline() - time.monotonic()
        if left_s < _SHORTEST_S:
            return False
        plan = self._plan()
        group = self._rotation.next_group(plan, self._busy())
        if group is None:
            return False
        sub = SubProblem(self._problem, group)
        warm = sub.lower(self._routes[v] for v in group.vehicles if v in self._routes)
        self._count += 1
        self._started[self._count] = _Started(sub, rank(sub.problem, warm))
        limits = Limits(
            seconds=min(left_s - _ANSWER_S, _SECONDS_EACH), iterations=self._clock.limits.iterations
        )
        self._workers.start(Task(self._count, sub.problem, limits, self._seed, warm))
        return True

    def _busy(self) -> Part:
        parts = [started.sub.part for started in self._started.values()]
        return Part(
            tuple(stop for part in parts for stop in part.stops),
            tuple(vehicle for part in parts for vehicle in part.vehicles),
        )

    def _take(self, report: Report) -> None:
        if report.task not in self._started or not isinstance(report.message, EngineResult):
            return
        started = self._started.pop(report.task)
        self.iterations += report.message.iterations
        found = report.message.solution
        problem = started.sub.problem
        if rank(problem, found) >= started.rank:
            return
        for vehicle in started.sub.part.vehicles:
            self._routes.pop(vehicle, None)
        for route in started.sub.lift(found):
            self._routes[route.vehicle] = route
        self._clock.tell(self._problem, self._plan(), parts=self._parts, iterations=self.iterations)
