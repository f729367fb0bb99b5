"""The plan that could have been made if all had been known: a heuristic bound for policies.

It serves what a policy had promised on a day and was not called off, with all requests known in
the morning and with the chance of that day: the traffic of each hour, the time at each door, what
is heavier than said, who is not at home, who calls off and when. Nobody rings before the shopper
has asked or before the promise begins, and couriers, shifts, breaks and hubs are the same. A long
search of the native engine makes the plan, beginning with what was done on the day; the same world
then lets couriers ride by it: every figure is reckoned from what would really have happened.
Being late is priced as a live day prices it (``LiveRules.late_times``): a plan that saves wages by
being late would be no bound for one that keeps its promises.

It is kinder than a bound has to be in three things: nobody refuses a pickup, no vehicle breaks
down, and couriers may wait at doors that will ask. It is less than a bound in one: what a single
drive takes over its time in the hour's traffic depends on the door alone and is known, but the
model of the engine has no such factor. So half of the search goes without; then each stop gets the
seconds by which the drive to it in that plan would be longer or shorter as a part of its service,
with its windows earlier by as much, and the other half of the search goes on from that plan. Where
it puts another drive before a stop, those seconds are not quite right, for which it keeps a
margin of some minutes at the end of promises and shifts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dispatch.domain.city import CitySettings
from dispatch.domain.couriers import Courier
from dispatch.domain.day import Day
from dispatch.domain.hubs import Hub
from dispatch.domain.places import Window
from dispatch.domain.requests import PickupRequest
from dispatch.domain.service import door_time_s
from dispatch.live.rules import LiveRules
from dispatch.live.tasks import Collect, TakeBreak, Task, Unload
from dispatch.simulation.city import SimulatedCity
from dispatch.simulation.fates import Fate, called_off_s, fate_of, traffic_factors
from dispatch.simulation.policies.scripted import ByScript, CourierScript
from dispatch.simulation.policy import Answer, Briefing
from dispatch.simulation.records import DayRecord, Outcome
from dispatch.simulation.rides import SHUT_DOOR_S
from dispatch.simulation.scenarios import Scenario
from dispatch.simulation.world import World
from dispatch.translation import DayProblem, translate
from dispatch.travel import TravelSource
from solvers.engines.protocol import Limits, StopSignal
from solvers.engines.registry import DEFAULT_ENGINE, get_engine
from solvers.model import Problem, Stop, TimeWindow, Visit, VisitKind
from solvers.replay import replay
from solvers.solution import Route, Solution
from solvers.solving import solve

_MARGIN_S = 180
"""Kept at the end of promises and shifts, since single drives are not known to the second."""

_LATE_ALLOWED_S = 8 * 3_600

_PROMISED_PRICE_FACTOR = 100
"""Of leaving out what was promised, over the price of what was not, as on a live day."""

_AGAIN = "#2"
"""Ends the ids of second visits in the plan."""


class HindsightError(Exception):
    """The engine's plan breaks a rule of the model: a mistake of ours."""


def in_hindsight(
    city: SimulatedCity,
    scenario: Scenario,
    seed: int,
    day: DayRecord,
    *,
    seconds: float,
    stop: StopSignal | None = None,
) -> DayRecord:
    """What would have happened on a day with all known in the morning.

    Args:
        city: Of the day.
        scenario: The kind of day.
        seed: Of the day.
        day: As it went under some policy, whose promises are to be kept.
        seconds: Of search.
        stop: Asked whether to end the search early.

    Raises:
        HindsightError: The plan is not valid.
    """
    briefing, requests = city.briefing(scenario, seed), city.requests(scenario, seed)
    visits = _visits(briefing, requests, day, scenario, seed)
    settings = _with_traffic(briefing.settings, traffic_factors(scenario, seed))
    translated = _problem(replace(briefing, settings=settings), visits, city.source)
    known = [visit.drive_factor for visit in visits]
    half = Limits(seconds=seconds / 2)
    lived = _as_lived(translated.problem, day)
    first = _searched(translated.problem, half, seed, stop, warm_start=lived)
    problem = _with_drives(translated.problem, first, known)
    plan = _searched(problem, half, seed, stop, warm_start=first)
    doors = {request.id: request.place for request in requests}
    harmless = replace(scenario.chances, refused=0.0, breakdowns=0.0)
    return World(
        briefing,
        requests,
        scenario=replace(scenario, chances=harmless),
        seed=seed,
        policy=ByScript(_scripts(problem, translated.day.hubs, plan), doors),
        acceptance=_AsPromised(day),
    ).run()


