"""Changes that would let a stop be served, each proven by replaying the changed route."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from solvers.explain.nearness import Tried, hub_of
from solvers.explain.reasons import Change, ChangeKind, Remedy
from solvers.explain.route_problem import RouteProblem
from solvers.findings import Excess, Rule
from solvers.inherited import key_of, route_violations
from solvers.model import Break, Hub, Problem, Stop, TimeWindow, Vehicle, padded
from solvers.objective import route_cost
from solvers.replay import replay
from solvers.route_rules import route_excesses

_LIMITS = {
    Rule.SHIFT_END: ChangeKind.SHIFT_END,
    Rule.MAX_STOPS: ChangeKind.MAX_STOPS,
    Rule.MAX_DISTANCE: ChangeKind.MAX_DISTANCE,
    Rule.MAX_DRIVE: ChangeKind.MAX_DRIVE,
    Rule.MAX_DURATION: ChangeKind.MAX_DURATION,
    Rule.BREAK_WINDOW: ChangeKind.BREAK_END,
}


def remedy_of(problem: Problem, stop: int, tried: Tried, cost_now: int) -> Remedy | None:
    """What would make an invalid insertion valid; ``None`` where no change was proven to.

    ``cost_now`` is what the vehicle's route costs without the stop, milli-fen.
    """
    changes = _changes(problem, stop, tried)
    if changes is None:
        return None
    cost = cost_when_changed(problem, tried, changes)
    if cost is None:
        return None
    return Remedy(changes=changes, vehicle=tried.vehicle, visits=tried.visits, cost=cost - cost_now)


def cost_when_changed(problem: Problem, tried: Tried, changes: Sequence[Change]) -> int | None:
    """Cost of the route in the changed problem; ``None`` where it is still not valid."""
    small = RouteProblem.of(problem, tried.vehicle, tried.visits)
    changed = small.problem
    for change in changes:
        changed = _APPLY[change.kind](changed, small.renumbered(change))
    schedule = replay(changed, 0, small.visits)
    if route_violations(changed, schedule):
        return None
    return route_cost(changed, schedule).total


def _changes(problem: Problem, stop: int, tried: Tried) -> tuple[Change, ...] | None:
    """One change per broken rule; ``None`` if some rule cannot be mended by any."""
    schedule = replay(problem, tried.vehicle, tried.visits)
    whole = {key_of(excess): excess.amount for excess in route_excesses(problem, schedule)}
    changes: dict[tuple[object, ...], Change] = {}
    for excess in tried.broken:
        change = _change(problem, stop, tried, excess, whole[key_of(excess)])
        if change is None:
            return None
        key = (change.kind, change.unit, change.vehicle, change.stop, change.hub)
        if key not in changes or change.amount > changes[key].amount:
            changes[key] = change
    return tuple(changes.values())


def _change(problem: Problem, stop: int, tried: Tried, excess: Excess, whole: int) -> Change | None:
    """The change that mends one rule; ``whole`` is the excess with its inherited part."""
    rule, vehicle = excess.rule, tried.vehicle
    if rule is Rule.WINDOW:
        return Change(kind=ChangeKind.WINDOW_END, amount=whole, unit="s", stop=excess.stop)
    if rule is Rule.HUB_CLOSED:
        hub = hub_of(tried.visits, excess)
        return Change(kind=ChangeKind.HUB_END, amount=whole, unit="s", hub=hub)
    if rule is Rule.CAPACITY:
        return _lighter(problem, stop, vehicle, excess, whole)
    if rule is Rule.SKILLS:
        missing = problem.stops[stop].skills - problem.vehicles[vehicle].skills
        skills = tuple(sorted(missing))
        return Change(kind=ChangeKind.ADD_SKILLS, vehicle=vehicle, skills=skills)
    if rule in (Rule.NOT_ALLOWED, Rule.EXCLUDED):
        return Change(kind=ChangeKind.ALLOW_VEHICLE, vehicle=vehicle, stop=stop)
    if rule in _LIMITS:
        return Change(kind=_LIMITS[rule], amount=whole, unit=excess.unit, vehicle=vehicle)
    return None


def _lighter(problem: Problem, stop: int, vehicle: int, excess: Excess, whole: int) -> Change:
    """Less to collect where something is left then, else more room."""
    dimension = problem.dimensions.index(excess.key)
    if excess.amount < problem.load_of(problem.stops[stop])[dimension]:
        return Change(kind=ChangeKind.LESS_LOAD, amount=excess.amount, unit=excess.unit, stop=stop)
    return Change(kind=ChangeKind.MORE_CAPACITY, amount=whole, unit=excess.unit, vehicle=vehicle)


def _with_stop(problem: Problem, index: int, stop: Stop) -> Problem:
    stops = (*problem.stops[:index], stop, *problem.stops[index + 1 :])
    return problem.replace(stops=stops)


def _with_vehicle(problem: Problem, index: int, vehicle: Vehicle) -> Problem:
    vehicles = (*problem.vehicles[:index], vehicle, *problem.vehicles[index + 1 :])
    return problem.replace(vehicles=vehicles)


def _later(windows: Sequence[TimeWindow], amount_s: int) -> tuple[TimeWindow, ...]:
    last = windows[-1]
    return (*windows[:-1], TimeWindow(last.start_s, last.end_s + amount_s))


def _window_end(problem: Problem, change: Change) -> Problem:
    index = change.stop or 0
    stop = problem.stops[index]
    return _with_stop(problem, index, replace(stop, windows=_later(stop.windows, change.amount)))


def _hub_end(problem: Problem, change: Change) -> Problem:
    index = change.hub or 0
    hub: Hub = replace(
        problem.hubs[index], windows=_later(problem.hubs[index].windows, change.amount)
    )
    return problem.replace(hubs=(*problem.hubs[:index], hub, *problem.hubs[index + 1 :]))


def _break_end(problem: Problem, change: Change) -> Problem:
    vehicle = problem.vehicles[0]
    if vehicle.rest is None:
        return problem
    (window,) = _later((vehicle.rest.window,), change.amount)
    rest = Break(window, vehicle.rest.duration_s)
    return _with_vehicle(problem, 0, replace(vehicle, rest=rest))


def _less_load(problem: Problem, change: Change) -> Problem:
    index = change.stop or 0
    stop = problem.stops[index]
    dimension = problem.dimensions.index(change.unit)
    load = list(problem.load_of(stop))
    load[dimension] -= change.amount
    return _with_stop(problem, index, replace(stop, load=tuple(load)))


def _more_capacity(problem: Problem, change: Change) -> Problem:
    vehicle = problem.vehicles[0]
    capacity = list(padded(vehicle.capacity, len(problem.dimensions)))
    capacity[problem.dimensions.index(change.unit)] += change.amount
    return _with_vehicle(problem, 0, replace(vehicle, capacity=tuple(capacity)))


def _higher(field: str) -> Callable[[Problem, Change], Problem]:
    def raised(problem: Problem, change: Change) -> Problem:
        vehicle = problem.vehicles[0]
        limit = getattr(vehicle, field)
        changed: Vehicle = replace(vehicle, **{field: limit + change.amount})
        return _with_vehicle(problem, 0, changed)

    return raised


def _add_skills(problem: Problem, change: Change) -> Problem:
    vehicle = problem.vehicles[0]
    return _with_vehicle(
        problem, 0, replace(vehicle, skills=vehicle.skills | frozenset(change.skills))
    )


def _allow(problem: Problem, change: Change) -> Problem:
    index = change.stop or 0
    stop = problem.stops[index]
    allowed = stop.allowed_vehicles
    return _with_stop(
        problem,
        index,
        replace(
            stop,
            allowed_vehicles=None if allowed is None else allowed | {0},
            excluded_vehicles=stop.excluded_vehicles - {0},
        ),
    )


_APPLY: dict[ChangeKind, Callable[[Problem, Change], Problem]] = {
    ChangeKind.WINDOW_END: _window_end,
    ChangeKind.HUB_END: _hub_end,
    ChangeKind.BREAK_END: _break_end,
    ChangeKind.LESS_LOAD: _less_load,
    ChangeKind.MORE_CAPACITY: _more_capacity,
    ChangeKind.SHIFT_END: _higher("shift_end_s"),
    ChangeKind.MAX_STOPS: _higher("max_stops"),
    ChangeKind.MAX_DISTANCE: _higher("max_distance_m"),
    ChangeKind.MAX_DRIVE: _higher("max_drive_s"),
    ChangeKind.MAX_DURATION: _higher("max_duration_s"),
    ChangeKind.ADD_SKILLS: _add_skills,
    ChangeKind.ALLOW_VEHICLE: _allow,
}
