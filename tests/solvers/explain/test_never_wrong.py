"""Every claim of a reason against brute force on drawn problems, with the checker as judge."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, event, given, settings

from solvers.checker import check
from solvers.explain import ChangeKind, Kind, Reason, explain
from solvers.explain.nearness import Tried, try_route
from solvers.explain.remedies import cost_when_changed
from solvers.explain.search import Insertions, compiled_of, rank
from solvers.findings import Rule
from solvers.insertions import insertions
from solvers.model import Problem, Visit
from solvers.objective import cost_of
from solvers.solution import Route, Solution
from tests.solvers.drawn import Case, drawn_cases, seeded_case

SEEDS = [seed for seed in range(50) if seed not in (14, 20)]  # those two have many hubs
quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def every_route(
    problem: Problem, vehicle: int, visits: tuple[Visit, ...], stop: int
) -> set[tuple[Visit, ...]]:
    """All insertions, found without the package: place, unloadings beside it, break anywhere."""
    owner = problem.vehicles[vehicle]
    first = len(owner.committed)
    pause = Visit.break_()
    open_break = owner.rest is not None and pause not in owner.committed
    kept = [v for i, v in enumerate(visits) if i < first or not (open_break and v == pause)]
    hubs = [[], *([Visit.hub(hub)] for hub in owner.hubs)]
    found = set()
    for place in range(first, len(kept) + 1):
        for before in hubs:
            for after in hubs:
                route = [*kept[:place], *before, Visit.stop(stop), *after, *kept[place:]]
                found.add(tuple(route))
                if open_break:
                    for at in range(first, len(route) + 1):
                        found.add((*route[:at], pause, *route[at:]))
    return found


def with_route(problem: Problem, solution: Solution, vehicle: int, visits: tuple[Visit, ...]):
    kept = [route for route in solution.routes if route.vehicle != vehicle]
    return Solution((*kept, Route(vehicle, visits)))


def holds(problem: Problem, solution: Solution, vehicle: int) -> bool:
    """Whether the checker finds nothing to hold against the vehicle's route."""
    return not [
        finding
        for finding in check(problem, solution).violations
        if finding.rule is not Rule.REQUIRED_UNSERVED and finding.vehicle == vehicle
    ]


def valid_costs(
    problem: Problem, solution: Solution, stop: int, *, alone: bool
) -> Iterator[tuple[int, int]]:
    """Vehicle and rise in cost of every valid insertion, as the checker sees them."""
    for vehicle, owner in enumerate(problem.vehicles):
        visits = owner.committed if alone else solution.route_of(vehicle).visits
        rest = Solution(tuple(r for r in solution.routes if r.vehicle != vehicle))
        before = cost_of(problem, Solution((*rest.routes, Route(vehicle, visits)))).total
        price = problem.stops[stop].unserved_price or 0
        for route in every_route(problem, vehicle, visits, stop):
            changed = Solution((*rest.routes, Route(vehicle, route)))
            if holds(problem, changed, vehicle):
                yield vehicle, cost_of(problem, changed).total - before + price


def judge(case: Case, reason: Reason) -> None:
    problem, solution = case.problem, case.solution
    beside = list(valid_costs(problem, solution, reason.stop, alone=False))
    price = problem.stops[reason.stop].unserved_price
    assert reason.price == price
    if reason.kind in (Kind.FITS, Kind.NOT_WORTH_ITS_PRICE):
        cheapest = min(cost for _, cost in beside)
        assert reason.cost == cheapest
        assert (reason.vehicle, cheapest) in beside
        assert reason.visits in every_route(
            problem, reason.vehicle, solution.route_of(reason.vehicle).visits, reason.stop
        )
        worth = price is None or cheapest < price
        assert reason.kind is (Kind.FITS if worth else Kind.NOT_WORTH_ITS_PRICE)
        return
    assert not beside
    assert reason.cost is None
    alone = any(True for _ in valid_costs(problem, solution, reason.stop, alone=True))
    assert reason.kind is (Kind.NOT_BESIDE_OTHERS if alone else Kind.IMPOSSIBLE_ALONE)
    amounts = {(finding.amount) for finding in _findings(problem, solution, reason)}
    assert {failure.amount for failure in reason.failures} <= amounts


def _findings(problem: Problem, solution: Solution, reason: Reason):
    changed = with_route(problem, solution, reason.vehicle, reason.visits)
    return [f for f in check(problem, changed).violations if f.vehicle == reason.vehicle]


def judge_remedies(case: Case, reason: Reason) -> None:
    problem = case.problem
    for remedy in reason.remedies:
        kinds = {change.kind for change in remedy.changes}
        if kinds == {ChangeKind.HIGHER_PRICE}:
            assert reason.price + remedy.changes[0].amount == reason.cost + 1
        elif kinds == {ChangeKind.EXTRA_VEHICLE}:
            _judge_extra_vehicle(problem, reason, remedy.vehicle, remedy.visits, remedy.cost)
        else:
            whole = changed_whole(problem, remedy.changes)
            after = with_route(whole, case.solution, remedy.vehicle, remedy.visits)
            if reason.kind is Kind.IMPOSSIBLE_ALONE:
                after = Solution((Route(remedy.vehicle, remedy.visits),))
            assert holds(whole, after, remedy.vehicle)