def _searched(
    problem: Problem,
    limits: Limits,
    seed: int,
    stop: StopSignal | None,
    warm_start: Solution,
) -> Solution:
    engine = get_engine(DEFAULT_ENGINE)
    solved = solve(problem, engine, limits=limits, seed=seed, warm_start=warm_start, stop=stop)
    if not solved.report.valid:
        broken = "; ".join(finding.message for finding in solved.report.violations[:5])
        raise HindsightError(f"the plan in hindsight breaks rules of the model: {broken}")
    return solved.solution


def _as_lived(problem: Problem, day: DayRecord) -> Solution:
    """What couriers collected on the day, in the order in which they did: a plan to begin with."""
    stops = {stop.id: number for number, stop in enumerate(problem.stops)}
    vehicles = {vehicle.id: number for number, vehicle in enumerate(problem.vehicles)}
    collected: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for ref, record in day.requests.items():
        stop = stops.get(ref + _AGAIN, stops.get(ref))
        if stop is not None and record.courier_id is not None and record.collected_s is not None:
            collected[record.courier_id].append((record.collected_s, stop))
    return Solution(
        tuple(
            Route(vehicles[courier_id], tuple(Visit.stop(stop) for _, stop in sorted(done)))
            for courier_id, done in collected.items()
        )
    )


def _with_drives(problem: Problem, plan: Solution, factors: Sequence[float]) -> Problem:
    """The stops with what the drives to them take over the planned ones, in ``plan``."""
    stops = list(problem.stops)
    for route in plan.routes:
        for times in replay(problem, route.vehicle, route.visits).visits:
            if times.visit.kind is not VisitKind.STOP:
                continue
            number = times.visit.index
            stop = stops[number]
            more_s = round(times.drive_s * (factors[number] - 1))
            more_s = max(more_s, -min(stop.service_s))
            stops[number] = replace(
                stop,
                service_s=tuple(seconds + more_s for seconds in stop.service_s),
                windows=tuple(_earlier(window, more_s) for window in stop.windows),
                due_s=None if stop.due_s is None else stop.due_s - more_s,
            )
    return problem.replace(stops=tuple(stops))


def _earlier(window: TimeWindow, seconds: int) -> TimeWindow:
    return TimeWindow(window.start_s - seconds, window.end_s - seconds)


class _AsPromised:
    """Answers shoppers as they were answered on the day before.

    Args:
        day: How it was.
    """

    def __init__(self, day: DayRecord) -> None:
        self._records = day.requests

    def begin(self, briefing: Briefing) -> None:
        self._briefing = briefing

    def observe(self, event: object) -> None:
        pass

    def answer(self, at: int, request: PickupRequest) -> Answer:  # noqa: ARG002
        record = self._records[request.id]
        if record.promise is None:
            return Answer(None, record.refused_because)
        return Answer(_window(self._briefing, *record.promise))


@dataclass(frozen=True, slots=True)
class _Visit:
    """A request as it is to be visited.

    Attributes:
        request: With its windows as they are in hindsight.
        door_s: Seconds at its door after set-up.
        drive_factor: Time of the drive to it over the one planned in the hour's traffic.
    """

    request: PickupRequest
    door_s: int
    drive_factor: float


def _visits(
    briefing: Briefing,
    requests: Sequence[PickupRequest],
    day: DayRecord,
    scenario: Scenario,
    seed: int,
) -> list[_Visit]:
    """Visits to all that was promised and not called off."""
    visits = []
    for request in requests:
        record = day.requests[request.id]
        if record.promise is not None and record.outcome is not Outcome.CANCELLED:
            fate = fate_of(request.id, scenario, seed)
            visits += _visits_to(briefing, request, record.promise, record.answered_s, fate)
    return visits


