"""A plan kept alive: the problem changes under it, searches go on from it, queries read it."""

import threading
from collections.abc import Sequence
from dataclasses import replace

from solvers.engines.native.live_problem import LiveProblem
from solvers.engines.native.live_search import run_search
from solvers.engines.native.live_travel import Place
from solvers.engines.native.quotes import Quote, quote_of
from solvers.engines.native.work_done import after_finishing, until
from solvers.engines.protocol import EngineResult, Limits, ProgressCallback, StopSignal
from solvers.model import Problem, Stop, TimeWindow, Vehicle, VisitKind
from solvers.solution import Solution


class Session:
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
        if not problem.vehicles:
            raise ValueError("a session needs at least one vehicle; the problem has none")
        if threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        self._lock = threading.RLock()
        self._threads = threads
        self._searching = False
        self._now_s: int | None = None
        self._live = LiveProblem(problem, plan or Solution())

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
            return self._live.cost

    @property
    def unserved(self) -> tuple[str, ...]:
        """Ids of the stops the plan leaves out."""
        with self._lock:
            return tuple(self._live.stops[index].id for index in self._live.kernel.absent())

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

    def add(self, stop: Stop, *, place: Place | None = None, quote: Quote | None = None) -> int:
        """Add a stop; returns its location.

        Args:
            stop: The stop; its ``location`` is not looked at where ``place`` is given.
            place: Its travel rows or coordinates, if its location is new.
            quote: Puts the stop where this quote found room. Otherwise it goes where it costs
                least, if it fits and is worth it.

        Raises:
            InvalidProblemError: The stop breaks a rule of the model.
            ValueError: The id is in use, the location is not, ``place`` does not fit the travel
                profiles, or the quote is for another state of the plan or no room.
        """
        with self._lock:
            live = self._live
            if live.has_stop(stop.id):
                raise ValueError(f"stop '{stop.id}' is there already; use change()")
            if quote is not None and not quote.fits:
                raise ValueError(f"stop '{stop.id}': the quote found no room; ask for others")
            if quote is not None and quote.revision != live.revision:
                raise ValueError(f"stop '{stop.id}': the plan changed since the quote; ask again")
            drives = live.checked_place(place)
            live.check_stop(stop if drives is None else replace(stop, location=0))
            if drives is not None:
                stop = replace(stop, location=live.new_location(drives))
            live.add_stop(stop)
            if quote is not None:
                live.kernel.set_routes(quote.routes)
            live.settle()
            if quote is None:
                live.place_absent()
            return stop.location

    def change(self, stop: Stop) -> None:
        """Replace the stop of the same id; it stays in its place where the rules allow.

        Raises:
            KeyError: There is no stop of this id.
            InvalidProblemError: The stop breaks a rule of the model.
            ValueError: The location is not in use.
        """
        with self._lock:
            index = self._live.stop_index(stop.id)
            self._live.check_stop(stop)
            self._live.change_stop(index, stop)
            self._live.settle()

    def cancel(self, stop_id: str) -> None:
        """Take a stop out.

        Raises:
            KeyError: There is no stop of this id.
            ValueError: A vehicle is committed to it; ``release`` it first.
        """
        with self._lock:
            index = self._live.stop_index(stop_id)
            for vehicle, nodes in enumerate(self._live.kernel.routes()):
                if index in nodes[: self._live.fixed[vehicle]]:
                    holder = self._live.vehicles[vehicle].id
                    raise ValueError(
                        f"stop '{stop_id}': vehicle '{holder}' is committed to it; release it first"
                    )
            self._live.remove_stop(stop_id)
            self._live.settle()

    def exclude(self, stop_id: str, vehicle_id: str) -> None:
        """Never let the vehicle serve the stop.

        Raises:
            KeyError: There is no such stop or vehicle.
            ValueError: The vehicle is committed to the stop; ``release`` it first.
        """
        with self._lock:
            index, vehicle = self._live.stop_index(stop_id), self._live.vehicle_index(vehicle_id)
            if index in self._live.kernel.routes()[vehicle][: self._live.fixed[vehicle]]:
                raise ValueError(
                    f"stop '{stop_id}': vehicle '{vehicle_id}' is committed to it; release it first"
                )
            stop = self._live.stops[index]
            self.change(replace(stop, excluded_vehicles=stop.excluded_vehicles | {vehicle}))

    def update(self, vehicle: Vehicle) -> None:
        """Replace the vehicle of the same id; its committed visits stay.

        New skills or home zones build the session anew inside, which takes longer.

        Raises:
            KeyError: There is no vehicle of this id.
            InvalidProblemError: The vehicle breaks a rule of the model.
            ValueError: ``committed`` is given, or the start location is not in use.
        """
        with self._lock:
            index = self._live.vehicle_index(vehicle.id)
            if vehicle.committed:
                raise ValueError(f"vehicle '{vehicle.id}': committed is given; use commit()")
            self._live.check_vehicle(vehicle)
            before = self._live.vehicles[index]
            if (vehicle.skills, vehicle.home_zones) == (before.skills, before.home_zones):
                self._live.set_vehicle(index, vehicle, self._committed(index))
                self._live.settle()
                return
            problem, plan = self.snapshot()
            fleet = list(problem.vehicles)
            fleet[index] = replace(vehicle, committed=fleet[index].committed)
            self._live.reload(problem.replace(vehicles=tuple(fleet)), plan)

    def move(
        self,
        vehicle_id: str,
        *,
        available_s: int,
        location: int | None = None,
        place: Place | None = None,
    ) -> int | None:
        """Say where a vehicle is, and from when on it can go; returns its location.

        Args:
            vehicle_id: Which one.
            available_s: It does not leave before.
            location: Where it is, if that is a location there is already.
            place: Travel rows or coordinates of where it is, if not.

        Raises:
            KeyError: There is no such vehicle.
            InvalidProblemError: A value breaks a rule of the model.
            ValueError: Not just one of ``location`` and ``place`` is given, or it does not fit.
        """
        with self._lock:
            index = self._live.vehicle_index(vehicle_id)
            if (location is None) == (place is None):
                raise ValueError(f"vehicle '{vehicle_id}': give either location or place")
            drives = self._live.checked_place(place)
            vehicle = self._live.vehicles[index]
            moved = until(replace(vehicle, start=location or 0), available_s)
            self._live.check_vehicle(moved)
            if drives is not None:
                moved = replace(moved, start=self._live.new_location(drives))
            self._live.set_vehicle(index, moved, self._committed(index))
            self._live.settle()
            return moved.start

    def commit(self, vehicle_id: str, visits: int) -> None:
        """Fix the first ``visits`` visits of the vehicle's route as they are.

        Raises:
            KeyError: There is no such vehicle.
            ValueError: It is committed to more already, or its route is shorter.
        """
        with self._lock:
            index = self._live.vehicle_index(vehicle_id)
            nodes = self._live.kernel.routes()[index]
            if not self._live.fixed[index] <= visits <= len(nodes):
                raise ValueError(
                    f"vehicle '{vehicle_id}': cannot commit {visits} visits; it is committed to "
                    f"{self._live.fixed[index]} and its route has {len(nodes)}"
                )
            self._live.set_vehicle(index, self._live.vehicles[index], nodes[:visits])
            self._live.settle()

    def release(self, vehicle_id: str, visits: int = 0) -> None:
        """Keep only the first ``visits`` committed visits of the vehicle committed.

        Raises:
            KeyError: There is no such vehicle.
            ValueError: It is committed to fewer.
        """
        with self._lock:
            index = self._live.vehicle_index(vehicle_id)
            nodes = self._live.kernel.routes()[index]
            if not 0 <= visits <= self._live.fixed[index]:
                raise ValueError(
                    f"vehicle '{vehicle_id}': cannot keep {visits} visits committed; it is "
                    f"committed to {self._live.fixed[index]}"
                )
            self._live.set_vehicle(index, self._live.vehicles[index], nodes[:visits])
            self._live.settle()

    def finish(self, vehicle_id: str, visits: int = 1, *, at_s: int | None = None) -> None:
        """The first committed visits are done: they leave the route, their stops the problem.

        The vehicle then starts from the last of them, when it ended, with what it has collected;
        what it has used up of its limits is gone and its fixed cost is spent.

        Args:
            vehicle_id: Which vehicle.
            visits: How many visits are done.
            at_s: When the last of them ended; as planned if not given.

        Raises:
            KeyError: There is no such vehicle.
            InvalidProblemError: ``at_s`` is no time of the model.
            ValueError: It is not committed to that many, or the last is a break with a visit
                behind it (the break interrupts the drive there: finish both together).
        """
        with self._lock:
            live = self._live
            index = live.vehicle_index(vehicle_id)
            nodes = live.kernel.routes()[index]
            if not 1 <= visits <= live.fixed[index]:
                raise ValueError(
                    f"vehicle '{vehicle_id}': cannot finish {visits} visits; it is committed to "
                    f"{live.fixed[index]}"
                )
            done = live.plan().route_of(index).visits[:visits]
            if done[-1].kind is VisitKind.BREAK and visits < len(nodes):
                raise ValueError(
                    f"vehicle '{vehicle_id}': its break cannot be finished alone; finish it with "
                    "the visit behind it"
                )
            after = after_finishing(live.kernel, index, live.vehicles[index], done, at_s)
            live.check_vehicle(after)
            live.set_vehicle(index, after, nodes[visits : live.fixed[index]])
            live.kernel.set_routes([(index, nodes[visits:])])
            for stop_id in [live.stops[v.index].id for v in done if v.kind is VisitKind.STOP]:
                live.remove_stop(stop_id)
            live.settle()

    def advance(self, now_s: int) -> None:
        """Let time pass.

        A vehicle that has left its start place by now is committed to its first visit (and the
        break before it); one that waits does not leave before now.

        Raises:
            ValueError: The clock stands later already.
        """
        with self._lock:
            if self._now_s is not None and now_s < self._now_s:
                raise ValueError(f"now_s is {now_s}, but the clock stands at {self._now_s}")
            self._live.pass_time(now_s)
            self._now_s = now_s
            self._live.settle()

    def _committed(self, index: int) -> list[int]:
        return self._live.kernel.routes()[index][: self._live.fixed[index]]

    # Queries and search.

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
            if probe is None and not 0 <= stop.location < self._live.travel.size:
                raise ValueError(
                    f"stop '{stop.id}': location is {stop.location}, but there are "
                    f"{self._live.travel.size}; give its place"
                )
            location = None if probe is None else probe.location
            row, _, lists = self._live.numbers_of(stop, location)
            asked = [(window.start_s, window.end_s) for window in windows]
            answers = self._live.kernel.ask(row, asked, lists, repair, seed % 2**64, probe)
            revision = self._live.revision
            return tuple(
                quote_of(window, answer, len(self._live.stops), revision)
                for window, answer in zip(windows, answers, strict=True)
            )

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
