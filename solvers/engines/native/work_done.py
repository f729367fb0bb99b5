"""A vehicle as it goes on once its first visits are done."""

from dataclasses import replace

from solvers.kernel import Session as KernelSession
from solvers.model import Vehicle, Visit, VisitKind


def after_finishing(
    kernel: KernelSession, index: int, vehicle: Vehicle, done: tuple[Visit, ...], at_s: int | None
) -> Vehicle:
    """The vehicle behind the visits ``done``, the last of which ended at ``at_s``.

    Its limits shrink by what it has used up, and the fixed cost of a vehicle in use is spent.
    A shift that is over by then ends at that moment.
    """
    place, leave_s, end_s, rest_s, drive_s, distance_m, stops, load = kernel.done(index, len(done))
    free_s = end_s if at_s is None else at_s
    rested = any(visit.kind is VisitKind.BREAK for visit in done)
    return until(
        replace(
            vehicle,
            start=None if place < 0 else place,
            initial_load=tuple(load),
            fixed_cost=0,
            rest=None if rested else vehicle.rest,
            max_stops=_less(vehicle.max_stops, stops),
            max_distance_m=_less(vehicle.max_distance_m, distance_m),
            max_drive_s=_less(vehicle.max_drive_s, drive_s),
            max_duration_s=_less(vehicle.max_duration_s, free_s - leave_s - rest_s),
        ),
        free_s,
    )


def until(vehicle: Vehicle, available_s: int) -> Vehicle:
    """The vehicle, free from ``available_s`` on; a shift that is over by then ends there."""
    end_s = vehicle.shift_end_s
    return replace(
        vehicle,
        available_s=available_s,
        shift_end_s=None if end_s is None else max(end_s, available_s),
    )


def _less(limit: int | None, used: int) -> int | None:
    return None if limit is None else max(0, limit - max(0, used))
