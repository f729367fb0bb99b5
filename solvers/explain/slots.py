"""Places of a route where a stop could be inserted, with what is known of each in advance.

For every base of a route (without its break, with it on each leg) and every place after the
committed visits this holds the earliest departure before the place and the latest arrivals
after it. They are built once per route in linear time and make the bounds of
``solvers.explain.bounds`` constant-time per place. Nothing here is an answer: all of it is
used to skip insertions that cannot be the nearest.

Source of the method: Savelsbergh, *The vehicle routing problem with time windows: minimizing
route duration*, ORSA Journal on Computing 4(2), 1992 (forward earliest, backward latest times).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from solvers.explain.afters import After, afters_of
from solvers.explain.backward import FAR, DayLeg, DayLegs
from solvers.explain.nearness import HOUR_S, WHOLE_PPM
from solvers.insertions import Visits
from solvers.model import Hub, Problem, Stop, TimeWindow, Vehicle, Visit, VisitKind, padded
from solvers.objective import CostBreakdown, route_cost
from solvers.replay import Schedule, replay


@dataclass(frozen=True, slots=True)
class Current:
    """A vehicle's route as it is: its visits, its cost, and the limits that hold for it.

    A limit that the committed visits exceed by themselves is as high as they are.
    """

    vehicle: int
    visits: Visits
    cost: CostBreakdown
    committed: Schedule
    shift_end_s: int


@dataclass(frozen=True, slots=True)
class Base:
    """One base of a route, replayed, with the sums the bounds start from.

    Attributes:
        visits: The visits.
        schedule: Their replay.
        plain: Whether delays pass down the route undiminished: constant travel, one window each.
        drive_s: Shortest driving at any time of day.
        distance_m: Shortest distance at any time of day.
        busy_s: Seconds at doors and hubs.
        released: Whether some stop has a release time.
        rested: Whether the break is among the visits.
        cost: Cost of the base itself.
    """

    visits: Visits
    schedule: Schedule
    plain: bool
    drive_s: int
    distance_m: int
    busy_s: int
    released: bool
    rested: bool
    cost: CostBreakdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One place; ``-1`` stands for no location, no address.

    Attributes:
        current: The route.
        base: The base of it.
        place: Index in the base's visits before which the stop would come.
        before: Location of the visit before.
        after: Location of the visit after, or of the end place.
        direct: The drive between the two, which an insertion saves.
        depart_s: Earliest departure from there.
        rest_in: Whether the break lies just before the place.
        rest_out: Whether the break lies just after the place.
        address_before: Address of the visit before.
        address_after: Address of the visit after.
        setup_after_s: Set-up paid there, saved if the inserted stop has its address.
        unload_after_s: Seconds per load at the next unloading, saved by unloading before.
        first: Whether no visit comes before the place.
        last: Whether no visit comes after it.
        same_start_s: Arriving after the place from then on, nothing starts sooner than in the
            base: early arrivals wait.
        busy_after_s: Shortest time from the arrival there to the end of the route.
        keeps_end_s: Latest arrival there that does not put off the end of the route.
        latest_s: For each level of lateness the two tightest latest arrivals there: the second
            is when a second rule is broken.
        spared_latest_s: The same, if the next unloading took only its fixed time.
        late_from_s: For every visit of the base and for the end of the shift, the same for all
            its places: an arrival after a place is late there by what it and ``busy_after_s``
            exceed this, if nobody waits on the way.
        broken_ppm: Parts per million by which the base is broken before the place.
        broken_rules: Rules broken there.
        load: Carried before the place.
        load_after: Still collected before the next unloading.
        room: Capacity from here to the next unloading, inherited overload included.
    """

    current: Current
    base: Base
    place: int
    before: int
    after: int
    direct: DayLeg
    depart_s: int
    rest_in: bool
    rest_out: bool
    address_before: str | None
    address_after: str | None
    setup_after_s: int
    unload_after_s: int
    first: bool
    last: bool
    same_start_s: int
    busy_after_s: int
    keeps_end_s: int
    latest_s: tuple[tuple[int, int], ...]
    spared_latest_s: tuple[tuple[int, int], ...]
    late_from_s: tuple[int, ...]
    broken_ppm: int
    broken_rules: int
    load: tuple[int, ...]
    load_after: tuple[int, ...]
    room: tuple[int, ...]