def _visits_to(
    briefing: Briefing,
    request: PickupRequest,
    promise: tuple[int, int],
    answered_s: int,
    fate: Fate,
) -> list[_Visit]:
    """The one visit that collects, or one to a shut door and another."""
    start_s = max(promise[0], answered_s)
    calls_off_s = called_off_s(fate, answered_s, promise)
    end_s = promise[1] if calls_off_s is None else min(promise[1], calls_off_s)
    window = _window(briefing, start_s, end_s - _MARGIN_S)
    heavy = replace(request.load, weight_g=round(request.load.weight_g * fate.weight_factor))
    collect = replace(request, windows=(window,), load=heavy)
    door_s = round(door_time_s(request, briefing.settings) * fate.door_factor)
    if not fate.nobody_home:
        return [_Visit(collect, door_s, fate.drive_factor)]
    # With room for it, since the first who comes finds nobody, whoever was to be the first.
    first = _Visit(collect, SHUT_DOOR_S, fate.drive_factor)
    if briefing.most_attempts == 1:
        return [first]
    closes_s = max((briefing.span(one.shift)[1] for one in briefing.couriers), default=0)
    later = _window(briefing, start_s + briefing.retry_after_s, closes_s)
    again = replace(collect, id=request.id + _AGAIN, windows=(later,))
    return [first, _Visit(again, door_s, fate.drive_factor)]


def _window(briefing: Briefing, start_s: int, end_s: int) -> Window:
    return Window(briefing.moment(start_s), briefing.moment(max(start_s, end_s)))


def _problem(briefing: Briefing, visits: Sequence[_Visit], source: TravelSource) -> DayProblem:
    """The day with its chance, as a routing problem."""
    settings = briefing.settings
    prices = replace(settings.prices, late_allowed_s=_LATE_ALLOWED_S)
    translated = translate(
        Day(
            settings=replace(settings, prices=prices),
            requests=tuple(visit.request for visit in visits),
            couriers=tuple(_with_margin(courier, briefing) for courier in briefing.couriers),
            hubs=briefing.hubs,
            fingerprint="",
        ),
        source=source,
    )
    problem = translated.problem
    stops = tuple(
        _as_it_was(stop, visit.door_s) for stop, visit in zip(problem.stops, visits, strict=True)
    )
    return replace(translated, problem=problem.replace(stops=stops))


def _as_it_was(stop: Stop, door_s: int) -> Stop:
    price = stop.unserved_price
    return replace(
        stop,
        service_s=(door_s,) * len(stop.service_s),
        late_cost_per_s=stop.late_cost_per_s * LiveRules().late_times,
        unserved_price=None if price is None else price * _PROMISED_PRICE_FACTOR,
    )


def _with_traffic(settings: CitySettings, factors: Sequence[float]) -> CitySettings:
    classes = {}
    for name, one in settings.vehicle_classes.items():
        speeds = one.speeds_kmh * (len(factors) // len(one.speeds_kmh))
        driven = tuple(speed / factor for speed, factor in zip(speeds, factors, strict=True))
        classes[name] = replace(one, speeds_kmh=driven)
    return replace(settings, vehicle_classes=classes)


def _with_margin(courier: Courier, briefing: Briefing) -> Courier:
    start_s, end_s = briefing.span(courier.shift)
    return replace(courier, shift=_window(briefing, start_s, end_s - _MARGIN_S))


def _scripts(
    problem: Problem, hubs: Sequence[Hub], solution: Solution
) -> Mapping[str, CourierScript]:
    """What each courier is to do, in the order of the plan."""
    scripts = {}
    for route in solution.routes:
        if not route.visits:
            continue
        told: list[Task] = []
        for visit in route.visits:
            match visit.kind:
                case VisitKind.STOP:
                    told.append(Collect(problem.stops[visit.index].id.removesuffix(_AGAIN)))
                case VisitKind.HUB:
                    told.append(Unload(hubs[visit.index].id))
                case VisitKind.BREAK:
                    told.append(TakeBreak())
        schedule = replay(problem, route.vehicle, route.visits)
        courier_id = problem.vehicles[route.vehicle].id
        scripts[courier_id] = CourierScript(tuple(told), schedule.depart_s)
    return scripts
