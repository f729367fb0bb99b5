"""Replay of one route from the problem alone: when, with what load, how far.

This is the pinned model in executable form. The checker, the objective, the reasons and the
translation read times from here; the engines compute their own, so that a slip in either shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from solvers.model import Break, Hub, Problem, Stop, TimeWindow, Vehicle, Visit, VisitKind, padded
from solvers.travel import UNREACHABLE, latest_departure_s


@dataclass(frozen=True, slots=True)
class VisitTimes:
    """What happens at one visit.

    Attributes:
        visit: The visit.
        arrival_s: When the vehicle gets there; for a break, when it begins.
        start_s: Start of service, unloading or break.
        end_s: End of it.
        depart_s: When the vehicle leaves (later than ``end_s`` only at a hub that must wait for
            a release).
        drive_s: Seconds driven to get there.
        distance_m: Metres driven to get there.
        load: Carried when leaving, per dimension.
        reachable: False where the arc driven to get there may not be driven.
    """

    visit: Visit
    arrival_s: int
    start_s: int
    end_s: int
    depart_s: int
    drive_s: int
    distance_m: int
    load: tuple[int, ...]
    reachable: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """One route replayed.

    Attributes:
        vehicle: Index of the vehicle.
        depart_s: When it leaves its start place.
        end_s: When the route ends: arrival at the end place, or end of the last visit.
        visits: One entry per visit, in order.
        end_drive_s: Seconds driven to the end place.
        end_distance_m: Metres driven to the end place.
        end_reachable: False where the last arc may not be driven.
        rest_s: Seconds of break inside the route.
    """

    vehicle: int
    depart_s: int
    end_s: int
    visits: tuple[VisitTimes, ...]
    end_drive_s: int
    end_distance_m: int
    end_reachable: bool
    rest_s: int

    @property
    def paid_s(self) -> int:
        """Seconds from leaving the start place to the end of the route, break excluded."""
        return self.end_s - self.depart_s - self.rest_s if self.visits else 0

    @property
    def drive_s(self) -> int:
        """Seconds driven."""
        return sum(times.drive_s for times in self.visits) + self.end_drive_s

    @property
    def distance_m(self) -> int:
        """Metres driven."""
        return sum(times.distance_m for times in self.visits) + self.end_distance_m


@dataclass(frozen=True, slots=True)
class _Leg:
    """One drive: seconds, metres, and whether the arc may be driven."""

    drive_s: int
    distance_m: int
    reachable: bool


def replay(problem: Problem, vehicle_index: int, visits: Sequence[Visit]) -> Schedule:
    """Times, loads and distances of ``visits`` by vehicle ``vehicle_index``.

    Every visit starts as early as the one before it allows. Replay never stops at a broken rule
    (a missed window starts on arrival, a forbidden arc takes no time): what is broken is for
    the checker to say.
    """
    vehicle = problem.vehicles[vehicle_index]
    if not visits:
        return _unused(vehicle_index, vehicle)
    depart_s = earliest = _trip_release(problem, visits, 0, vehicle.available_s)
    load = padded(vehicle.initial_load, len(problem.dimensions))
    place = vehicle.start
    address: str | None = None
    rest: Break | None = None
    rest_s = 0
    done: list[VisitTimes] = []
    for position, visit in enumerate(visits):
        if visit.kind is VisitKind.BREAK:
            rest = vehicle.rest or Break(TimeWindow(depart_s, depart_s), 0)
            begin = max(depart_s, rest.window.start_s)
            rest_s += rest.duration_s
            ended = begin + rest.duration_s
            done.append(
                VisitTimes(visit, begin, begin, ended, depart_s, 0, 0, load, reachable=True)
            )
            continue
        target = _target(problem, visit)
        leg = _leg(problem, vehicle, place, target.location, depart_s)
        arrival = _arrival(depart_s, leg.drive_s, rest)
        start = _start(target.windows, arrival)
        if isinstance(target, Hub):
            end = start + unloading_s(target, load)
            load = (0,) * len(load)
            address = None
            leave = _trip_release(problem, visits, position + 1, end)
        else:
            shares = target.address is not None and target.address == address
            end = start + service_s(target, vehicle, shares_setup=shares)
            load = tuple(a + b for a, b in zip(load, problem.load_of(target), strict=True))
            address = target.address
            leave = end
        done.append(
            VisitTimes(
                visit, arrival, start, end, leave, leg.drive_s, leg.distance_m, load, leg.reachable
            )
        )
        depart_s, place, rest = leave, target.location, None
    leave_start = _leave_start(problem, vehicle, done, earliest)
    done = _redrive_first(problem, vehicle, done, leave_start)
    end_leg = _leg(problem, vehicle, place, vehicle.end, depart_s)
    end_s = depart_s
    if vehicle.end is not None:
        end_s = _arrival(depart_s, end_leg.drive_s, rest)
    elif rest is not None:
        end_s = done[-1].end_s
    return Schedule(
        vehicle=vehicle_index,
        depart_s=leave_start,
        end_s=end_s,
        visits=tuple(done),
        end_drive_s=end_leg.drive_s,
        end_distance_m=end_leg.distance_m,
        end_reachable=end_leg.reachable,
        rest_s=rest_s,
    )


def unloading_s(hub: Hub, load: Sequence[int]) -> int:
    """Seconds to unload ``load`` at ``hub``."""
    per_unit = padded(hub.unit_ms, len(load))
    moved = sum(amount * unit_ms for amount, unit_ms in zip(load, per_unit, strict=True))
    return hub.fixed_s + moved // 1000


def service_s(stop: Stop, vehicle: Vehicle, *, shares_setup: bool) -> int:
    """Seconds at the door, with set-up unless it was paid at the stop before."""
    setup = 0 if shares_setup or not stop.setup_s else stop.setup_s[vehicle.vehicle_class]
    return setup + stop.service_s[vehicle.vehicle_class]


def _target(problem: Problem, visit: Visit) -> Stop | Hub:
    if visit.kind is VisitKind.HUB:
        return problem.hubs[visit.index]
    return problem.stops[visit.index]


def _start(windows: Sequence[TimeWindow], arrival_s: int) -> int:
    """First moment from ``arrival_s`` on that lies in a window, else the arrival itself."""
    for window in windows:
        if arrival_s <= window.end_s:
            return max(arrival_s, window.start_s)
    return arrival_s


def _leg(
    problem: Problem, vehicle: Vehicle, origin: int | None, destination: int | None, depart_s: int
) -> _Leg:
    if origin is None or destination is None:
        return _Leg(0, 0, reachable=True)
    travel = problem.travel[vehicle.profile]
    drive_s = travel.duration_s(origin, destination, depart_s)
    distance_m = travel.distance_m(origin, destination, depart_s)
    if UNREACHABLE in (drive_s, distance_m):
        return _Leg(0, 0, reachable=False)
    return _Leg(drive_s, distance_m, reachable=True)


def _arrival(depart_s: int, drive_s: int, rest: Break | None) -> int:
    """Arrival after a drive that the break, if any, interrupts.

    The break begins when the vehicle leaves, or at the opening of its window if that is later;
    it may fall into the drive or into the wait after it.
    """
    if rest is None:
        return depart_s + drive_s
    begin = max(depart_s, rest.window.start_s)
    return max(depart_s + drive_s + rest.duration_s, begin + rest.duration_s)


def _trip_release(problem: Problem, visits: Sequence[Visit], first: int, ready_s: int) -> int:
    """When the trip that begins before visit ``first`` may leave."""
    leave = ready_s
    for visit in visits[first:]:
        if visit.kind is VisitKind.HUB:
            break
        if visit.kind is VisitKind.STOP:
            release = problem.stops[visit.index].release_s
            if release is not None and release > leave:
                leave = release
    return leave


def _leave_start(
    problem: Problem, vehicle: Vehicle, done: Sequence[VisitTimes], earliest_s: int
) -> int:
    """Latest departure that keeps the first visit's start of service."""
    rested = done[0].visit.kind is VisitKind.BREAK
    rest = vehicle.rest if rested else None
    first = next((times for times in done if times.visit.kind is not VisitKind.BREAK), None)
    if first is None:
        return earliest_s
    arrive_by = first.start_s - (rest.duration_s if rest is not None else 0)
    if vehicle.start is None:
        latest = max(earliest_s, arrive_by)
    elif not first.reachable:
        latest = earliest_s
    else:
        latest = latest_departure_s(
            problem.travel[vehicle.profile],
            vehicle.start,
            _target(problem, first.visit).location,
            earliest_s=earliest_s,
            arrive_by_s=arrive_by,
        )
    if rest is not None:
        latest = max(earliest_s, min(latest, rest.window.end_s))
    return latest