def current_route(problem: Problem, vehicle: int, visits: Visits) -> Current:
    """The route with its cost."""
    committed = replay(problem, vehicle, problem.vehicles[vehicle].committed)
    cost = route_cost(problem, replay(problem, vehicle, visits))
    shift_end_s = problem.vehicles[vehicle].shift_end_s
    if shift_end_s is None:
        shift_end_s = FAR
    elif committed.visits:
        shift_end_s = max(shift_end_s, committed.end_s)
    return Current(vehicle, visits, cost, committed, shift_end_s)


def base_slots(
    problem: Problem, current: Current, visits: Visits, legs: DayLegs, ends: dict[int, After]
) -> Iterator[Slot]:
    """Every place of one base of the route.

    ``legs`` are of the vehicle's travel source, ``ends`` what the bases of the route share.
    """
    base = _base(problem, current.vehicle, visits, legs)
    return _slots_of(problem, current, base, legs, ends)


def targets(problem: Problem, visits: Sequence[Visit]) -> list[Stop | Hub | None]:
    """Stop or hub of each visit, ``None`` for the break."""
    found: list[Stop | Hub | None] = []
    for visit in visits:
        if visit.kind is VisitKind.BREAK:
            found.append(None)
        else:
            hub = visit.kind is VisitKind.HUB
            found.append(problem.hubs[visit.index] if hub else problem.stops[visit.index])
    return found


def _base(problem: Problem, vehicle_index: int, visits: Visits, legs: DayLegs) -> Base:
    vehicle = problem.vehicles[vehicle_index]
    schedule = replay(problem, vehicle_index, visits)
    places = targets(problem, visits)
    drive_s = distance_m = 0
    at = vehicle.start
    for target in places:
        if target is not None:
            drive_s += legs.leg(at, target.location).least_s
            distance_m += legs.leg(at, target.location).least_m
            at = target.location
    drive_s += legs.leg(at, vehicle.end).least_s
    distance_m += legs.leg(at, vehicle.end).least_m
    one_window = all(target is None or len(target.windows) < 2 for target in places)
    busy_s = sum(
        times.end_s - times.start_s
        for times in schedule.visits
        if times.visit.kind is not VisitKind.BREAK
    )
    released = any(isinstance(t, Stop) and t.release_s is not None for t in places)
    plain = one_window and len(legs.travel.breakpoints_s) == 1
    cost = route_cost(problem, schedule)
    rested = Visit.break_() in visits
    return Base(visits, schedule, plain, drive_s, distance_m, busy_s, released, rested, cost)


def _slots_of(
    problem: Problem, current: Current, base: Base, legs: DayLegs, ends: dict[int, After]
) -> Iterator[Slot]:
    vehicle = problem.vehicles[current.vehicle]
    places = targets(problem, base.visits)
    afters = afters_of(vehicle, current.shift_end_s, base.schedule, places, legs, ends)
    late_from_s = (
        *(
            target.windows[-1].end_s + after.busy_s if target and target.windows else FAR
            for target, after in zip(places, afters, strict=False)
        ),
        current.shift_end_s,
    )
    loads = _loads(problem, current, base)
    broken = _broken_ppm(vehicle, base, places)
    broken_ppm = list(accumulate(broken, initial=0))
    broken_rules = list(accumulate((ppm > 0 for ppm in broken), initial=0))
    committed = len(vehicle.committed)
    for place in range(committed, len(places) + 1):
        rest_in = place > 0 and places[place - 1] is None
        rest_out = place < len(places) and places[place] is None
        index = place - 1 - rest_in
        before = places[index] if index >= 0 else None
        following = place + rest_out
        after = places[following] if following < len(places) else None
        known = afters[following]
        load, load_after, room = loads[place]
        at = before.location if before is not None else vehicle.start
        yield Slot(
            current=current,
            base=base,
            place=place,
            before=_location(at),
            after=known.location,
            direct=legs.leg(at, None if known.location < 0 else known.location),
            depart_s=_depart_s(problem, current.vehicle, base, index),
            rest_in=rest_in,
            rest_out=rest_out,
            address_before=before.address if isinstance(before, Stop) else None,
            address_after=after.address if isinstance(after, Stop) else None,
            setup_after_s=_setup_s(after, vehicle),
            unload_after_s=_unload_s(base, places, following),
            first=index < 0,
            last=after is None,
            same_start_s=known.same_start_s,
            busy_after_s=known.busy_s,
            keeps_end_s=known.keeps_end_s,
            latest_s=known.latest_s,
            spared_latest_s=known.spared_latest_s,
            late_from_s=late_from_s,
            broken_ppm=broken_ppm[place - committed],
            broken_rules=broken_rules[place - committed],
            load=load,
            load_after=load_after,
            room=room,
        )


