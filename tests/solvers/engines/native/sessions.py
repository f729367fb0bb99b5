"""What must hold for a session at every moment, and what brute force says of a query."""

from dataclasses import replace

import numpy as np

from solvers.checker import check
from solvers.engines.native.flatten import REQUIRED_PRICE
from solvers.engines.native.live_travel import Place, PlanarPoint, TravelRows
from solvers.engines.native.session import Session
from solvers.findings import Finding, Rule
from solvers.inherited import route_violations
from solvers.insertions import bases, insertions
from solvers.model import Problem, Stop, TimeWindow, VisitKind
from solvers.objective import late_s, route_cost
from solvers.replay import Schedule, replay
from solvers.solution import Solution
from solvers.travel import PlanarTravel
from tests.solvers.drawn import Chance


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
    _judge_schedule(session, problem, plan)


def _judge_schedule(session: Session, problem: Problem, plan: Solution) -> None:
    """The session's times are those of a replay."""
    schedule = session.schedule()
    assert len(schedule) == len(plan.routes)
    for planned, route in zip(schedule, plan.routes, strict=True):
        vehicle = problem.vehicles[route.vehicle]
        times = replay(problem, route.vehicle, route.visits)
        assert (planned.vehicle_id, planned.committed) == (vehicle.id, len(vehicle.committed))
        assert (planned.leave_s, planned.end_s) == (times.depart_s, times.end_s)
        for visit, one in zip(planned.visits, times.visits, strict=True):
            assert visit.kind is one.visit.kind
            assert (visit.start_s, visit.end_s) == (one.start_s, one.end_s)
            assert visit.arrival_s == one.arrival_s
            if visit.kind is VisitKind.STOP:
                stop = problem.stops[one.visit.index]
                assert (visit.id, visit.late_s) == (stop.id, late_s(stop, one.start_s))


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
