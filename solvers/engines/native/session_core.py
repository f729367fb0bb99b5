"""What every part of a session shares: the problem and plan, their lock, and reading them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from solvers.engines.native.live_problem import LiveProblem
from solvers.engines.native.schedule import PlannedRoute
from solvers.engines.native.turns import Turns
from solvers.model import Problem, Stop, Vehicle, VisitKind
from solvers.solution import Solution


class SessionCore:
    """Problem and plan with the lock that calls take turns by."""

    def __init__(self, problem: Problem, plan: Solution | None, threads: int) -> None:
        if not problem.vehicles:
            raise ValueError("a session needs at least one vehicle; the problem has none")
        if threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        self._lock = Turns()
        self._threads = threads
        self._searching = False
        self._now_s: int | None = None
        self._live = LiveProblem(problem, plan or Solution())

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Keeps other threads out until the block ends, so that several calls are one step."""
        with self._lock:
            yield

    @property
    def revision(self) -> int:
        """Rises whenever the problem or the plan changes."""
        with self._lock:
            return self._live.revision

    @property
    def now_s(self) -> int | None:
        """The clock as last advanced; ``None`` before."""
        with self._lock:
            return self._now_s

    @property
    def locations(self) -> int:
        """Number of locations, which is how long travel rows must be."""
        with self._lock:
            return self._live.travel.size

    @property
    def cost(self) -> int:
        """Cost of the plan, milli-fen, in which a required stop left out counts for a lot."""
        with self._lock:
            return self._live.kernel.cost

    @property
    def unserved(self) -> tuple[str, ...]:
        """Ids of the stops the plan leaves out."""
        with self._lock:
            return tuple(self._live.stops[index].id for index in self._live.kernel.absent())

    def stop(self, stop_id: str) -> Stop:
        """The stop as it is now; raises KeyError where there is none."""
        with self._lock:
            return self._live.stops[self._live.stop_index(stop_id)]

    def vehicle(self, vehicle_id: str) -> Vehicle:
        """The vehicle as it is now, committed visits included; raises KeyError where none is.

        ``initial_load`` is what it carries after the visits that are finished.
        """
        with self._lock:
            index = self._live.vehicle_index(vehicle_id)
            committed = tuple(map(self._live.visit_of, self._committed(index)))
            return replace(self._live.vehicles[index], committed=committed)

    def vehicle_index(self, vehicle_id: str) -> int:
        """The vehicle's index in ``problem()``, which never changes; raises KeyError."""
        with self._lock:
            return self._live.vehicle_index(vehicle_id)

    def schedule(self) -> tuple[PlannedRoute, ...]:
        """The routes of the plan with their times, by ids; vehicles without visits left out.

        Quicker than ``snapshot``, which copies and checks the whole problem.
        """
        with self._lock:
            return self._live.routes()

    def visits(self) -> dict[str, list[tuple[VisitKind, str | None]]]:
        """What each vehicle does in order, by its id: kind and id, none for breaks; without times.

        Quicker than ``schedule``; vehicles without visits are left out.
        """
        with self._lock:
            return self._live.visits()

    def problem(self) -> Problem:
        """The problem as it is now, checked whole."""
        with self._lock:
            return self._live.problem()

    def solution(self) -> Solution:
        """The plan as it is now, in the indices of ``problem()``."""
        with self._lock:
            return self._live.plan()

    def snapshot(self) -> tuple[Problem, Solution]:
        """Problem and plan of one moment."""
        with self._lock:
            return self._live.problem(), self._live.plan()

    def _committed(self, index: int) -> list[int]:
        """The kernel's codes of the vehicle's committed visits."""
        return self._live.kernel.routes()[index][: self._live.fixed[index]]

    def _holder(self, stop_id: str) -> int | None:
        """Index of the vehicle committed to the stop, if one is; raises KeyError."""
        index = self._live.stop_index(stop_id)
        for vehicle, nodes in enumerate(self._live.kernel.routes()):
            if index in nodes[: self._live.fixed[vehicle]]:
                return vehicle
        return None
