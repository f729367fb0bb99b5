"""A plan kept alive: the problem changes under it, searches go on from it, queries read it."""

from collections.abc import Sequence

from solvers.engines.native.flatten import start_routes
from solvers.engines.native.live_search import run_search
from solvers.engines.native.live_travel import Place
from solvers.engines.native.quotes import Quote, quote_of
from solvers.engines.native.stop_changes import StopChanges
from solvers.engines.native.vehicle_changes import VehicleChanges
from solvers.engines.protocol import EngineResult, Limits, ProgressCallback, StopSignal
from solvers.model import Problem, Stop, TimeWindow
from solvers.solution import Solution


class Session(StopChanges, VehicleChanges):
    """Holds a problem and a plan for it; see ``docs/session.md``.

    Stops and vehicles go by their ids; indices of stops change as stops come and go. Calls may
    come from several threads: they take turns, and a search lets others in every few
    milliseconds. A call that raises has changed nothing.

    Args:
        problem: What to plan. ``committed`` visits are taken over.
        plan: The plan so far; what of it breaks a rule is dropped. Stops it leaves out wait for
            ``search``.
        threads: Searches side by side where a limit in seconds is given.

    Raises:
        ValueError: The problem has no vehicle, or ``threads`` is not positive.
    """

    def __init__(self, problem: Problem, plan: Solution | None = None, *, threads: int = 1) -> None:
        super().__init__(problem, plan, threads)

    def quote(
        self,
        stop: Stop,
        windows: Sequence[TimeWindow],
        *,
        place: Place | None = None,
        repair: int = 0,
        seed: int = 0,
    ) -> tuple[Quote, ...]:
        """Whether, where and at what added cost ``stop`` fits into the plan, window by window.

        Changes nothing. Without repair a "no" is exact: no place on any route, with unloadings
        beside the stop and the break where one likes, keeps every rule and every promise.

        Args:
            stop: The candidate; its own ``windows``, and its ``location`` where ``place`` is
                given, are not looked at.
            windows: Each is asked for by itself.
            place: Travel rows or coordinates of the candidate, if its location is new.
            repair: Attempts at moving other stops where plain insertion fails.
            seed: Of the repair.

        Raises:
            ValueError: A value is out of range; names it.
        """
        with self._lock:
            probe = None if place is None else self._live.travel.probe(place)
            if probe is None:
                self._live.refuse_location(stop)
            location = None if probe is None else probe.location
            row, _, lists = self._live.numbers_of(stop, location)
            asked = [(window.start_s, window.end_s) for window in windows]
            answers = self._live.kernel.ask(row, asked, lists, repair, seed % 2**64, probe)
            revision = self._live.revision
            return tuple(
                quote_of(window, answer, len(self._live.stops), revision)
                for window, answer in zip(windows, answers, strict=True)
            )

    def adopt(self, plan: Solution) -> bool:
        """Take over a plan made elsewhere for ``problem()`` as it is now, if it costs less.

        Args:
            plan: In the indices of ``problem()``; what of it breaks a rule is dropped first.

        Returns:
            Whether it was taken.
        """
        with self._lock:
            kernel, problem = self._live.kernel, self._live.problem()
            before, cost = kernel.routes(), kernel.cost
            kernel.set_routes(list(enumerate(start_routes(problem, plan))))
            self._live.settle()
            if kernel.cost < cost:
                return True
            kernel.set_routes(list(enumerate(before)))
            self._live.settle()
            return False

    def search(
        self,
        limits: Limits,
        *,
        seed: int = 0,
        progress: ProgressCallback | None = None,
        stop: StopSignal | None = None,
    ) -> EngineResult:
        """Improve the plan until a limit or the stop signal ends it.

        The plan is never worse than before. Changes made meanwhile by other threads are taken
        in: the search goes on with the problem as it is then. With an iteration limit and none
        in seconds the outcome is reproducible.

        Raises:
            RuntimeError: Another search is under way.
        """
        with self._lock:
            if self._searching:
                raise RuntimeError("a search is under way in this session; wait for its end")
            self._searching = True
        try:
            return run_search(self._live, self._lock, limits, self._threads, seed, progress, stop)
        finally:
            with self._lock:
                self._searching = False
