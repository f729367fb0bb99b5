"""The rules of one route, each a small function over its replayed schedule."""

from collections.abc import Callable, Iterator, Sequence

from solvers.findings import Excess, Rule
from solvers.model import Hub, Problem, Stop, TimeWindow, VisitKind, padded
from solvers.replay import Schedule, VisitTimes

_Rule = Callable[[Problem, Schedule], Iterator[Excess]]


def route_excesses(problem: Problem, schedule: Schedule) -> list[Excess]:
    """Everything the route does that it may not, in the order of the rules below."""
    if not schedule.visits:
        return []
    return [excess for rule in _RULES for excess in rule(problem, schedule)]


def break_is_due(problem: Problem, schedule: Schedule) -> bool:
    """Whether the vehicle must take its break inside this route.

    A vehicle that leaves only after the break could have ended, or whose route ends before the
    break's window closes, takes it outside the route.
    """
    rest = problem.vehicles[schedule.vehicle].rest
    if rest is None or not schedule.visits:
        return False
    rested_before = schedule.depart_s >= rest.window.start_s + rest.duration_s
    rests_after = schedule.end_s <= rest.window.end_s
    return not (rested_before or rests_after)


def _stops(problem: Problem, schedule: Schedule) -> Iterator[tuple[int, VisitTimes, Stop]]:
    for position, times in enumerate(schedule.visits):
        if times.visit.kind is VisitKind.STOP:
            yield position, times, problem.stops[times.visit.index]


def _hubs(problem: Problem, schedule: Schedule) -> Iterator[tuple[int, VisitTimes, Hub]]:
    for position, times in enumerate(schedule.visits):
        if times.visit.kind is VisitKind.HUB:
            yield position, times, problem.hubs[times.visit.index]


def _stop_index(times: VisitTimes) -> int | None:
    return times.visit.index if times.visit.kind is VisitKind.STOP else None


def _outside(windows: Sequence[TimeWindow], start_s: int) -> int:
    """Seconds from ``start_s`` to the nearest window; 0 inside one."""
    if not windows:
        return 0
    return min(max(window.start_s - start_s, start_s - window.end_s, 0) for window in windows)


def _windows(problem: Problem, schedule: Schedule) -> Iterator[Excess]:
    for position, times, stop in _stops(problem, schedule):
        outside = _outside(stop.windows, times.start_s)
        if outside:
            text = f"service of stop '{stop.id}' starts {outside} s outside its windows"
            yield Excess(Rule.WINDOW, position, times.visit.index, outside, "s", text)


def _hub_hours(problem: Problem, schedule: Schedule) -> Iterator[Excess]:
    for position, times, hub in _hubs(problem, schedule):
        outside = _outside(hub.windows, times.start_s)
        if outside:
            text = f"unloading at hub '{hub.id}' starts {outside} s outside its hours"
            yield Excess(Rule.HUB_CLOSED, position, None, outside, "s", text)


def _hub_allowed(problem: Problem, schedule: Schedule) -> Iterator[Excess]:
    allowed = problem.vehicles[schedule.vehicle].hubs
    for position, times, hub in _hubs(problem, schedule):
        if times.visit.index not in allowed:
            text = f"unloads at hub '{hub.id}', which it may not use"
            yield Excess(Rule.HUB_NOT_ALLOWED, position, None, 0, "", text)


def _capacity(problem: Problem, schedule: Schedule) -> Iterator[Excess]:
    vehicle = problem.vehicles[schedule.vehicle]
    capacity = padded(vehicle.capacity, len(problem.dimensions))
    carried: list[tuple[int | None, int | None, tuple[int, ...]]] = [
        (None, None, padded(vehicle.initial_load, len(problem.dimensions)))
    ]
    carried += [
        (position, _stop_index(times), times.load) for position, times in enumerate(schedule.visits)
    ]
    for position, stop, load in carried:
        for name, amount, most in zip(problem.dimensions, load, capacity, strict=True):
            if amount > most:
                text = f"carries {amount} of {name} with room for {most}"
                yield Excess(Rule.CAPACITY, position, stop, amount - most, name, text, name)


def _reachable(_: Problem, schedule: Schedule) -> Iterator[Excess]:
    for position, times in enumerate(schedule.visits):
        if not times.reachable:
            text = f"drives an arc that may not be driven, to visit {position + 1}"
            yield Excess(Rule.UNREACHABLE, position, _stop_index(times), 0, "", text)
    if not schedule.end_reachable:
        text = "drives an arc that may not be driven, to its end place"
        yield Excess(Rule.UNREACHABLE, None, None, 0, "", text)


