"""All parts of a problem solved side by side within a common time."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from solvers.decomposition.parts import Part, SubProblem
from solvers.decomposition.workers import Report, Task, Workers
from solvers.engines.protocol import EngineResult, Limits, Progress, ProgressCallback, StopSignal
from solvers.model import Problem
from solvers.objective import cost_of
from solvers.solution import Route, Solution

LISTEN_S = 0.1
"""Longest wait for workers before the clock and the stop signal are looked at again."""

STOP_GRACE_S = 2.0
"""Workers that were asked to stop are waited for this long; then their part is given up."""

_ENDING_S = 0.4
"""Kept back at the end for the workers' last answers and for putting the plan together."""


class Clock:
    """Limits, stop signal and progress of one run.

    Attributes:
        limits: Of the whole run.
        stopped: The stop signal has been seen.
    """

    def __init__(
        self, *, limits: Limits, stop: StopSignal | None, progress: ProgressCallback | None
    ) -> None:
        self.limits = limits
        self.stopped = False
        self._stop = stop
        self._progress = progress
        self._began = time.monotonic()

    def elapsed_s(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._began

    def deadline(self, share: float = 1.0) -> float:
        """Clock of ``time.monotonic`` at which ``share`` of the time is over; infinite without."""
        if self.limits.seconds is None:
            return float("inf")
        return self._began + max(0.0, self.limits.seconds - _ENDING_S) * share

    def must_stop(self) -> bool:
        """Whether the stop signal has been given."""
        self.stopped = self.stopped or (self._stop is not None and self._stop())
        return self.stopped

    def must_end(self) -> bool:
        """Whether the time is over or the stop signal has been given."""
        return self.must_stop() or time.monotonic() >= self.deadline()

    def report(self, progress: Progress) -> None:
        """Pass progress on."""
        if self._progress is not None:
            self._progress(progress)

    def tell(self, problem: Problem, plan: Solution, *, parts: int, iterations: int) -> None:
        """Progress with a whole plan in hand."""
        if self._progress is not None:
            self._progress(
                Progress(
                    elapsed_s=self.elapsed_s(),
                    iterations=iterations,
                    cost=cost_of(problem, plan).total,
                    unserved=len(plan.unserved(problem)),
                    parts_done=parts,
                    parts=parts,
                    phase="borders",
                )
            )


@dataclass(frozen=True, slots=True)
class Solved:
    """Routes of every part, with the indices of the whole, and the search steps they took."""

    routes: tuple[tuple[Route, ...], ...]
    iterations: int


def solve_parts(
    problem: Problem,
    parts: Sequence[Part],
    workers: Workers,
    *,
    clock: Clock,
    share: float,
    seed: int,
    warm_start: Solution | None,
) -> Solved:
    """Solve every part, the largest first, within ``share`` of the time.

    Each part gets time by its number of stops, out of what is left when its turn comes. Once
    stopped, parts that have not begun do what their vehicles are committed to.
    """
    run = _Run(problem, parts, workers, clock=clock, share=share, seed=seed, warm_start=warm_start)
    return run.solve()


class _Run:
    """The state of ``solve_parts``."""

    def __init__(
        self,
        problem: Problem,
        parts: Sequence[Part],
        workers: Workers,
        *,
        clock: Clock,
        share: float,
        seed: int,
        warm_start: Solution | None,
    ) -> None:
        self._problem = problem
        self._parts = parts
        self._workers = workers
        self._clock = clock
        self._deadline = clock.deadline(share)
        self._seed = seed
        self._warm = warm_start
        self._waiting = sorted(range(len(parts)), key=lambda n: (len(parts[n].stops), -n))
        self._subs: dict[int, SubProblem] = {}
        self._latest: dict[int, Progress] = {}
        self._results: dict[int, EngineResult] = {}

    def solve(self) -> Solved:
        """Keep every worker busy until all parts are done or it is time to stop."""
        give_up: float | None = None
        while self._workers.busy or (self._waiting and not self._clock.stopped):
            if self._clock.must_stop() and give_up is None:
                self._workers.stop_all()
                give_up = time.monotonic() + STOP_GRACE_S
            while self._waiting and self._workers.idle and not self._clock.stopped:
                self._start(self._waiting.pop())
            for report in self._workers.reports(LISTEN_S):
                self._take(report)
            self._tell()
            if give_up is not None and time.monotonic() > give_up:
                break
        return Solved(
            routes=tuple(self._routes(number) for number in range(len(self._parts))),
            iterations=sum(result.iterations for result in self._results.values()),
        )

    def _start(self, number: int) -> None:
        part = self._parts[number]
        sub = SubProblem(self._problem, part)
        self._subs[number] = sub
        limits = Limits(seconds=self._seconds(part), iterations=self._clock.limits.iterations)
        warm = None
        if self._warm is not None:
            warm = sub.lower(_within(self._warm, part))
        self._workers.start(Task(number, sub.problem, limits, self._seed, warm))

    def _seconds(self, part: Part) -> float | None:
        if self._clock.limits.seconds is None:
            return None
        left_s = max(0.0, self._deadline - time.monotonic())
        waiting = sum(len(self._parts[number].stops) for number in self._waiting)
        slots = self._workers.busy + self._workers.idle
        fair_s = left_s * slots * len(part.stops) / max(1, waiting + len(part.stops))
        return min(left_s, fair_s)

    def _take(self, report: Report) -> None:
        if isinstance(report.message, EngineResult):
            self._results[report.task] = report.message
        else:
            self._latest[report.task] = report.message

    def _routes(self, number: int) -> tuple[Route, ...]:
        if number in self._results:
            return self._subs[number].lift(self._results[number].solution)
        vehicles = self._parts[number].vehicles
        committed = ((v, self._problem.vehicles[v].committed) for v in vehicles)
        return tuple(Route(vehicle, visits) for vehicle, visits in committed if visits)

    def _tell(self) -> None:
        """Merged progress; parts without a plan count as left out whole."""
        cost = unserved = iterations = 0
        for number, part in enumerate(self._parts):
            latest = self._latest.get(number)
            iterations += latest.iterations if latest else 0
            if latest is None or latest.cost is None or latest.unserved is None:
                stops = [self._problem.stops[index] for index in part.stops]
                cost += sum(stop.unserved_price or 0 for stop in stops)
                unserved += len(stops)
            else:
                cost += latest.cost
                unserved += latest.unserved
        self._clock.report(
            Progress(
                elapsed_s=self._clock.elapsed_s(),
                iterations=iterations,
                cost=cost,
                unserved=unserved,
                parts_done=len(self._results),
                parts=len(self._parts),
                phase="zones",
            )
        )


def _within(plan: Solution, part: Part) -> list[Route]:
    """What a plan says about the part: its vehicles' routes without stops from elsewhere."""
    stops, vehicles = set(part.stops), set(part.vehicles)
    return [
        Route(route.vehicle, tuple(v for v in route.visits if v.kind != "stop" or v.index in stops))
        for route in plan.routes
        if route.vehicle in vehicles
    ]