def _judge_extra_vehicle(problem, reason, like, visits, cost) -> None:
    """A copy of the vehicle really joins the fleet and serves the stop, at that cost."""
    from dataclasses import replace

    number = len(problem.vehicles)
    copy = replace(problem.vehicles[like], id="copy", committed=(), initial_load=())

    def also(vehicles):
        return vehicles | {number} if vehicles is not None and like in vehicles else vehicles

    stops = tuple(
        replace(
            stop,
            allowed_vehicles=also(stop.allowed_vehicles),
            excluded_vehicles=also(stop.excluded_vehicles),
        )
        for stop in problem.stops
    )
    grown = problem.replace(vehicles=(*problem.vehicles, copy), stops=stops)
    solution = Solution((Route(number, visits),))
    assert holds(grown, solution, number)
    unused = cost_of(grown, Solution()).total
    price = reason.price or 0
    assert cost_of(grown, solution).total - unused + price == cost
    assert reason.price is None or cost < reason.price


def changed_whole(problem: Problem, changes) -> Problem:
    """The changes made to the whole problem, without the package's own way of making them."""
    from dataclasses import replace

    from solvers.model import Break, TimeWindow

    stops, vehicles, hubs = list(problem.stops), list(problem.vehicles), list(problem.hubs)

    def later(windows, amount):
        return (*windows[:-1], TimeWindow(windows[-1].start_s, windows[-1].end_s + amount))

    for c in changes:
        if c.stop is not None:
            s = stops[c.stop]
            if c.kind is ChangeKind.WINDOW_END:
                s = replace(s, windows=later(s.windows, c.amount))
            elif c.kind is ChangeKind.LESS_LOAD:
                less = [c.amount * (name == c.unit) for name in problem.dimensions]
                load = tuple(a - b for a, b in zip(problem.load_of(s), less, strict=True))
                assert min(load) >= 0
                s = replace(s, load=load)
            elif c.kind is ChangeKind.ALLOW_VEHICLE:
                allowed = s.allowed_vehicles
                s = replace(
                    s,
                    allowed_vehicles=None if allowed is None else allowed | {c.vehicle},
                    excluded_vehicles=s.excluded_vehicles - {c.vehicle},
                )
            else:
                raise AssertionError(c)
            stops[c.stop] = s
        elif c.hub is not None:
            hubs[c.hub] = replace(hubs[c.hub], windows=later(hubs[c.hub].windows, c.amount))
        else:
            v = vehicles[c.vehicle]
            fields = {
                ChangeKind.SHIFT_END: "shift_end_s",
                ChangeKind.MAX_STOPS: "max_stops",
                ChangeKind.MAX_DISTANCE: "max_distance_m",
                ChangeKind.MAX_DRIVE: "max_drive_s",
                ChangeKind.MAX_DURATION: "max_duration_s",
            }
            if c.kind in fields:
                v = replace(v, **{fields[c.kind]: getattr(v, fields[c.kind]) + c.amount})
            elif c.kind is ChangeKind.MORE_CAPACITY:
                more = [c.amount * (name == c.unit) for name in problem.dimensions]
                v = replace(v, capacity=tuple(a + b for a, b in zip(v.capacity, more, strict=True)))
            elif c.kind is ChangeKind.ADD_SKILLS:
                v = replace(v, skills=v.skills | set(c.skills))
            elif c.kind is ChangeKind.BREAK_END:
                v = replace(v, rest=Break(later((v.rest.window,), c.amount)[0], v.rest.duration_s))
            else:
                raise AssertionError(c)
            vehicles[c.vehicle] = v
    return problem.replace(stops=tuple(stops), vehicles=tuple(vehicles), hubs=tuple(hubs))


@given(drawn_cases())
@quick
def test_no_drawn_reason_is_wrong(case: Case):
    for reason in explain(case.problem, case.solution):
        event(f"{reason.kind} {reason.code}")
        judge(case, reason)
        judge_remedies(case, reason)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_seeded_reason_is_wrong(seed: int):
    case = seeded_case(seed)
    for reason in explain(case.problem, case.solution):
        judge(case, reason)
        judge_remedies(case, reason)


def every_insertion(case: Case, stop: int, routes) -> list[Tried]:
    """All insertions of the stop into the routes, replayed."""
    problem = case.problem
    costs = [try_route(problem, v, visits, 0).cost for v, visits in enumerate(routes)]
    return [
        try_route(problem, vehicle, visits, costs[vehicle])
        for vehicle, route in enumerate(routes)
        for visits in insertions(problem, vehicle, route, stop)
    ]


@pytest.mark.parametrize("seed", [*range(100, 160), 2517])
def test_the_search_finds_the_nearest_beside_the_others_and_alone(seed: int):
    case = seeded_case(seed)
    problem = case.problem
    beside = [case.solution.route_of(v).visits for v in range(len(problem.vehicles))]
    alone = [vehicle.committed for vehicle in problem.vehicles]
    for routes in (beside, alone):
        search = Insertions(problem, routes, compiled_of(problem))
        for stop in case.solution.unserved(problem):
            tried = every_insertion(case, stop, routes)
            assert search.nearest(stop) == min(tried, key=rank)


@pytest.mark.parametrize("seed", range(200, 230))
def test_the_package_and_the_judge_know_the_same_insertions(seed: int):
    case = seeded_case(seed)
    for vehicle in range(len(case.problem.vehicles)):
        visits = case.solution.route_of(vehicle).visits
        for stop in case.solution.unserved(case.problem):
            ours = set(insertions(case.problem, vehicle, visits, stop))
            assert ours == every_route(case.problem, vehicle, visits, stop)


@pytest.mark.parametrize("seed", range(300, 320))
def test_a_cut_out_route_replays_to_the_same_cost(seed: int):
    case = seeded_case(seed)
    for route in case.solution.routes:
        tried = try_route(case.problem, route.vehicle, route.visits, 0)
        assert cost_when_changed(case.problem, tried, ()) == tried.cost