def _broken_ppm(vehicle: Vehicle, base: Base, places: Sequence[Stop | Hub | None]) -> list[int]:
    """Parts per million by which each visit after the committed ones misses its times.

    Nothing is said where release times may hold up a trip: an unloading could free it.
    """
    first = len(vehicle.committed)
    broken = []
    for target, times in zip(places[first:], base.schedule.visits[first:], strict=True):
        windows: Sequence[TimeWindow] = ()
        if target is not None:
            windows = target.windows
        elif vehicle.rest is not None:
            windows = (vehicle.rest.window,)
        late_s = max(0, times.start_s - windows[-1].end_s) if windows else 0
        broken.append(0 if base.released else -(-late_s * WHOLE_PPM // HOUR_S))
    return broken


def _location(location: int | None) -> int:
    return -1 if location is None else location


def _depart_s(problem: Problem, vehicle: int, base: Base, index: int) -> int:
    """Earliest departure from visit ``index``, whatever comes after it."""
    if index < 0:
        return problem.vehicles[vehicle].available_s
    if base.released:
        # a release further on holds up the whole trip, unless an unloading comes between
        return replay(problem, vehicle, base.visits[: index + 1]).visits[-1].depart_s
    return base.schedule.visits[index].depart_s


def _setup_s(target: Stop | Hub | None, vehicle: Vehicle) -> int:
    if not isinstance(target, Stop) or not target.setup_s:
        return 0
    return target.setup_s[vehicle.vehicle_class]


def _unload_s(base: Base, places: Sequence[Stop | Hub | None], first: int) -> int:
    """Seconds of the next unloading that depend on what is carried."""
    for target, times in zip(places[first:], base.schedule.visits[first:], strict=True):
        if isinstance(target, Hub):
            return times.end_s - times.start_s - target.fixed_s
    return 0


def _loads(
    problem: Problem, current: Current, base: Base
) -> list[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]]:
    """Carried before each place, still to be collected on its trip, and the trip's room."""
    vehicle = problem.vehicles[current.vehicle]
    count = len(problem.dimensions)
    capacity = padded(vehicle.capacity, count)
    initial = padded(vehicle.initial_load, count)
    carried = [initial, *(times.load for times in base.schedule.visits)]
    committed = len(vehicle.committed)
    given = carried[committed]
    unloaded = any(visit.kind is VisitKind.HUB for visit in vehicle.committed)
    if not unloaded:
        given = tuple(map(max, given, initial))
    hubs = [index for index, visit in enumerate(base.visits) if visit.kind is VisitKind.HUB]
    first_hub = next((index for index in hubs if index >= committed), len(base.visits))
    raised = tuple(map(max, capacity, given))
    result = []
    last = len(base.visits)
    for place in range(len(base.visits), -1, -1):
        if place < len(base.visits) and base.visits[place].kind is VisitKind.HUB:
            last = place
        room = raised if place <= first_hub else capacity
        after = tuple(end - now for end, now in zip(carried[last], carried[place], strict=True))
        result.append((carried[place], after, room))
    result.reverse()
    return result
