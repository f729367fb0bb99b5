"""The judge of every plan: replays it from the problem alone.

Shares no arithmetic with any engine. A plan counts only when ``check`` finds no violation.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from solvers.alone import can_be_served_alone
from solvers.findings import Excess, Finding, Rule, Severity
from solvers.inherited import Key, inherited_amounts, key_of
from solvers.model import Problem, Visit, VisitKind
from solvers.objective import CostBreakdown, late_s, route_cost, unserved_cost
from solvers.replay import Schedule, replay
from solvers.route_rules import committed_is_kept, route_excesses
from solvers.solution import Route, Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What the checker found.

    Attributes:
        findings: Violations first, then lateness, then inherited breaches.
        cost: Cost of the plan as replayed.
        schedules: One per route of the solution with a known vehicle.
        unserved: Indices of the stops on no route.
    """

    findings: tuple[Finding, ...]
    cost: CostBreakdown
    schedules: tuple[Schedule, ...]
    unserved: tuple[int, ...]

    @property
    def valid(self) -> bool:
        """Whether there is no violation."""
        return not self.violations

    @property
    def violations(self) -> tuple[Finding, ...]:
        """What makes the plan invalid."""
        return self._of(Severity.VIOLATION)

    @property
    def lateness(self) -> tuple[Finding, ...]:
        """Stops that start after their due time."""
        return self._of(Severity.LATENESS)

    @property
    def inherited(self) -> tuple[Finding, ...]:
        """Breaches no plan could avoid."""
        return self._of(Severity.INHERITED)

    def _of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is severity)


def check(problem: Problem, solution: Solution) -> CheckReport:
    """Judge ``solution`` by the rules of ``problem``; never raises on a bad plan."""
    known = _known_routes(problem, solution)
    findings, schedules = judge_routes(problem, solution)
    cost = CostBreakdown()
    for schedule in schedules:
        cost += route_cost(problem, schedule)
    unserved = known.unserved(problem)
    cost += unserved_cost(problem, unserved)
    findings += _find_required(problem, unserved)
    order = list(Severity)
    findings.sort(key=lambda finding: order.index(finding.severity))
    return CheckReport(
        findings=tuple(findings), cost=cost, schedules=tuple(schedules), unserved=unserved
    )


def judge_routes(problem: Problem, solution: Solution) -> tuple[list[Finding], list[Schedule]]:
    """What is to be said about the routes there are, and their replays.

    Stops left out are no part of it; ``check`` judges them too.
    """
    findings = list(_find_unknown(problem, solution))
    known = _known_routes(problem, solution)
    schedules = []
    for route in known.routes:
        schedule = replay(problem, route.vehicle, route.visits)
        schedules.append(schedule)
        findings += _judge_route(problem, schedule)
    findings += _find_twice(problem, known)
    findings += _find_missing_prefixes(problem, known)
    return findings, schedules


def _known_routes(problem: Problem, solution: Solution) -> Solution:
    """The part of the solution that speaks of things the problem has."""
    return Solution(
        tuple(_known_part(problem, route) for route in solution.routes if _known(problem, route))
    )


def _known(problem: Problem, route: Route) -> bool:
    return 0 <= route.vehicle < len(problem.vehicles)


def _count(problem: Problem, visit: Visit) -> int:
    """How many things of the visit's kind there are."""
    if visit.kind is VisitKind.STOP:
        return len(problem.stops)
    return len(problem.hubs) if visit.kind is VisitKind.HUB else 1


def _known_part(problem: Problem, route: Route) -> Route:
    kept = tuple(visit for visit in route.visits if 0 <= visit.index < _count(problem, visit))
    return Route(route.vehicle, kept)


def _find_unknown(problem: Problem, solution: Solution) -> Iterator[Finding]:
    for route in solution.routes:
        if not _known(problem, route):
            message = f"there is no vehicle with index {route.vehicle}"
            yield _violation(Rule.UNKNOWN_VEHICLE, message, vehicle=route.vehicle)
            continue
        for visit in route.visits:
            if not 0 <= visit.index < _count(problem, visit):
                stop = visit.kind is VisitKind.STOP
                rule = Rule.UNKNOWN_STOP if stop else Rule.UNKNOWN_HUB
                message = f"there is no {visit.kind} with index {visit.index}"
                yield _violation(rule, message, vehicle=route.vehicle)


