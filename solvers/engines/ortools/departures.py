"""Where, when and with what each vehicle stands once its committed visits are behind it.

The routing model plans from there on; the committed visits are put back in front afterwards.
"""

from dataclasses import dataclass

from solvers.engines.feasibility import best_schedule
from solvers.model import Break, Problem, VisitKind, padded
from solvers.replay import Schedule, replay


@dataclass(frozen=True, slots=True)
class Departure:
    """A vehicle ready for more visits.

    Attributes:
        vehicle: Index of the vehicle.
        place: Location it leaves from; ``None`` where it may begin anywhere.
        ready_s: It does not leave before.
        load: Carried, per dimension; never above capacity, so that a load that is already too
            heavy blocks further stops rather than the whole model.
        rest: The break it has still to take.
        under_way: It has committed visits, so its paid time is running.
        stops_left, distance_left_m, drive_left_s, duration_left_s: What the limits leave.
    """

    vehicle: int
    place: int | None
    ready_s: int
    load: tuple[int, ...]
    rest: Break | None
    under_way: bool
    stops_left: int | None
    distance_left_m: int | None
    drive_left_s: int | None
    duration_left_s: int | None


def departures(problem: Problem) -> list[Departure]:
    """One entry per vehicle that can take on more visits, by vehicle."""
    found = (_departure(problem, index) for index in range(len(problem.vehicles)))
    return [departure for departure in found if departure is not None]


def _departure(problem: Problem, index: int) -> Departure | None:
    vehicle = problem.vehicles[index]
    committed = vehicle.committed
    schedule = replay(problem, index, committed)
    driven = sum(times.drive_s for times in schedule.visits)
    way = sum(times.distance_m for times in schedule.visits)
    stops = sum(visit.kind is VisitKind.STOP for visit in committed)
    ready = schedule.visits[-1].depart_s if committed else vehicle.available_s
    rested = any(visit.kind is VisitKind.BREAK for visit in committed)
    if committed and committed[-1].kind is VisitKind.BREAK:
        # Replay lets the pending break overlap the next drive; ending it first is later or equal.
        ready = max(ready, schedule.visits[-1].end_s)
    rest = None if rested else vehicle.rest
    if rest is not None and rest.window.end_s < ready < rest.window.start_s + rest.duration_s:
        if committed:
            return None  # the break was missed: it is too late for it, and no stop may follow
        ready = rest.window.start_s + rest.duration_s
    spent = ready - schedule.depart_s - schedule.rest_s if committed else 0
    carried = schedule.visits[-1].load if committed else _initial_load(problem, index)
    capacity = padded(vehicle.capacity, len(problem.dimensions))
    departure = Departure(
        vehicle=index,
        place=_place(problem, index),
        ready_s=ready,
        load=tuple(min(load, most) for load, most in zip(carried, capacity, strict=True)),
        rest=rest,
        under_way=bool(committed),
        stops_left=_left(vehicle.max_stops, stops),
        distance_left_m=_left(vehicle.max_distance_m, way),
        drive_left_s=_left(vehicle.max_drive_s, driven),
        duration_left_s=_left(vehicle.max_duration_s, spent),
    )
    return departure if _has_room(problem, departure, schedule) else None


def _has_room(problem: Problem, departure: Departure, schedule: Schedule) -> bool:
    """Whether the route as committed leaves something that could be added to."""
    vehicle = problem.vehicles[departure.vehicle]
    left = (
        departure.stops_left,
        departure.distance_left_m,
        departure.drive_left_s,
        departure.duration_left_s,
    )
    if any(amount is not None and amount < 0 for amount in left):
        return False
    end_s = max(schedule.end_s, departure.ready_s)
    if vehicle.shift_end_s is not None and end_s > vehicle.shift_end_s:
        return False
    if departure.under_way and best_schedule(problem, departure.vehicle, vehicle.committed) is None:
        return False  # not even the break it must still take would fit
    home = (
        (departure.distance_left_m, schedule.end_distance_m),
        (departure.drive_left_s, schedule.end_drive_s),
        (departure.duration_left_s, schedule.end_s - departure.ready_s),
    )
    if departure.under_way and any(most is not None and need > most for most, need in home):
        return False
    return not departure.under_way or schedule.end_reachable


def _place(problem: Problem, index: int) -> int | None:
    vehicle = problem.vehicles[index]
    for visit in reversed(vehicle.committed):
        if visit.kind is VisitKind.STOP:
            return problem.stops[visit.index].location
        if visit.kind is VisitKind.HUB:
            return problem.hubs[visit.index].location
    return vehicle.start


def _initial_load(problem: Problem, index: int) -> tuple[int, ...]:
    return padded(problem.vehicles[index].initial_load, len(problem.dimensions))


def _left(limit: int | None, used: int) -> int | None:
    return None if limit is None else limit - used
