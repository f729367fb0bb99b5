"""Sessions driven at random, and what must hold for them at every moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from solvers.checker import check
from solvers.engines.native.flatten import REQUIRED_PRICE
from solvers.engines.native.live_travel import Place, PlanarPoint, TravelRows
from solvers.engines.native.session import Session
from solvers.engines.protocol import Limits
from solvers.findings import Finding, Rule
from solvers.inherited import route_violations
from solvers.insertions import bases, insertions
from solvers.model import Problem, Stop, TimeWindow, Visit, VisitKind
from solvers.objective import late_s, route_cost
from solvers.replay import Schedule, replay
from solvers.solution import Solution
from solvers.travel import PlanarTravel
from tests.solvers.drawn import ALL_FEATURES, Case, Chance, Features, make_stop


def judge(session: Session) -> None:
    """The checker finds nothing but required stops left out, and the same cost."""
    problem, plan = session.snapshot()
    report = check(problem, plan)
    wrong = [
        finding
        for finding in report.violations
        if finding.rule is not Rule.REQUIRED_UNSERVED and not _is_forced(problem, finding)
    ]
    assert not wrong, wrong
    left_out = [index for index in report.unserved if problem.stops[index].unserved_price is None]
    assert session.cost == report.cost.total + len(left_out) * REQUIRED_PRICE
    assert session.unserved == tuple(problem.stops[index].id for index in report.unserved)


def _is_forced(problem: Problem, finding: Finding) -> bool:
    """Whether the committed visits leave no right place for the break."""
    if finding.rule not in (Rule.BREAK_MISSING, Rule.BREAK_PLACE) or finding.vehicle is None:
        return False
    vehicle = problem.vehicles[finding.vehicle]
    return bool(vehicle.committed) and all(
        route_violations(problem, replay(problem, finding.vehicle, visits))
        for visits in bases(vehicle, vehicle.committed)
    )


def draw_place(chance: Chance, session: Session) -> Place:
    """A new location, in the kind of each travel profile."""
    problem = session.problem()
    place: list[TravelRows | PlanarPoint] = []
    x_m, y_m = chance.integer(0, 300), chance.integer(0, 300)
    for source in problem.travel:
        if isinstance(source, PlanarTravel):
            place.append(PlanarPoint(x_m, y_m))
            continue
        durations, distances = source.matrices([0])
        # Alike at all times of day: then nobody overtakes by waiting.
        rows = [
            np.tile([chance.integer(0, 300) for _ in range(session.locations)], (depth, 1))
            for depth in (len(durations), len(distances)) * 2
        ]
        place.append(TravelRows(to_s=rows[0], to_m=rows[1], from_s=rows[2], from_m=rows[3]))
    return place


def expected_quote(
    problem: Problem, plan: Solution, stop: Stop, window: TimeWindow
) -> tuple[bool, int | None]:
    """By brute force: whether the stop fits under the promise rule, and the least added cost."""
    asked = problem.replace(
        stops=(*problem.stops, replace(stop, windows=(window,), due_s=None, late_cost_per_s=0))
    )
    last = len(problem.stops)
    best: int | None = None
    for vehicle in range(len(problem.vehicles)):
        visits = plan.route_of(vehicle).visits
        before = replay(asked, vehicle, visits)
        late = _lateness(asked, before)
        cost = route_cost(asked, before).total if visits else 0
        for route in insertions(asked, vehicle, visits, last):
            after = replay(asked, vehicle, route)
            if route_violations(asked, after):
                continue
            if any(now > late[index] for index, now in _lateness(asked, after).items()):
                continue
            added = route_cost(asked, after).total - cost
            best = added if best is None else min(best, added)
    return best is not None, best


def _lateness(problem: Problem, schedule: Schedule) -> dict[int, int]:
    """Seconds late of the stops that must be served."""
    return {
        times.visit.index: late_s(problem.stops[times.visit.index], times.start_s)
        for times in schedule.visits
        if times.visit.kind is VisitKind.STOP
        and problem.stops[times.visit.index].unserved_price is None
        and times.visit.index != len(problem.stops) - 1
    }


@dataclass
class Driver:
    """Does to a session whatever chance will have, within what is allowed at the moment."""

    chance: Chance
    session: Session
    features: Features = ALL_FEATURES
    added: int = 0
    finished: list[str] = field(default_factory=list)

    @staticmethod
    def of(chance: Chance, case: Case, features: Features = ALL_FEATURES) -> "Driver":
        return Driver(chance, Session(case.problem, case.solution), features)

    ACTIONS = (
        "add",
        "cancel",
        "change",
        "exclude",
        "commit",
        "release",
        "finish",
        "move",
        "advance",
        "update",
        "search",
    )

    def step(self) -> str:
        """One action, if it is possible now; its name."""
        action = self.chance.pick(self.ACTIONS)
        getattr(self, f"_{action}")()
        return action

    def candidate(self) -> Stop:
        self.added += 1
        stop = make_stop(self.chance, self.session.problem(), 1000 + self.added, self.features)
        return replace(stop, location=stop.location % self.session.locations)

    def _add(self) -> None:
        place = draw_place(self.chance, self.session) if self.chance.often(60) else None
        stop = self.candidate()
        if place is None:
            stop = replace(
                stop,
                location=self.session.problem().stops[0].location
                if self.session.problem().stops
                else 0,
            )
        self.session.add(stop, place=place)

    def _free(self) -> Sequence[Stop]:
        problem = self.session.problem()
        bound = {visit for vehicle in problem.vehicles for visit in vehicle.committed}
        return [s for index, s in enumerate(problem.stops) if Visit.stop(index) not in bound]

    def _cancel(self) -> None:
        if free := self._free():
            self.session.cancel(self.chance.pick(free).id)

    def _change(self) -> None:
        if stops := self.session.problem().stops:
            old = self.chance.pick(stops)
            self.session.change(replace(self.candidate(), id=old.id, location=old.location))

    def _exclude(self) -> None:
        if free := self._free():
            vehicle = self.chance.pick(self.session.problem().vehicles)
            self.session.exclude(self.chance.pick(free).id, vehicle.id)

    def _vehicle(self) -> tuple[str, int, int]:
        """Id, committed visits and visits of a vehicle."""
        problem, plan = self.session.snapshot()
        index = self.chance.integer(0, len(problem.vehicles) - 1)
        vehicle = problem.vehicles[index]
        return vehicle.id, len(vehicle.committed), len(plan.route_of(index).visits)

    def _commit(self) -> None:
        name, committed, visits = self._vehicle()
        self.session.commit(name, self.chance.integer(committed, visits))

    def _release(self) -> None:
        name, committed, _ = self._vehicle()
        self.session.release(name, self.chance.integer(0, committed))

    def _finish(self) -> None:
        problem, plan = self.session.snapshot()
        name, committed, visits = self._vehicle()
        if not committed:
            return
        index = [vehicle.id for vehicle in problem.vehicles].index(name)
        done = self.chance.integer(1, committed)
        route = plan.route_of(index).visits
        if route[done - 1].kind is VisitKind.BREAK and done < visits:
            return
        ends_s = replay(problem, index, route).visits[done - 1].end_s
        late_s = self.chance.pick([None, 0, 60])
        self.session.finish(name, done, at_s=None if late_s is None else ends_s + late_s)

    def _move(self) -> None:
        name, *_ = self._vehicle()
        place = draw_place(self.chance, self.session)
        self.session.move(name, place=place, available_s=self.chance.integer(0, 900))

    def _advance(self) -> None:
        now_s = self.session.now_s or 0
        self.session.advance(now_s + self.chance.integer(0, 200))

    def _update(self) -> None:
        problem = self.session.problem()
        vehicle = replace(self.chance.pick(problem.vehicles), committed=())
        skills = self.chance.pick([vehicle.skills, frozenset({"lift"})])
        limit = self.chance.pick([None, 3])
        self.session.update(replace(vehicle, skills=skills, max_stops=limit))

    def _search(self) -> None:
        before = self.session.cost
        self.session.search(Limits(iterations=30), seed=self.added)
        assert self.session.cost <= before