def _redrive_first(
    problem: Problem, vehicle: Vehicle, done: list[VisitTimes], leave_s: int
) -> list[VisitTimes]:
    """The first leg as driven when leaving at ``leave_s``; starts of service stay."""
    result = list(done)
    rest: Break | None = None
    for position, times in enumerate(result):
        if times.visit.kind is VisitKind.BREAK:
            rest = vehicle.rest or Break(TimeWindow(leave_s, leave_s), 0)
            begin = max(leave_s, rest.window.start_s)
            result[position] = VisitTimes(
                times.visit, begin, begin, begin + rest.duration_s, leave_s, 0, 0, times.load, True
            )
            continue
        location = _target(problem, times.visit).location
        leg = _leg(problem, vehicle, vehicle.start, location, leave_s)
        result[position] = VisitTimes(
            times.visit,
            _arrival(leave_s, leg.drive_s, rest),
            times.start_s,
            times.end_s,
            times.depart_s,
            leg.drive_s,
            leg.distance_m,
            times.load,
            leg.reachable,
        )
        return result
    return result


def _unused(vehicle_index: int, vehicle: Vehicle) -> Schedule:
    return Schedule(
        vehicle=vehicle_index,
        depart_s=vehicle.available_s,
        end_s=vehicle.available_s,
        visits=(),
        end_drive_s=0,
        end_distance_m=0,
        end_reachable=True,
        rest_s=0,
    )