def _qualified(problem: Problem, schedule: Schedule) -> Iterator[Excess]:
    vehicle = problem.vehicles[schedule.vehicle]
    for position, times, stop in _stops(problem, schedule):
        missing = stop.skills - vehicle.skills
        if missing:
            text = f"lacks {', '.join(sorted(missing))} for stop '{stop.id}'"
            yield Excess(Rule.SKILLS, position, times.visit.index, len(missing), "", text)
        if stop.allowed_vehicles is not None and schedule.vehicle not in stop.allowed_vehicles:
            text = f"is not among the vehicles allowed for stop '{stop.id}'"
            yield Excess(Rule.NOT_ALLOWED, position, times.visit.index, 0, "", text)
        if schedule.vehicle in stop.excluded_vehicles:
            text = f"is excluded from stop '{stop.id}'"
            yield Excess(Rule.EXCLUDED, position, times.visit.index, 0, "", text)


def _breaks(problem: Problem, schedule: Schedule) -> Iterator[Excess]:
    vehicle = problem.vehicles[schedule.vehicle]
    taken = [
        (position, times)
        for position, times in enumerate(schedule.visits)
        if times.visit.kind is VisitKind.BREAK
    ]
    if not taken:
        if break_is_due(problem, schedule):
            yield Excess(Rule.BREAK_MISSING, None, None, 0, "", "works through its break")
        return
    if vehicle.rest is None:
        yield Excess(Rule.BREAK_UNKNOWN, taken[0][0], None, 0, "", "takes a break it has not")
        return
    for position, times in taken:
        late = times.start_s - vehicle.rest.window.end_s
        if late > 0:
            text = f"starts its break {late} s after the break's window"
            yield Excess(Rule.BREAK_WINDOW, position, None, late, "s", text)
    if len(taken) > 1:
        yield Excess(Rule.BREAK_TWICE, taken[1][0], None, 0, "", "takes its break more than once")
    last = len(schedule.visits) - 1
    if taken[-1][0] == last and (vehicle.end is None or last == 0):
        text = "takes its break after its last visit, where the route has ended"
        yield Excess(Rule.BREAK_PLACE, last, None, 0, "", text)
    if taken[0][0] == 0 and vehicle.start is None:
        text = "takes its break before its first visit, where the route has not begun"
        yield Excess(Rule.BREAK_PLACE, 0, None, 0, "", text)


def _shift_end(problem: Problem, schedule: Schedule) -> Iterator[Excess]:
    limit = problem.vehicles[schedule.vehicle].shift_end_s
    yield from _over(Rule.SHIFT_END, "route ends {} s after the shift", schedule.end_s, limit, "s")


def _max_stops(problem: Problem, schedule: Schedule) -> Iterator[Excess]:
    limit = problem.vehicles[schedule.vehicle].max_stops
    count = sum(times.visit.kind is VisitKind.STOP for times in schedule.visits)
    yield from _over(Rule.MAX_STOPS, "serves {} stops too many", count, limit, "stops")


def _max_distance(problem: Problem, schedule: Schedule) -> Iterator[Excess]:
    limit = problem.vehicles[schedule.vehicle].max_distance_m
    yield from _over(Rule.MAX_DISTANCE, "drives {} m too far", schedule.distance_m, limit, "m")


def _max_drive(problem: Problem, schedule: Schedule) -> Iterator[Excess]:
    limit = problem.vehicles[schedule.vehicle].max_drive_s
    yield from _over(Rule.MAX_DRIVE, "drives {} s too long", schedule.drive_s, limit, "s")


def _max_duration(problem: Problem, schedule: Schedule) -> Iterator[Excess]:
    limit = problem.vehicles[schedule.vehicle].max_duration_s
    yield from _over(Rule.MAX_DURATION, "is paid {} s too long", schedule.paid_s, limit, "s")


def _over(rule: Rule, text: str, value: int, limit: int | None, unit: str) -> Iterator[Excess]:
    if limit is not None and value > limit:
        yield Excess(rule, None, None, value - limit, unit, text.format(value - limit))


def committed_is_kept(problem: Problem, schedule: Schedule) -> bool:
    """Whether the committed prefix heads the route unchanged."""
    committed = problem.vehicles[schedule.vehicle].committed
    visits = [times.visit for times in schedule.visits[: len(committed)]]
    return len(visits) == len(committed) and all(
        kept == asked for kept, asked in zip(visits, committed, strict=True)
    )


_RULES: tuple[_Rule, ...] = (
    _windows,
    _hub_hours,
    _hub_allowed,
    _capacity,
    _reachable,
    _qualified,
    _breaks,
    _shift_end,
    _max_stops,
    _max_distance,
    _max_drive,
    _max_duration,
)