def _find_twice(problem: Problem, solution: Solution) -> Iterator[Finding]:
    vehicles: set[int] = set()
    stops: set[int] = set()
    for route in solution.routes:
        if route.vehicle in vehicles:
            name = problem.vehicles[route.vehicle].id
            message = f"vehicle '{name}' has more than one route"
            yield _violation(Rule.VEHICLE_TWICE, message, vehicle=route.vehicle)
        vehicles.add(route.vehicle)
        for stop in route.stops():
            if stop in stops:
                message = f"stop '{problem.stops[stop].id}' is served more than once"
                yield _violation(Rule.STOP_TWICE, message, vehicle=route.vehicle, stop=stop)
            stops.add(stop)


def _find_missing_prefixes(problem: Problem, solution: Solution) -> Iterator[Finding]:
    """Vehicles with a committed prefix and no route at all."""
    used = {route.vehicle for route in solution.routes}
    for index, vehicle in enumerate(problem.vehicles):
        if vehicle.committed and index not in used:
            message = f"vehicle '{vehicle.id}' has no route but is committed to visits"
            yield _violation(Rule.COMMITTED, message, vehicle=index)


def _find_required(problem: Problem, unserved: tuple[int, ...]) -> Iterator[Finding]:
    for index in unserved:
        stop = problem.stops[index]
        if stop.unserved_price is not None:
            continue
        if can_be_served_alone(problem, index):
            message = f"stop '{stop.id}' must be served and is on no route"
            yield _violation(Rule.REQUIRED_UNSERVED, message, stop=index)
        else:
            yield Finding(
                severity=Severity.INHERITED,
                rule=Rule.REQUIRED_UNSERVED,
                stop=index,
                message=f"stop '{stop.id}' must be served, but no vehicle can serve it any more",
            )


def _judge_route(problem: Problem, schedule: Schedule) -> Iterator[Finding]:
    vehicle = problem.vehicles[schedule.vehicle]
    if not committed_is_kept(problem, schedule):
        message = f"vehicle '{vehicle.id}': the committed visits do not head its route unchanged"
        yield _violation(Rule.COMMITTED, message, vehicle=schedule.vehicle)
    excesses = route_excesses(problem, schedule)
    inherited = inherited_amounts(problem, schedule, excesses)
    for excess in excesses:
        yield from _split(problem, schedule, excess, inherited)
    for times in schedule.visits:
        if times.visit.kind is not VisitKind.STOP:
            continue
        stop = problem.stops[times.visit.index]
        late = late_s(stop, times.start_s)
        if late:
            yield Finding(
                severity=Severity.LATENESS,
                rule=Rule.LATE,
                vehicle=schedule.vehicle,
                stop=times.visit.index,
                amount=late,
                unit="s",
                message=f"vehicle '{vehicle.id}': stop '{stop.id}' starts {late} s late",
            )


def _split(
    problem: Problem, schedule: Schedule, excess: Excess, inherited: Mapping[Key, int]
) -> Iterator[Finding]:
    """The inherited part of an excess, and what the plan adds to it."""
    before = inherited.get(key_of(excess))
    name = problem.vehicles[schedule.vehicle].id
    if before is not None:
        unavoidable = min(before, excess.amount)
        yield Finding(
            severity=Severity.INHERITED,
            rule=excess.rule,
            vehicle=schedule.vehicle,
            stop=excess.stop,
            amount=unavoidable,
            unit=excess.unit,
            message=f"vehicle '{name}' {excess.text} (unavoidable)",
        )
        if excess.amount <= before:
            return
    yield Finding(
        severity=Severity.VIOLATION,
        rule=excess.rule,
        vehicle=schedule.vehicle,
        stop=excess.stop,
        amount=excess.amount - (before or 0),
        unit=excess.unit,
        message=f"vehicle '{name}' {excess.text}",
    )


def _violation(
    rule: Rule, message: str, *, vehicle: int | None = None, stop: int | None = None
) -> Finding:
    return Finding(
        severity=Severity.VIOLATION, rule=rule, vehicle=vehicle, stop=stop, message=message
    )
