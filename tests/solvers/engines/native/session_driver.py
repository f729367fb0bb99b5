"""A session driven at random: every call it has, in any order that is allowed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from solvers.engines.native.session import Session
from solvers.engines.protocol import Limits
from solvers.model import Prices, Stop, Visit, VisitKind
from solvers.replay import replay
from tests.solvers.drawn import ALL_FEATURES, Case, Chance, Features, make_stop
from tests.solvers.engines.native.sessions import draw_place

_MOST_VEHICLES = 5


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
        "allow",
        "put",
        "tell",
        "reprice",
        "add_vehicle",
        "withdraw",
    )

    def step(self) -> str:
        """One action, if it is possible now; its name."""
        action = self.chance.pick(self.ACTIONS)
        getattr(self, f"_{action}")()
        return action

    def candidate(self) -> Stop:
        self.added += 1
        problem = self.session.problem()
        stop = make_stop(self.chance, problem, 1000 + self.added, self.features)
        used = {one.location for one in problem.stops} | {hub.location for hub in problem.hubs}
        used |= {place for v in problem.vehicles for place in (v.start, v.end) if place is not None}
        return replace(stop, location=self.chance.pick(sorted(used)) if used else 0)

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
            place = draw_place(self.chance, self.session) if self.chance.often(30) else None
            self.session.change(
                replace(self.candidate(), id=old.id, location=old.location), place=place
            )

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
        self._fix(self.session.commit, name, self.chance.integer(committed, visits))

    def _release(self) -> None:
        name, committed, _ = self._vehicle()
        self._fix(self.session.release, name, self.chance.integer(0, committed))

    def _fix(self, call: Callable[[str, int], None], name: str, visits: int) -> None:
        """The call, unless it would leave a break as the last committed visit."""
        route = self.session.solution().route_of(self.session.vehicle_index(name)).visits
        if 0 < visits < len(route) and route[visits - 1].kind is VisitKind.BREAK:
            with pytest.raises(ValueError, match="break cannot be the last"):
                call(name, visits)
            return
        call(name, visits)

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
        zones = self.chance.pick([vehicle.home_zones, frozenset({1})])
        limit = self.chance.pick([None, 3])
        self.session.update(replace(vehicle, skills=skills, home_zones=zones, max_stops=limit))

    def _allow(self) -> None:
        if free := self._free():
            ids = [vehicle.id for vehicle in self.session.problem().vehicles]
            chosen = [name for name in ids if self.chance.often(60)]
            self.session.allow(self.chance.pick(free).id, chosen if self.chance.often(70) else None)

    def _put(self) -> None:
        """Anywhere: where a rule forbids it, it is refused and nothing changes."""
        free = self._free()
        if not free:
            return
        stop = self.chance.pick(free)
        name, committed, visits = self._vehicle()
        before = self.session.snapshot()
        plan = before[1].route_of(self.session.vehicle_index(name)).visits
        last = visits - int(Visit.stop(before[0].stops.index(stop)) in plan)
        position = self.chance.integer(committed, last)
        try:
            self.session.put(stop.id, name, position)
        except ValueError:
            assert self.session.snapshot() == before
            return
        (route,) = (one for one in self.session.schedule() if one.vehicle_id == name)
        assert route.visits[position].id == stop.id

    def _tell(self) -> None:
        ids = [stop.id for stop in self.session.problem().stops if self.chance.often(50)]
        tell = self.chance.pick([self.session.tell_couriers, self.session.tell_shoppers])
        tell(self.chance.pick([ids, None]))

    def _reprice(self) -> None:
        self.session.reprice(
            Prices(
                outside_home_zone=self.chance.pick([0, 70]),
                vehicle_change=self.chance.pick([0, 40]),
                time_change=self.chance.pick([0, 25]),
                time_tolerance_s=self.chance.integer(0, 100),
            )
        )

    def _add_vehicle(self) -> None:
        problem = self.session.problem()
        if len(problem.vehicles) == _MOST_VEHICLES:
            return
        self.added += 1
        like = replace(self.chance.pick(problem.vehicles), id=f"N{self.added}", committed=())
        place = draw_place(self.chance, self.session) if self.chance.often(50) else None
        index = self.session.add_vehicle(like, place=place)
        assert self.session.problem().vehicles[index].id == like.id

    def _withdraw(self) -> None:
        name, *_ = self._vehicle()
        self.session.withdraw(name)
        assert all(route.vehicle_id != name for route in self.session.schedule())

    def _search(self) -> None:
        before = self.session.cost
        self.session.search(Limits(iterations=30), seed=self.added)
        assert self.session.cost <= before
